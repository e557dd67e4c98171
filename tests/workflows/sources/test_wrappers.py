"""What other programs and people put around a workflow: further keys, answers of servers, comments, a fence, a zip."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any, cast

import pytest

from bot.comfy import JsonValue, parse_graph
from bot.workflows.sources import Damaged, Found, NothingFound, Origin, TooMuch, read_workflow
from tests.workflows.sources.files import (
    PROMPT,
    TEXTS,
    WORKFLOW,
    chunk,
    jpeg,
    plain,
    png,
    tiff,
    webp,
)

Json = Any

GRAPH = parse_graph(json.dumps(PROMPT))
UI_GRAPH = cast("dict[str, JsonValue]", WORKFLOW)
HISTORY: Json = {
    "prompt": [3, "1f0e", PROMPT, {"extra_pnginfo": {"workflow": WORKFLOW}, "client_id": "x"}, ["3"]],
    "outputs": {},
    "status": {"status_str": "success"},
}
OTHER: Json = {"1": {"class_type": "Other", "inputs": {}}}


@pytest.mark.parametrize(
    "document",
    [
        {**PROMPT, "extra": {"airs": ["a"]}, "extraMetadata": "{}", "version": 1},
        [PROMPT],
        {"input": {"workflow": PROMPT, "images": ["a"]}},
        {"input": {"prompt": PROMPT}},
        {"input": {"workflow": json.dumps(PROMPT)}},
        {"queue_running": [[1]], "queue_pending": [[1, "1f0e", PROMPT, {"client_id": "x"}, ["3"]]]},
    ],
)
def test_a_graph_is_found_in_what_is_around_it(document: Json) -> None:
    assert read_workflow(json.dumps(document).encode()) == Found(GRAPH, None, Origin.API_GRAPH)


@pytest.mark.parametrize(
    "document",
    [
        HISTORY,
        {"1f0e": HISTORY},
        {"0a": {"prompt": [1, "0a", OTHER, {"client_id": "x"}, ["1"]], "outputs": {"1": 1}}, "1f0e": HISTORY},
        [{"workflow": WORKFLOW, "prompt": PROMPT}],
    ],
)
def test_both_graphs_are_found_in_an_answer_of_the_history_of_which_the_last_counts(document: Json) -> None:
    assert read_workflow(json.dumps(document).encode()) == Found(GRAPH, UI_GRAPH, Origin.UI_GRAPH)


def test_several_graphs_in_a_list_are_none() -> None:
    with pytest.raises(NothingFound):
        read_workflow(json.dumps([PROMPT, OTHER]).encode())


@pytest.mark.parametrize(
    "words",
    [
        "```json\n{}\n```",
        "Here it is:\n\n```\n{}\n```\nHave fun!",
        "// mine\n{}",
        "/* of\nme */ {} // the end",
        "\ufeff// mine\r\n{}",
    ],
)
def test_json_in_a_fence_or_with_comments_is_read(words: str) -> None:
    graph = json.dumps(PROMPT | {"9": {"class_type": "Note", "inputs": {"text": 'http://a /* b */ " // c'}}})
    found = read_workflow(words.replace("{}", graph).encode())
    assert found == Found(parse_graph(graph), None, Origin.API_GRAPH)


def test_comments_and_commas_at_the_end_are_passed_over_wherever_they_are() -> None:
    words = '{"1": {"class_type": "A", // which?\n "inputs": {"a": [1, 2, /* 3 */ ], }, },}'
    assert read_workflow(words.encode()).prompt == parse_graph(
        '{"1": {"class_type": "A", "inputs": {"a": [1, 2]}}}'
    )


@pytest.mark.parametrize(
    "words",
    ["/*" * 500_000, '{"' + "/*" * 500_000, "{" + "/" * 500_000, '{"\\' + '"' * 400_001],
    ids=["at once", "in a text", "slashes", "quotes"],
)
def test_comments_that_never_end_are_told_as_broken_json(words: str) -> None:
    with pytest.raises((Damaged, NothingFound)):
        read_workflow(words.encode())


def test_a_png_carries_exif_in_a_chunk_of_its_own() -> None:
    exif = tiff([(0x010F, 2, b"workflow:" + json.dumps(WORKFLOW).encode() + b"\0")])
    assert read_workflow(png(chunk(b"eXIf", exif))) == Found(None, UI_GRAPH, Origin.PNG)


@pytest.mark.parametrize("prefix", ["workflow:", "Workflow: ", "\n workflow :"])
@pytest.mark.parametrize("charset", [b"ASCII\0\0\0", b"UNICODE\0", b"\0" * 8])
def test_a_comment_of_a_person_may_say_first_what_it_is(prefix: str, charset: bytes) -> None:
    words = (prefix + json.dumps(WORKFLOW)).encode("utf-16-be" if charset == b"UNICODE\0" else "utf-8")
    exif = tiff([], user_comment=charset + words)
    for content, origin in ((jpeg(exif), Origin.JPEG), (webp(exif), Origin.WEBP)):
        assert read_workflow(content) == Found(None, UI_GRAPH, origin)


A1111 = "a red fox, <lora:fur:0.8>\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x512"


@pytest.mark.parametrize(
    "content",
    [
        png(plain("parameters", A1111)),
        jpeg(tiff([], user_comment=b"UNICODE\0" + A1111.encode("utf-16-be"))),
        webp(tiff([], user_comment=b"UNICODE\0" + A1111.encode("utf-16-le"))),
    ],
)
def test_the_settings_of_another_program_are_shown_and_said_to_be_no_workflow(content: bytes) -> None:
    with pytest.raises(NothingFound) as caught:
        read_workflow(content)
    sentence = str(caught.value)
    assert "settings of another program" in sentence
    assert "a red fox, <lora:fur:0.8>" in sentence
    assert "Steps: 20, Sampler: Euler a" in sentence


def test_long_settings_are_cut_and_those_that_are_json_are_only_named() -> None:
    with pytest.raises(NothingFound) as long:
        read_workflow(png(plain("parameters", "fox " * 5000 + "\nSteps: 20, Sampler: Euler")))
    assert len(str(long.value)) < 1200
    with pytest.raises(NothingFound, match="settings of another program"):
        read_workflow(png(plain("invokeai_metadata", '{"seed": 5}')))


def _zip(members: dict[str, bytes | str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", kind) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("members", "origin"),
    [
        ({"pack/flow.json": json.dumps(PROMPT)}, Origin.API_GRAPH),
        (
            {"README.md": "# mine", "__MACOSX/._flow.json": "junk", "flow.json": json.dumps(PROMPT)},
            Origin.API_GRAPH,
        ),
        (
            {"flow.json": json.dumps(PROMPT), "preview.png": png(plain("workflow", TEXTS["workflow"]))},
            Origin.API_GRAPH,
        ),
        ({"package.json": '{"name": "x"}', "flow.json": json.dumps(PROMPT)}, Origin.API_GRAPH),
        ({"a.png": png(plain("prompt", TEXTS["prompt"])), "b.txt": "words"}, Origin.PNG),
    ],
)
def test_a_zip_with_one_workflow_is_read(members: dict[str, bytes | str], origin: Origin) -> None:
    for kind in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        assert read_workflow(_zip(members, kind)) == Found(GRAPH, None, origin)


def test_a_zip_with_several_workflows_or_none_is_told_so() -> None:
    with pytest.raises(NothingFound, match=r"several workflows: a\.json, b\.json"):
        read_workflow(_zip({"a.json": json.dumps(PROMPT), "b.json": json.dumps(OTHER)}))
    with pytest.raises(NothingFound, match="The zip has no workflow in it"):
        read_workflow(_zip({"a.txt": "words", "b.zip": _zip({"a.json": json.dumps(PROMPT)})}))


def test_what_is_wrong_with_the_only_workflow_of_a_zip_is_told() -> None:
    with pytest.raises(Damaged, match="linked to node 9"):
        read_workflow(_zip({"a.json": '{"1": {"class_type": "A", "inputs": {"a": ["9", 0]}}}'}))


def _with_flags(archive: bytes, flags: int) -> bytes:
    """Both headers of the first member with other flags."""
    local, central = archive.find(b"PK\3\4") + 6, archive.find(b"PK\1\2") + 8
    changed = bytearray(archive)
    changed[local], changed[central] = flags, flags
    return bytes(changed)


def _with_long_directory(archive: bytes) -> bytes:
    """Its list of members would begin before the file does."""
    size = archive.find(b"PK\5\6") + 12
    return archive[:size] + (60_000).to_bytes(4, "little") + archive[size + 4 :]


@pytest.mark.parametrize(
    ("archive", "problem"),
    [
        (lambda: _zip({f"{n}.json": "{}" for n in range(300)}), TooMuch),
        (lambda: _zip({"a.json": b"[" + b"0," * 10_000_000 + b"0]"}), TooMuch),
        (lambda: _zip({f"{n}.json": b" " * 4_000_000 + b"{}" for n in range(60)}), TooMuch),
        (lambda: _zip({"a.json": json.dumps(PROMPT)})[:-10], Damaged),
        (lambda: _with_flags(_zip({"a.json": json.dumps(PROMPT)}), 1), Damaged),
        (lambda: _with_long_directory(_zip({"a.json": json.dumps(PROMPT)})), Damaged),
        (lambda: _zip({"a.json": json.dumps(PROMPT)}, zipfile.ZIP_LZMA), Damaged),
        (
            lambda: _zip({"a.json": json.dumps(PROMPT)}, zipfile.ZIP_STORED).replace(
                b"class_type", b"xxxxx_type"
            ),
            Damaged,
        ),
    ],
)
def test_a_zip_that_is_large_locked_or_broken_is_refused(
    archive: Callable[[], bytes], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        read_workflow(archive())
