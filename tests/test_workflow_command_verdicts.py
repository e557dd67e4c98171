"""What ``workflow show`` and ``workflow check`` say of what a server would refuse or run otherwise than it is written."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from bot.workflows import Workflow, load_template, resolve
from tests.comfy.convert.graphs import node, ui
from tests.workflow_terminal import GRAPH, UI, Terminal
from tests.workflows.inference.samples import server
from tests.workflows.sources.files import plain, png

Json = Any

LOADER: Json = {"4": GRAPH["4"]}
NOTHING_OUT = (
    "None of its nodes shows or saves anything, so ComfyUI refuses it: add a node such as SaveImage."
)
NO_NODES = "It has no nodes at all: open it in ComfyUI, and export it again."


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (LOADER, NOTHING_OUT),
        (ui(node(4, "CheckpointLoaderSimple", ["sd15.safetensors"])), NOTHING_OUT),
        (ui(), NO_NODES),
        (ui(node(1, "Note", ["words"])), NO_NODES),
    ],
)
def test_a_graph_of_which_nothing_comes_is_never_said_to_run(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], document: Json, reason: str
) -> None:
    terminal.save("workflows/fox/workflow.json", document)
    terminal.run("show", terminal.workflows / "fox" / "workflow.json")
    shown = capsys.readouterr().out
    assert "This ComfyUI cannot run it yet:" in shown
    assert f"– {reason}" in shown
    terminal.run("check")
    assert capsys.readouterr().out == f"– /fox reads well, but this ComfyUI cannot run it: {reason}\n"


def _with_steps(value: Json) -> Json:
    sampler = UI["nodes"][0]
    values = [*sampler["widgets_values"][:2], value, *sampler["widgets_values"][3:]]
    return UI | {"nodes": [sampler | {"widgets_values": values}, *UI["nodes"][1:]]}


WARNING = "Node 3 (KSampler): 'steps' holds 'auto', which is no whole number; the default 20 is sent instead."


def test_a_value_that_cannot_be_sent_is_told_by_show_check_and_the_log(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    terminal.save("workflows/fox_with_auto/workflow.json", _with_steps("auto"))
    folder = terminal.workflows / "fox_with_auto"
    terminal.run("show", folder)
    assert WARNING in capsys.readouterr().err
    with caplog.at_level(logging.WARNING):
        terminal.run("check")
        resolved = resolve(load_template(folder), [server()])
    assert capsys.readouterr().out.splitlines() == ["✓ /fox_with_auto: 13 options", f"  ! {WARNING}"]
    assert isinstance(resolved, Workflow)
    assert resolved.warnings == (WARNING,)
    told = [record.getMessage() for record in caplog.records if "auto" in record.getMessage()]
    assert told == [f"workflow fox_with_auto: {WARNING}"]


def test_a_picture_is_run_as_it_ran_so_its_ui_graph_is_not_warned_of(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    both = png(plain("prompt", json.dumps(GRAPH)), plain("workflow", json.dumps(_with_steps("auto"))))
    terminal.save("fox.png", both)
    terminal.run("show", terminal.folder / "fox.png")
    assert WARNING not in capsys.readouterr().err
