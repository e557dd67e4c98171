"""``python -m bot workflow check``."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflow_terminal import FORMS, GRAPH, UI, Terminal

Json = Any


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_what_is_sound_what_lacks_something_and_what_is_wrong_are_told_apart(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = terminal.workflows
    terminal.save("workflows/bad/workflow.json", GRAPH)
    terminal.save("workflows/bad/command.toml", 'description = "Draws"\noptons = {}')
    terminal.save("workflows/editor/workflow.json", UI)
    terminal.save("workflows/lacking/workflow.json", {**GRAPH, "10": {"class_type": "Fancy", "inputs": {}}})
    terminal.save("workflows/lacking/command.toml", 'description = "Draws"')
    terminal.save("workflows/picture/fox.png", FORMS["fox.png"])
    terminal.save("workflows/twin/workflow.json", GRAPH)
    terminal.save("workflows/twin/command.toml", 'name = "editor"\ndescription = "Draws"')
    terminal.save("workflows/_aside/notes.txt", b"not looked at")
    assert terminal.run("check") == 1
    assert capsys.readouterr().out.splitlines() == [
        f"✗ {folder / 'bad' / 'command.toml'} does not know the key 'optons'; did you mean 'options', 'own_options'?",
        "✓ /editor: 13 options",
        "– /lacking reads well, but this ComfyUI cannot run it: The node Fancy is not installed.",
        "✓ /picture: 13 options",
        f"✗ {folder / 'editor'} and {folder / 'twin'} both make the command 'editor': rename one",
    ]


def test_what_a_member_may_not_bring_is_told_of_what_runs_here_and_what_is_denied_does_not_run(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = {**GRAPH["9"]["inputs"], "filename_prefix": "%USERPROFILE%/fox"}
    terminal.save("workflows/fox/workflow.json", {**GRAPH, "9": {**GRAPH["9"], "inputs": inputs}})
    terminal.save("workflows/fox/command.toml", 'description = "Draws"')
    assert terminal.run("check") == 0
    *first, last = capsys.readouterr().out.splitlines()
    assert first == ["✓ /fox: 0 options", "  · If a member brought it, it would be refused:"]
    assert "“filename_prefix” of node 9 (SaveImage) is “%USERPROFILE%/fox”." in last
    terminal.set(WORKFLOW_NODES_DENY="SaveVideo, ksampler*")
    assert terminal.run("check") == 0
    assert "Not allowed: node 3 (KSampler). Whoever runs this bot has ruled" in capsys.readouterr().out


def test_what_this_server_merely_lacks_is_no_fault(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.save("elsewhere/fox/fox.json", UI)
    terminal.serve(without=["EmptyLatentImage"])
    assert terminal.run("check", terminal.folder / "elsewhere") == 0
    assert capsys.readouterr().out.startswith(
        "– /fox reads well, but this ComfyUI cannot run it: The node EmptyLatentImage is not installed."
    )


def test_a_mistake_in_the_options_is_found_even_where_nodes_are_missing(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.save("workflows/fox/workflow.json", GRAPH)
    terminal.save(
        "workflows/fox/command.toml",
        'description = "Draws"\n[options.words]\ndescription = "-"\nnode = "6"\ninput = "text"\nmin = 1',
    )
    terminal.serve(without=["KSampler"])
    assert terminal.run("check") == 1
    assert "option 'words' has a min, max or step" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("folder", "sentence"), [("workflows", "has no workflows."), ("gone", "is not a folder: make it, or set")]
)
def test_where_there_is_nothing_to_check_that_is_said(
    terminal: Terminal, folder: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = terminal.folder / folder
    assert terminal.run("check", path) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.startswith(f"{path} {sentence}")) == ("", True)


def test_it_speaks_chinese_where_the_operator_does(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.speak("zh-CN")
    terminal.save("workflows/fox/fox.json", UI)
    assert terminal.run("check") == 0
    assert capsys.readouterr().out == "✓ /fox：13 个选项\n"
