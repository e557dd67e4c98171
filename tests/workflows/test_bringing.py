"""What is kept of a workflow that somebody brought, and what becomes of it on a server."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from bot.comfy import ObjectInfo
from bot.texts import text
from bot.workflows import DEFAULT_CAPS, InputRef, WorkflowError
from bot.workflows.bringing import with_name, with_options
from bot.workflows.brought import Brought, without_options
from bot.workflows.offering import Offering
from bot.workflows.own_names import name_for, wrong_own_name
from bot.workflows.policy import DEFAULT_POLICY
from bot.workflows.preview import Preview
from bot.workflows.previewing import previewed
from bot.workflows.sources import read_workflow
from bot.workflows.sources.writing import written
from tests.workflow_terminal import FORMS, GRAPH, UI, changed_ui
from tests.workflows.inference.samples import server
from tests.workflows.sources.files import plain, png

Json = Any
OWN = frozenset({"3", "4", "5", "6", "7", "8", "9"})


def offering(*known: ObjectInfo) -> Offering:
    return Offering(known or (server(),), DEFAULT_CAPS, DEFAULT_POLICY, allow_stand_ins=True)


def brought(content: bytes, *known: ObjectInfo) -> Brought:
    bare = without_options("fox", written(read_workflow(content)), "Foxes")
    return with_options(bare, offering(*known))


def preview(content: bytes, *known: ObjectInfo) -> Preview:
    return previewed(brought(content, *known), offering(*known))


def _json(document: Json) -> bytes:
    return json.dumps(document).encode()


def _without_its_model(document: Json) -> None:
    document["nodes"][1]["widgets_values"] = ["sd16.safetensors"]


def _names(shown: Preview) -> Sequence[str]:
    return [option.name for option in shown.options]


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_file_of_any_form_becomes_a_document_and_a_command_that_say_the_same_ever_after(
    content: bytes,
) -> None:
    kept = brought(content)
    found, again = read_workflow(content), read_workflow(kept.source)
    assert (again.prompt, again.workflow) == (found.prompt, found.workflow)
    shown = previewed(kept, offering())
    assert shown.can_run
    assert shown.description == "Foxes"
    assert _names(shown)[:3] == ["prompt", "negative", "seed"]
    assert shown.outputs == ("SaveImage node",)
    assert with_options(kept, offering()) == kept
    assert not kept.draft().trusted


def test_placeholders_become_values_in_what_is_kept() -> None:
    graph: Json = {**GRAPH, "6": {**GRAPH["6"], "inputs": {**GRAPH["6"]["inputs"], "text": "%prompt%"}}}
    kept = brought(_json(graph))
    assert "%prompt%" not in kept.source.decode()
    assert previewed(kept, offering()).can_run


def test_options_of_a_workflow_whose_nodes_come_later_are_found_then_and_its_description_stays() -> None:
    def fancy(document: Json) -> None:
        document["nodes"][0].update(type="LoadFancy", properties={"cnr_id": "fancy-pack"})

    content = _json(changed_ui(fancy))
    waiting = brought(content)
    assert previewed(waiting, offering()) == Preview(
        "fox",
        "Foxes",
        lacks=(text("workflow-lacks-node-pack", node="LoadFancy", pack="fancy-pack"),),
        has_known_options=False,
    )
    unnamed = without_options("fox", waiting.source, None)
    assert previewed(unnamed, offering()).description_localisations == {"zh-CN": "运行工作流“fox”"}
    waiting = replace(waiting, source=written(read_workflow(_json(UI))))
    found = with_options(waiting, offering())
    shown = previewed(found, offering())
    assert (shown.description, len(shown.options)) == ("Foxes", 13)


@pytest.mark.parametrize("is_picture", [False, True])
def test_what_is_not_allowed_and_never_runs_is_left_out(*, is_picture: bool) -> None:
    spare: Json = {"77": {"class_type": "LoadImage", "inputs": {"image": "theirs.png"}}}
    content = _json(GRAPH | spare)
    if is_picture:
        content = png(plain("prompt", json.dumps(GRAPH | spare)), plain("workflow", json.dumps(UI)))
    kept = brought(content)
    assert previewed(kept, offering()).can_run
    found = read_workflow(kept.source)
    assert (found.prompt or {}).keys() == GRAPH.keys()
    assert (found.workflow is not None) is is_picture
    saved: Json = {"78": {"class_type": "SaveImage", "inputs": {"images": ["79", 0], "filename_prefix": "x"}}}
    code: Json = {"79": {"class_type": "RunPythonCode", "inputs": {}}}
    assert preview(_json(GRAPH | saved | code)).refused != ()
    assert not preview(_json(spare)).can_run


def test_nobody_is_told_to_install_what_would_not_be_allowed_then() -> None:
    def shell(document: Json) -> None:
        document["nodes"][0].update(type="RunShellCommand", properties={})

    assert preview(_json(changed_ui(shell))).refused != ()


@pytest.mark.parametrize("is_picture", [False, True])
def test_a_missing_model_is_replaced_in_both_graphs_and_becomes_an_option(*, is_picture: bool) -> None:
    ui = changed_ui(_without_its_model)
    graph: Json = {**GRAPH, "4": {**GRAPH["4"], "inputs": {"ckpt_name": "sd16.safetensors"}}}
    content = png(plain("prompt", json.dumps(graph)), plain("workflow", json.dumps(ui)))
    kept = brought(content if is_picture else _json(ui))
    shown = previewed(kept, offering())
    (missing,) = shown.missing
    assert (missing.name, missing.names) == ("sd16.safetensors", ("sd15.safetensors", "sdxl.safetensors"))
    assert (shown.can_run, shown.lacks, "checkpoint" in _names(shown)) == (False, (), False)
    for before in (kept, kept.settled()):
        mended = with_name(before, missing.target, "sdxl.safetensors", offering())
        assert "sd16" not in mended.source.decode()
        shown = previewed(mended, offering())
        checkpoint = next(option for option in shown.options if option.name == "checkpoint")
        assert (shown.can_run, checkpoint.default) == (True, "sdxl.safetensors")


def test_a_model_that_comes_later_becomes_an_option_unless_somebody_chose_the_options() -> None:
    content = _json(changed_ui(_without_its_model))
    kept, later = brought(content), offering(server(checkpoints=["sd16.safetensors"]))
    for before, wanted in ((kept, True), (kept.settled(), False)):
        shown = previewed(with_options(before, later), later)
        assert (shown.can_run, "checkpoint" in _names(shown)) == (True, wanted)


def test_nothing_is_replaced_where_the_workflow_has_no_such_input_any_more() -> None:
    with pytest.raises(WorkflowError):
        with_name(brought(_json(GRAPH)), InputRef("4", "gone"), "sdxl.safetensors", offering())


def test_the_server_that_lacks_least_tells_what_is_missing() -> None:
    poor, rich = server(without=["KSampler", "VAEDecode"]), server(without=["SaveImage"])
    assert [each.arguments["node"] for each in preview(_json(GRAPH), poor, rich).lacks] == ["SaveImage"]


def test_what_no_node_shows_is_told() -> None:
    graph: Json = {node_id: node for node_id, node in GRAPH.items() if node_id != "9"}
    assert preview(_json(graph)).lacks == (text("workflow-lacks-output"),)


@pytest.mark.parametrize(
    ("filename", "taken", "name"),
    [
        ("Neon Cat v2.json", (), "neon_cat_v2"),
        ("ComfyUI_00012_.png", (), "comfyui"),
        ("猫咪.app.json", (), "猫咪"),
        ("🦊🦊.png", (), "my-workflow"),
        ("queue.json", (), "queue-2"),
        ("cat.json", ("cat", "cat-2"), "cat-3"),
        (f"{'x' * 40}.json", ("x" * 32,), f"{'x' * 30}-2"),
        ("basic_mask_operations_and_compositing.json", (), "basic_mask_operations_and"),
        (f"{'x' * 32}_y.json", (), "x" * 32),
    ],
)
def test_a_workflow_is_called_after_its_file_as_far_as_discord_and_other_commands_let_it(
    filename: str, taken: Sequence[str], name: str
) -> None:
    assert name_for(filename, taken) == name
    assert wrong_own_name(name, taken) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("🦊", "workflow-add-name-wrong"),
        ("Fox", "workflow-add-name-wrong"),
        ("_fox", "workflow-add-name-wrong"),
        ("a b", "workflow-add-name-wrong"),
        ("settings", "workflow-add-name-own"),
        ("cat", "workflow-add-name-taken"),
    ],
)
def test_a_name_that_no_command_can_have_is_refused_with_the_reason(name: str, why: str) -> None:
    problem = wrong_own_name(name, ["cat"])
    assert problem is not None
    assert problem.id == why
