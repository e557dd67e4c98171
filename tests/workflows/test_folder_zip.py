"""A workflow's folder goes into a zip and comes out as it was; what else a zip may hold is refused with a sentence."""

import stat
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from bot.workflows.folder_zip import from_zip, to_zip
from bot.workflows.loading import load_template
from bot.workflows.template import Template, WorkflowError

SHIPPED = Path(__file__).parents[2] / "workflows" / "txt2img"
GRAPH = '{"1": {"class_type": "SaveImage", "inputs": {"text": "雪"}}}'.encode()
COMMAND = 'description = "a cat, 猫"\n'
BOTH = {"cat/workflow.json": GRAPH, "cat/command.toml": COMMAND.encode()}


def zipped(members: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_a_folder_comes_out_as_it_went_in() -> None:
    for name in ("cat", "猫"):
        assert from_zip(to_zip(name, GRAPH, COMMAND)) == (name, GRAPH, COMMAND)
    assert to_zip("cat", GRAPH, COMMAND) == to_zip("cat", GRAPH, COMMAND)


def test_what_is_exported_is_a_folder_for_the_operators_workflows(tmp_path: Path) -> None:
    files = ((SHIPPED / "workflow.json").read_bytes(), (SHIPPED / "command.toml").read_text("utf-8"))
    with zipfile.ZipFile(BytesIO(to_zip("txt2img", *files))) as archive:
        archive.extractall(tmp_path)
    template = load_template(tmp_path / "txt2img")
    assert isinstance(template, Template)
    assert template == replace(load_template(SHIPPED), folder=tmp_path / "txt2img")


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({**BOTH, "__MACOSX/cat/._workflow.json": b"junk", "README.md": b"mine", "cat/fox.png": b"x"}, "cat"),
        ({f"my workflows/{path}": content for path, content in BOTH.items()}, "cat"),
        ({"workflow.json": GRAPH, "command.toml": b'\xef\xbb\xbfname = "dog"\ndescription = "a dog"'}, "dog"),
    ],
)
def test_a_folder_that_somebody_packed_by_hand_is_read(members: dict[str, bytes], name: str) -> None:
    assert from_zip(zipped(members))[:2] == (name, GRAPH)


def link(name: str, to: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in {name: to.encode(), "cat/command.toml": COMMAND.encode()}.items():
            member = zipfile.ZipInfo(path)
            member.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(member, content)
    return target.getvalue()


def test_a_link_is_the_words_of_its_target_and_leads_nowhere(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("token")
    assert from_zip(link("cat/workflow.json", str(secret)))[1] == str(secret).encode()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is no zip"),
        (GRAPH, "is no zip"),
        (zipped({"cat/workflow.json": GRAPH}), "is no zip"),
        (zipped({"cat/workflow.json": GRAPH, "dog/command.toml": b""}), "is no zip"),
        (zipped({**BOTH, "dog/workflow.json": GRAPH}), r"more than one `workflow\.json`"),
        (zipped({"workflow.json": GRAPH, "command.toml": COMMAND.encode()}), "name"),
        (zipped({f"C A T/{Path(path).name}": each for path, each in BOTH.items()}), "name"),
        (zipped({**BOTH, "cat/command.toml": b"\xff"}), "not UTF-8"),
        (zipped({**BOTH, "cat/command.toml": b"name = "}), "TOML"),
        (zipped({f"../{path}": each for path, each in BOTH.items()}), "path"),
        (zipped({f"/{path}": each for path, each in BOTH.items()}), "path"),
        (zipped({f"C:/{path}": each for path, each in BOTH.items()}), "path"),
        (zipped({f"{'cat' * 9000}/{path}": each for path, each in BOTH.items()}), "path"),
        (zipped({**BOTH, "cat/workflow.json": b"[" + b"0," * 10_000_000 + b"0]"}), "larger"),
        (zipped({**BOTH, **{f"cat/{number}": b"" for number in range(300)}}), "more than 200 files"),
        (to_zip("cat", GRAPH, COMMAND)[:-10], "damaged"),
    ],
)
def test_what_is_no_folder_of_a_workflow_is_refused_with_a_sentence(content: bytes, problem: str) -> None:
    with pytest.raises(WorkflowError, match=problem):
        from_zip(content)
