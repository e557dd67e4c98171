"""What strangers may have made, dropped into ``workflows/``: each becomes a command, or one sentence says why not."""

import json
import re
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.comfy.graph import graph_to_json
from bot.comfy.objects import parse_object_info
from bot.texts import DEFAULT_LOCALE, render
from bot.workflows import Unavailable, Workflow, WorkflowError, resolve
from bot.workflows.command_size import words_of
from bot.workflows.discord_rules import MAX_ASKED, MAX_COMMAND, wrong_description, wrong_name
from tests.comfy.convert.classes import CLASSES
from tests.comfy.convert.graphs import Json, definitions, node, subgraph, ui, wire
from tests.workflows.samples import load_templates
from tests.workflows.sources.files import chunk, packed, plain, png

SERVER = parse_object_info(CLASSES)


def _json(document: Json) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _api(class_type: str, count: int = 1, **inputs: Json) -> dict[str, Json]:
    return {str(number): {"class_type": class_type, "inputs": inputs} for number in range(1, count + 1)}


def _bomb() -> bytes:
    """A kilobyte for every megabyte that it unpacks to, 64 of them."""
    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    return png(chunk(b"zTXt", b"workflow\0\0" + content))


def _doubling(levels: int) -> Json:
    """Subgraphs of which each holds the next one twice."""
    inner = [
        subgraph(f"s{level}", [node(1, f"s{level + 1}"), node(2, f"s{level + 1}")], [])
        for level in range(levels)
    ]
    return ui(node(1, "s0"), **definitions(*inner, subgraph(f"s{levels}", [node(1, "Text", ["x"])], [])))


def _ring() -> Json:
    """Two nodes that feed each other, and one that saves what comes of it."""
    return ui(
        node(1, "Invert", inputs=[wire("image", "IMAGE", 1)], outputs=["IMAGE"]),
        node(2, "Invert", inputs=[wire("image", "IMAGE", 2)], outputs=["IMAGE"]),
        node(3, "Save", ["x"], inputs=[wire("images", "IMAGE", 3)]),
        links=[[1, 2, 0, 1, 0, "IMAGE"], [2, 1, 0, 2, 0, "IMAGE"], [3, 2, 0, 3, 0, "IMAGE"]],
    )


REFUSED: Mapping[str, tuple[bytes, str]] = {
    "an empty file": (b"", "The file is empty."),
    "no workflow at all": (b"MZ\x90\0", "This is not a kind of file that carries a workflow"),
    "a file of a form that has no room for one": (b"GIF89a", "GIF files cannot carry a workflow"),
    "other JSON": (b'{"name": "fox"}', "This JSON is not a workflow"),
    "half a file": (_json(_api("Text", value="x"))[:-9], "is not JSON: something is wrong at line 1"),
    "no UTF-8": (b'{"1": {"class_type": "\xff"}}', "is not UTF-8"),
    "a bomb": (_bomb(), "larger than 4 MB"),
    "many bombs": (png(*[packed("prompt", " " * 2**22)] * 100), "no workflow in it|is not JSON|larger than"),
    "too deep": (b"[" * 100_000, "nested deeper than 256 levels"),
    "too deep in a picture": (png(plain("workflow", "[" * 100_000)), "nested deeper than 256 levels"),
    "a value too deep": (_json(ui(node(1, "List", json.loads("[" * 60 + "]" * 60)))), "nested more than 50"),
    "too many nodes": (_json(_api("Text", 5001, value="x")), "more than 5,000 nodes"),
    "too many nodes in the editor": (
        _json(ui(*(node(number, "Note") for number in range(5001)))),
        "more than 5,000 nodes",
    ),
    "subgraphs that double": (_json(_doubling(18)), "more than 20,000"),
    "subgraphs that contain themselves": (
        _json(ui(node(1, "s"), **definitions(subgraph("s", [node(1, "s")], [])))),
        "contains itself|nested more than 50",
    ),
    "a circle": (
        _json(
            {
                "1": {"class_type": "Invert", "inputs": {"image": ["2", 0]}},
                "2": {"class_type": "Invert", "inputs": {"image": ["1", 0]}},
            }
        ),
        "linked in a circle: [12] → [12] → [12]",
    ),
    "a circle in the editor": (_json(_ring()), r"The links go round in a circle \(nodes"),
    "a node twice": (_json(ui(node(1, "Text"), node(1, "Text"))), "Two nodes of the workflow have the id 1"),
    "a key twice": (b'{"1": {"class_type": "A"}, "1": {"class_type": "B"}}', "says “1” twice"),
    "a link to nowhere": (
        _json(_api("Save", images=["9", 0])),
        "linked to node 9, which the workflow does not",
    ),
    "a node that is none": (_json({"1": {"class_type": "Text"}, "2": 5}), "API format, and is wrong"),
    "a file name that leads out": (
        _json(_api("Save", filename_prefix="../../etc/cron.d/x")),
        "must stay inside ComfyUI's output folder",
    ),
    "a class that nobody has": (_json(_api("os.system", value="rm")), "The node os.system is not installed"),
}


