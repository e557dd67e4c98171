"""``python -m bot workflow add``."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.comfy import ObjectInfo
from bot.settings import SHIPPED_WORKFLOWS
from bot.workflow_command.show import draft_of
from bot.workflows import Draft, Template, load_template
from bot.workflows.drafting import Drafted, drafted
from tests.workflow_terminal import FORMS, GRAPH, UI, Terminal, changed_ui
from tests.workflows.inference.samples import server

Json = Any


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def _made(draft: Draft, info: ObjectInfo) -> Drafted:
    made = drafted(draft, [info])
    assert isinstance(made, Drafted)
    return made


def _names(folder: Path) -> list[str]:
    template = load_template(folder)
    assert isinstance(template, Template)
    return [option.name for option in template.options]


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("fox.api.json", "workflow.json"),
        ("fox.json", "workflow.json"),
        ("fox.ui.json", "workflow.json"),
        ("fox.png", "fox.png"),
        ("fox.editor.png", "fox.editor.png"),
    ],
)
def test_every_form_is_kept_as_it_came_beside_the_options_that_were_found(
    terminal: Terminal, name: str, kept: str
) -> None:
    file, folder = terminal.save(name, FORMS[name]), terminal.workflows / "draw"
    assert terminal.run("add", file, "--name", "draw") == 0
    assert _files(folder) == ["command.toml", kept]
    assert (folder / kept).read_bytes() == FORMS[name]
    found, added = _made(draft_of(file, "draw"), server()).template, load_template(folder)
    template = _made(added, server()).template if isinstance(added, Draft) else added
    assert (template.options, template.description, template.graph) == (
        found.options,
        found.description,
        found.graph,
    )


def test_what_the_workflow_starts_from_is_written_as_an_attachment(terminal: Terminal) -> None:
    graph: Json = {
        **GRAPH,
        "10": {"class_type": "LoadImage", "inputs": {"image": "mine.png"}},
        "11": {"class_type": "SaveImage", "inputs": {"images": ["10", 0], "filename_prefix": "same"}},
    }
    assert terminal.run("add", terminal.save("fox.json", graph), "--name", "fox") == 0
    written = (terminal.workflows / "fox" / "command.toml").read_text(encoding="utf-8")
    assert (
        "[options.image]\n"
        "# image · required\n"
        'description = "The picture that it starts from"\n'
        'zh-CN = { name = "图片", description = "作为起点的图片" }\n'
        'node = "10"  # LoadImage\n'
        'input = "image"\n'
        'type = "image"\n'
    ) in written
    assert "image" in _names(terminal.workflows / "fox")


def test_the_command_file_tells_what_each_option_takes(terminal: Terminal) -> None:
    assert terminal.run("add", terminal.save("fox.json", GRAPH), "--name", "fox") == 0
    written = (terminal.workflows / "fox" / "command.toml").read_text(encoding="utf-8")
    head, _, rest = written.partition("\n\n")
    assert head.splitlines()[1:] == [
        'description = "Runs the workflow “fox”"',
        'zh-CN = { description = "运行工作流“fox”" }',
    ]
    assert rest.split("\n\n")[4] == (
        "[options.width]\n"
        "# integer · 16 to 4096, in steps of 8 · left out: 512\n"
        'description = "Width in pixels"\n'
        'zh-CN = { name = "宽度", description = "宽度（像素）" }\n'
        'node = "5"  # EmptyLatentImage\n'
        'input = "width"'
    )


def test_what_the_author_left_out_of_the_command_is_for_the_form(terminal: Terminal) -> None:
    graph: Json = {**GRAPH, "6": {**GRAPH["6"], "_meta": {"title": "/prompt"}}}
    assert terminal.run("add", terminal.save("fox.json", graph), "--name", "fox") == 0
    template = load_template(terminal.workflows / "fox")
    assert isinstance(template, Template)
    assert [option.name for option in template.options if option.advanced] == [
        *("steps", "cfg", "denoise", "sampler", "scheduler", "checkpoint")
    ]


def test_what_no_workflow_can_offer_at_once_waits_behind_number_signs(terminal: Terminal) -> None:
    graph: Json = {**GRAPH} | {
        f"1{number:02}": {
            "class_type": "CLIPTextEncode",
            "inputs": {"text": f"text {number}", "clip": ["4", 1]},
            "_meta": {"title": f"/words-{number}"},
        }
        for number in range(60)
    }
    assert terminal.run("add", terminal.save("fox.json", graph), "--name", "fox") == 0
    path = terminal.workflows / "fox" / "command.toml"
    written, _, spare = path.read_text(encoding="utf-8").partition("# [options.")
    assert len(_names(path.parent)) == 60
    freed = "[options." + "\n".join(line.removeprefix("# ") for line in spare.split("#\n")[0].splitlines())
    room = written.replace("[options.words-0]", "[options.words-0]\nhidden = true")
    path.write_text(f"{room}\n{freed}", encoding="utf-8")
    assert len(_names(path.parent)) == 61


def test_placeholders_become_values_and_the_workflow_a_graph(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    graph: Json = json.loads(json.dumps(GRAPH))
    graph["6"]["inputs"]["text"] = "{{subject}}"
    graph["3"]["inputs"]["steps"] = "%effort%"
    assert terminal.run("add", terminal.save("fox.json", graph), "--name", "fox") == 0
    assert capsys.readouterr().err.startswith("The workflow was written as a graph in API format: ")
    folder = terminal.workflows / "fox"
    written = json.loads((folder / "workflow.json").read_text(encoding="utf-8"))
    assert (written["6"]["inputs"]["text"], written["3"]["inputs"]["steps"]) == ("", 20)
    assert terminal.run("check") == 0
    assert capsys.readouterr().out.startswith("✓ /fox: ")


def test_a_picture_under_a_name_that_would_be_passed_over_gets_another(terminal: Terminal) -> None:
    assert terminal.run("add", terminal.save("fox.txt", FORMS["fox.png"]), "--name", "fox") == 0
    assert _files(terminal.workflows / "fox") == ["command.toml", "workflow.json"]
    assert terminal.run("check") == 0


def test_a_folder_that_is_there_stays_as_it_is(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = terminal.workflows / "fox"
    folder.mkdir()
    assert terminal.run("add", terminal.save("fox.json", UI), "--name", "fox") == 1
    assert capsys.readouterr().err == (
        f"{folder} is there already, and stays as it is: give another --name\n"
    )
    assert _files(folder) == []


def test_a_command_that_another_folder_makes_is_refused(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.save("workflows/hen/workflow.json", GRAPH)
    terminal.save("workflows/hen/command.toml", 'name = "fox"\ndescription = "Draws"')
    terminal.save("workflows/wrong/workflow.json", b"")
    assert terminal.run("add", terminal.save("fox.json", UI), "--name", "fox") == 1
    assert capsys.readouterr().err == (
        f"{terminal.workflows / 'hen'} makes the command 'fox' already: give another --name\n"
    )


@pytest.mark.parametrize("name", ["Fox", "red fox", "../fox", "", "_fox", "x" * 33])
def test_a_name_that_will_not_do_is_refused_before_anything_is_written(
    terminal: Terminal, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _files(terminal.folder)
    assert terminal.run("add", terminal.folder / "gone.json", "--name", name) == 1
    assert capsys.readouterr().err.startswith(f"--name '{name}' will not do: it m")
    assert _files(terminal.folder) == before


def test_options_that_a_server_cannot_know_add_nothing(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(document: Json) -> None:
        document["nodes"][0].update(type="Fancy", properties={"aux_id": "somebody/fancy"})

    file = terminal.save("fox.json", changed_ui(change))
    assert terminal.run("add", file, "--name", "fox") == 1
    assert capsys.readouterr().err.splitlines()[1:] == [
        "– The node Fancy is not installed. It comes with the pack somebody/fancy."
    ]
    assert _files(terminal.workflows) == []


def test_models_that_a_server_lacks_are_said_and_hinder_nothing(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    graph: Json = json.loads(json.dumps(GRAPH))
    graph["4"]["inputs"]["ckpt_name"] = "mine.safetensors"
    assert terminal.run("add", terminal.save("fox.json", graph), "--name", "fox") == 0
    assert capsys.readouterr().err.splitlines() == [
        "This ComfyUI cannot run it yet:",
        (
            "– “mine.safetensors”, which CheckpointLoaderSimple needs as ckpt_name, is not there. "
            "The nearest that is: sdxl.safetensors, sd15.safetensors."
        ),
    ]
    assert _files(terminal.workflows / "fox") == ["command.toml", "workflow.json"]


def test_it_goes_where_it_is_told_into_a_folder_that_is_made(terminal: Terminal) -> None:
    file = terminal.save("fox.json", UI)
    words = ("add", file, "--name", "狐狸", "--to", terminal.folder / "of" / "mine")
    assert terminal.run(*words) == 0
    assert _files(terminal.folder / "of" / "mine") == ["狐狸", "狐狸/command.toml", "狐狸/workflow.json"]


def test_in_an_empty_folder_it_makes_one_of_its_own_beside_what_came_with_the_bot(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = terminal.save("fox.json", UI)
    (terminal.folder / "settings.env").write_text("LANGUAGE=en\n", encoding="utf-8")
    empty = terminal.folder / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert terminal.run("add", file, "--name", "fox") == 0
    assert _files(empty) == [
        "workflows",
        "workflows/fox",
        "workflows/fox/command.toml",
        "workflows/fox/workflow.json",
    ]
    told = capsys.readouterr().err
    assert told == (
        f"A bot that is started here reads {empty / 'workflows'} from now on, and no longer the workflows that came with "
        f"it: copy those that you want to keep from {SHIPPED_WORKFLOWS}.\n"
    )
