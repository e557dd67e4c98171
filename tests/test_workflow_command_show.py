"""``python -m bot workflow show``."""

from pathlib import Path
from typing import Any

import pytest

from tests.rights import locked, open_folder, posix_only, without_rights
from tests.workflow_terminal import FORMS, GRAPH, UI, Terminal, changed_ui

Json = Any
NAMES = [
    *("prompt", "negative", "seed", "size", "width", "height", "batch-size"),
    *("steps", "cfg", "denoise", "sampler", "scheduler", "checkpoint"),
]


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def _table(printed: str) -> list[str]:
    """The lines of options without those of their descriptions."""
    table = printed.split("\n\n")[1]
    return [line for line in table.splitlines() if not line.startswith(" ")]


@pytest.mark.parametrize("name", FORMS)
def test_every_form_shows_the_same_options(
    terminal: Terminal, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal.run("show", terminal.save(name, FORMS[name])) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert (lines[0], lines[-1], printed.err) == (
        "/fox – Runs the workflow “fox”",
        "This ComfyUI can run it.",
        "",
    )
    assert [line.split()[0] for line in _table(printed.out)] == ["OPTION", *NAMES]


def test_an_option_tells_what_it_takes_what_it_is_left_out_and_what_it_sets(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    graph: Json = {**GRAPH, "6": {**GRAPH["6"], "_meta": {"title": "Words?\x1b[31m"}}}
    terminal.run("show", terminal.save("fox.json", graph))
    printed = capsys.readouterr().out.splitlines()
    shown = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in printed]
    for row in (
        ["prompt", "text", "required", "Words? [31m (6) · text"],
        ["negative", "text", "“blurry”", "CLIPTextEncode (7) · text"],
        ["seed", "seed", "0 to 18446744073709551615", "a new one each time", "KSampler (3) · seed"],
        ["width", "integer", "16 to 4096, in steps of 8", "512", "EmptyLatentImage (5) · width"],
        ["cfg", "number", "0 to 100", "7.5", "KSampler (3) · cfg"],
        ["sampler", "choice", "euler, heun (2)", "“euler”", "KSampler (3) · sampler_name"],
        ["Sampling method"],
    ):
        assert row in shown


def test_ranges_end_where_the_operator_says(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.set(MAX_PIXELS=1024 * 1024, MAX_BATCH=2, MAX_STEPS=30)
    terminal.run("show", terminal.save("fox.json", GRAPH))
    shown = capsys.readouterr().out
    assert "16 to 2048, in steps of 8" in shown
    assert "1 to 2 " in shown
    assert "1 to 30 " in shown
    terminal.set(MAX_STEPS=25)
    terminal.run("add", terminal.save("fox.json", GRAPH), "--name", "fox")
    written = (terminal.workflows / "fox" / "command.toml").read_text(encoding="utf-8")
    assert "# integer · 1 to 25 · left out: 20\n" in written


def test_only_shapes_that_the_operator_allows_are_shown(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.set(MAX_PIXELS=64 * 64)
    terminal.run("show", terminal.save("fox.json", GRAPH))
    (size,) = (line.split() for line in _table(capsys.readouterr().out) if line.startswith("size"))
    assert size == ["size", "size", "square,", "portrait", "(2)"]


def test_what_the_command_waits_for_by_the_operators_word_is_told(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    graph: Json = {**GRAPH, "4": {**GRAPH["4"], "inputs": {"ckpt_name": "gone.safetensors"}}}
    terminal.save("workflows/fox/workflow.json", graph)
    option = '[options.checkpoint]\ndescription = "Which"\nnode = "4"\ninput = "ckpt_name"\n'
    terminal.save("workflows/fox/command.toml", f'description = "Draws"\n{option}')
    for setting, verdict in (("substitute", "can run it."), ("hide", "cannot run it yet:")):
        terminal.set(MISSING_MODELS=setting)
        terminal.run("show", terminal.workflows / "fox")
        assert f"This ComfyUI {verdict}\n" in capsys.readouterr().out


def test_it_speaks_chinese_where_the_operator_does(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.speak("zh-CN")
    assert terminal.run("show", terminal.save("fox.json", GRAPH)) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[0] == "/fox – 运行工作流“fox”"
    assert "    要表现的内容" in printed.splitlines()
    assert printed.endswith("这个 ComfyUI 可以运行它。\n")


def test_a_folder_shows_what_its_command_file_says(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.save("workflows/fox/workflow.json", GRAPH)
    terminal.save(
        "workflows/fox/command.toml",
        'name = "draw"\ndescription = "Draws"\n[options.flag]\ndescription = "Which"\nnode = "4"\n'
        'input = "ckpt_name"\nchoices = ["sdxl.safetensors"]\ndefault = "sdxl.safetensors"\nhidden = true',
    )
    assert terminal.run("show", terminal.workflows / "fox") == 0
    assert capsys.readouterr().out == (
        "/draw – Draws\n"
        "\n"
        "OPTION         TYPE    TAKES                 LEFT OUT            SETS\n"
        "flag (hidden)  choice  sdxl.safetensors (1)  “sdxl.safetensors”  CheckpointLoaderSimple (4) · ckpt_name\n"
        "    Which\n"
        "\n"
        "This ComfyUI can run it.\n"
    )


@pytest.mark.parametrize("name", ["workflow.json", "sailor.ui.json"])
def test_a_file_in_a_folder_of_workflows_shows_the_command_that_the_folder_makes(
    terminal: Terminal, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = terminal.save(f"workflows/Old Fox/{name}", UI)
    assert terminal.run("show", file) == 0
    assert capsys.readouterr().out.startswith("/old_fox – ")


def test_a_file_beside_its_command_file_shows_what_that_says_wherever_it_lies(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = terminal.save("elsewhere/fox/workflow.json", GRAPH)
    terminal.save("elsewhere/fox/command.toml", 'name = "draw"\ndescription = "Draws"')
    assert terminal.run("show", file) == 0
    assert capsys.readouterr().out.startswith("/draw – Draws\n")


def test_a_file_among_others_shows_by_its_own_name(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    file = terminal.save("workflows/fox/hen.json", GRAPH)
    terminal.save("workflows/fox/fox.json", GRAPH)
    assert terminal.run("show", file) == 0
    assert capsys.readouterr().out.startswith("/hen – ")


def test_options_whose_lists_a_server_lacks_are_shown_by_the_file_alone(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.save("workflows/fox/workflow.json", GRAPH)
    terminal.save(
        "workflows/fox/command.toml",
        'description = "Draws"\n[options.model]\ndescription = "Which"\nnode = "4"\n'
        'input = "ckpt_name"\nchoices = ["flux.safetensors"]',
    )
    assert terminal.run("show", terminal.workflows / "fox") == 0
    printed = capsys.readouterr().out
    assert "flux.safetensors (1)" in printed
    assert printed.endswith(
        "This ComfyUI cannot run it yet:\n"
        "– CheckpointLoaderSimple needs a file that is not there. One of these will do: flux.safetensors.\n"
    )


def test_what_is_for_the_form_alone_is_marked_and_a_file_is_an_option_that_must_be_given(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    graph: Json = {
        **GRAPH,
        "6": {**GRAPH["6"], "_meta": {"title": "/prompt"}},
        "10": {"class_type": "LoadImage", "inputs": {"image": "mine.png"}},
        "11": {
            "class_type": "ImageScale",
            "inputs": {"image": ["10", 0], "width": 64, "height": 64},
        },
        "12": {"class_type": "SaveImage", "inputs": {"images": ["11", 0], "filename_prefix": "small"}},
    }
    assert terminal.run("show", terminal.save("fox.json", graph)) == 0
    paragraphs = capsys.readouterr().out.split("\n\n")
    assert [line.split("  ")[0] for line in paragraphs[1].splitlines() if "(form only)" in line] == [
        f"{name} (form only)" for name in ("steps", "cfg", "denoise", "sampler", "scheduler", "checkpoint")
    ]
    assert paragraphs[2:] == ["This ComfyUI can run it.\n"]
    (row,) = [line for line in paragraphs[1].splitlines() if line.startswith("image")]
    assert row.split("  ")[0] == "image"
    assert row.split() == ["image", "image", "required", "LoadImage", "(10)", "·", "image"]


def test_options_that_a_server_cannot_know_are_not_guessed_and_the_pack_is_named(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(document: Json) -> None:
        by_id = {node["id"]: node for node in document["nodes"]}
        by_id[3].update(type="FancySampler", properties={"cnr_id": "fancy-pack"})
        by_id[5].update(type="NewLatent", properties={"cnr_id": "comfy-core"})
        by_id[8].update(type="VAEDecoder")

    assert terminal.run("show", terminal.save("fox.json", changed_ui(change))) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.splitlines()) == (
        "",
        [
            "The options of fox show only on a ComfyUI that has what it needs. This one lacks:",
            "– The node FancySampler is not installed. It comes with the pack fancy-pack.",
            (
                "– The node NewLatent is one of ComfyUI's own, and this version of ComfyUI does not have it: "
                "update ComfyUI."
            ),
            "– The node VAEDecoder is not installed. The nearest that is: VAEDecode.",
        ],
    )


def test_a_graph_without_anything_to_set_says_so(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    graph: Json = {"1": {"class_type": "PreviewAny", "inputs": {}}}
    assert terminal.run("show", terminal.save("odd.json", graph)) == 0
    assert capsys.readouterr().out.splitlines()[2] == (
        "The command has no options: nothing in the graph looks like one."
    )


@pytest.mark.parametrize("name", ["gone.json", "empty.json", "words.json"])
def test_what_cannot_be_read_is_one_sentence_with_the_file(
    terminal: Terminal, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.save("empty.json", b"")
    terminal.save("words.json", b"only words")
    assert terminal.run("show", terminal.folder / name) == 1
    printed = capsys.readouterr()
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)
    assert printed.err.startswith(str(terminal.folder / name))


@posix_only
@pytest.mark.parametrize("words", [("show", "closed"), ("show", "closed/fox.json"), ("check", "closed")])
def test_where_nobody_may_look_is_one_sentence(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    action, name = words
    with open_folder() as folder:
        terminal = Terminal(folder)
        terminal.save("closed/fox.json", GRAPH)
        with locked(folder / "closed"), without_rights():
            assert terminal.run(action, folder / name) == 1
    printed = capsys.readouterr()
    assert (printed.out, len(printed.err.splitlines())) == ("", 1)
    assert printed.err.startswith(str(folder / "closed"))
    assert printed.err.endswith("Permission denied\n")