def _prompts(count: int) -> Json:
    """A graph of which every node has something to say."""
    graph = _api("Encode", count, text="a fox", clip=["0", 1])
    return {**graph, "0": {"class_type": "Checkpoint", "inputs": {"ckpt_name": "a.safetensors"}}}


def _named(title: str) -> Json:
    return ui(node(1, "Text", ["红色的狐狸 🦊"], title=title), node(2, "Combine", ["🦊/红", 1], title=title))


HANDLED: Mapping[str, bytes] = {
    "numbers that are none": b'{"1": {"class_type": "Sample", "inputs": {"steps": NaN, "cfg": -Infinity}}}',
    "such numbers in the editor": json.dumps(
        ui(node(1, "Sample", [float("nan"), "fixed", float("inf"), 7, "euler"]))
    ).encode(),
    "numbers without end": _json(_api("Sample", seed=0)).replace(b"0}", b"9" * 4000 + b"}"),
    "more texts than options": _json(_prompts(60)),
    "more widgets than options": _json(ui(*(node(number, "Sample", [number]) for number in range(1, 200)))),
    "as many nodes as may be": _json(_api("Text", 5000, value="x")),
    "Chinese and emoji": _json(_named("提示词 🦊")),
    "nothing but emoji": _json(_named("🦊🦊🦊")),
    "a title that is a command": _json(_named("/prompt @everyone `x` [a](b)")),
    "a title without end": _json(_named("狐" * 100_000)),
    "a title of half a letter": b'{"1": {"class_type": "Text", "inputs": {"value": "\\ud83e"}, "_meta": {"title": "\\ud83e"}}}',
    "a byte order mark": b"\xef\xbb\xbf" + _json(_api("Text", value="x")),
    "UTF-16": json.dumps(_api("Text", value="红")).encode("utf-16"),
    "things where nodes should have words": _json(ui(node(1, "Text", {"a": [1]}, title=5, properties=[]))),
}

hostile = pytest.mark.parametrize("name", REFUSED)
handled = pytest.mark.parametrize("name", HANDLED)


def _offered(folder: Path) -> Workflow | tuple[str, ...]:
    """The command that a folder of workflows makes on a server, or the sentences that stand where it would."""
    try:
        (template,) = load_templates(folder)
        found = resolve(template, [SERVER])
        assert isinstance(resolve(template, []), Unavailable | Workflow)
    except WorkflowError as error:
        return (str(error),)
    if isinstance(found, Unavailable):
        return tuple(render(reason, DEFAULT_LOCALE) for reason in found.reasons)
    return found


def _dropped(tmp_path: Path, content: bytes, folder: str = "fox") -> Workflow | tuple[str, ...]:
    made = tmp_path / folder
    made.mkdir()
    (made / "a file").write_bytes(content)
    return _offered(tmp_path)


@hostile
def test_what_cannot_be_a_command_is_refused_in_words(tmp_path: Path, name: str) -> None:
    content, sentence = REFUSED[name]
    said = _dropped(tmp_path, content)
    assert isinstance(said, tuple), said
    assert len([each for each in said if re.search(sentence, each)]) == 1, said
    assert "\n" not in "".join(said)


@handled
def test_what_can_be_one_is_a_command_that_discord_takes(tmp_path: Path, name: str) -> None:
    workflow = _dropped(tmp_path, HANDLED[name])
    assert isinstance(workflow, Workflow), workflow
    words = [workflow.name, *(option.name for option in workflow.options)]
    about = [workflow.description, *(option.description for option in workflow.options)]
    assert [wrong_name(word) for word in words] == [None] * len(words)
    assert [wrong_description(each) for each in about] == [None] * len(about)
    assert len(set(words[1:])) == len(workflow.options) <= MAX_ASKED
    assert words_of(workflow) <= MAX_COMMAND
    assert json.loads(graph_to_json(workflow.graph))


@pytest.mark.parametrize("folder", ["🦊", "---", "…"])
def test_a_folder_whose_name_has_no_letter_is_told_to_get_one(tmp_path: Path, folder: str) -> None:
    assert _dropped(tmp_path, _json(_api("Text", value="x")), folder) == (
        f"{tmp_path / folder} has a name of which no command can be made: rename it",
    )


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Alter Fuchs", "alter_fuchs"),
        ("红狐狸", "红狐狸"),
        ("x" * 200, "x" * 32),
        ("@everyone `rm -rf`", "everyone_rm_-rf"),
    ],
)
def test_any_name_of_a_folder_becomes_one_of_a_command(tmp_path: Path, folder: str, name: str) -> None:
    workflow = _dropped(tmp_path, _json(_api("Text", value="x")), folder)
    assert isinstance(workflow, Workflow)
    assert workflow.name == name
