"""From a graph back to the workflow and the values that it was made with."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.comfy import Graph, Node
from bot.jobs.inputs import Attachment
from bot.workflows import OptionKind, Workflow, fill, resolve
from bot.workflows.matching import made_by
from bot.workflows.one_picture import one_picture
from bot.workflows.recipe import recipe_of
from bot.workflows.sources import Found, Origin
from bot.workflows.template import ATTACHED, Template
from tests.delivery.generation import WORKFLOWS
from tests.workflows.samples import load_templates

JOB = UUID("1a2b3c4d-0000-4000-8000-000000000000")


@cache
def shipped() -> Mapping[str, Workflow]:
    """Those that need no server to be known."""
    templates = [each for each in load_templates(WORKFLOWS) if isinstance(each, Template)]
    resolved = [resolve(each, []) for each in templates]
    return {each.name: each for each in resolved if isinstance(each, Workflow)}


def graph_of(name: str, **values: str | float) -> Graph:
    workflow = shipped()[name]
    files = {
        each.name: Attachment("https://cdn.discordapp.com/fox.png", "fox.png", 9)
        for each in workflow.options
        if each.kind in ATTACHED and each.required
    }
    prompt = {"prompt": "a fox"} if any(each.name == "prompt" for each in workflow.options) else {}
    return fill(workflow, {**prompt, **values}, attachments=files, job_id=JOB, pick_seed=lambda: 1).graph


@pytest.mark.parametrize("name", ["img2img", "inpaint", "outpaint", "sdxl", "svd", "txt2img", "upscale"])
def test_a_graph_of_a_shipped_workflow_tells_which_and_with_what(name: str) -> None:
    seeded = any(each.name == "seed" for each in shipped()[name].options)
    graph = graph_of(name, **({"seed": 42} if seeded else {}))
    made = made_by(graph, shipped().values())
    assert made is not None
    assert made.workflow == name
    assert made.values.get("seed") == ("42" if seeded else None)
    assert not any(each.name in made.values for each in shipped()[name].options if each.kind in ATTACHED)


def test_values_that_were_chosen_are_those_that_come_back() -> None:
    made = made_by(graph_of("img2img", strength=0.25, steps=7, negative=""), shipped().values())
    assert made is not None
    assert (made.values["strength"], made.values["steps"], made.values["negative"]) == ("0.25", "7", "")


def test_a_graph_that_differs_in_what_no_option_sets_is_not_ours() -> None:
    graph = dict(graph_of("txt2img"))
    node_id, node = next((each, node) for each, node in graph.items() if node.class_type == "KSampler")
    others: list[Graph] = [
        {**graph, node_id: replace(node, class_type="KSamplerAdvanced")},
        {**graph, node_id: replace(node, inputs={**node.inputs, "denoise": 0.3})},
        {**graph, node_id: replace(node, inputs={**node.inputs, "steps": ["1", 0]})},
        {**graph, node_id: replace(node, inputs={**node.inputs, "positive": node.inputs["negative"]})},
        {**graph, "99": node},
        {},
    ]
    assert [made_by(other, shipped().values()) for other in others] == [None] * len(others)


def test_any_graph_is_told_by_what_a_command_for_it_would_ask() -> None:
    graph = {
        "1": Node("CheckpointLoaderSimple", {"ckpt_name": "SD\\fox.safetensors"}),
        "2": Node("CLIPTextEncode", {"clip": ["1", 1], "text": "a red fox"}),
        "3": Node("KSampler", {"model": ["1", 0], "positive": ["2", 0], "negative": ["2", 0], "seed": 7}),
    }
    recipe = recipe_of(Found(graph, None, Origin.PNG), shipped().values())
    assert recipe.made_by is None
    assert {each.name: each.value for each in recipe.settings}["seed"] == "7"
    assert recipe.models == ("SD\\fox.safetensors",)
    assert recipe.nodes == {"CheckpointLoaderSimple": 1, "CLIPTextEncode": 1, "KSampler": 1}


def test_a_graph_of_thousands_of_nodes_is_told_without_working_out_what_they_mean() -> None:
    graph = {str(number): Node("KSampler", {"seed": 7, "model": "fox.ckpt"}) for number in range(5000)}
    recipe = recipe_of(Found(graph, None, Origin.PNG), shipped().values())
    assert (recipe.settings, recipe.models, recipe.nodes) == ((), ("fox.ckpt",), {"KSampler": 5000})


def test_an_editors_graph_of_anything_is_told_by_the_nodes_that_it_names() -> None:
    odd = {"nodes": [{"id": 1, "type": "KSampler"}, {"id": 2}, 7, {"id": 3, "type": ["x"]}]}
    recipe = recipe_of(Found(None, odd, Origin.PNG), ())
    assert (recipe.nodes, recipe.settings, recipe.graph) == ({"KSampler": 1}, (), None)
    assert recipe_of(Found(None, {"nodes": {}}, Origin.PNG), ()).nodes == {}


def test_workflows_of_one_picture_are_those_that_need_nothing_else_that_a_short_form_cannot_ask() -> None:
    found = {name: one_picture(each) for name, each in shipped().items()}
    assert {name for name, each in found.items() if each is not None} == {
        "img2img",
        "inpaint",
        "outpaint",
        "svd",
        "upscale",
    }
    inpaint = found["inpaint"]
    assert inpaint is not None
    options = (inpaint.picture, inpaint.prompt, inpaint.strength, inpaint.area, inpaint.mask)
    assert [each and each.name for each in options] == ["image", "prompt", "strength", "area", "mask"]


def test_a_workflow_that_needs_more_than_the_form_asks_is_not_offered_there() -> None:
    img2img = shipped()["img2img"]
    steps = [replace(each, required=each.name == "steps" or each.required) for each in img2img.options]
    assert one_picture(dataclasses.replace(img2img, options=tuple(steps))) is None
    optional = [replace(each, required=each.kind is not OptionKind.IMAGE) for each in img2img.options]
    assert one_picture(dataclasses.replace(img2img, options=tuple(optional))) is None
