"""The workflow that comes with the bot, against a real server's ``/object_info`` where the recordings are at hand."""

import json
from collections.abc import Mapping
from typing import cast
from uuid import UUID

import pytest

from bot.comfy import JsonValue, ObjectInfo, parse_graph
from bot.comfy.objects import parse_object_info
from bot.workflows import OptionKind, Template, Workflow, fill, resolve
from bot.workflows.command_size import words_of
from bot.workflows.discord_rules import MAX_COMMAND
from tests.workflows.samples import TXT2IMG, template_in

RECORDINGS = TXT2IMG.parents[2] / "shared" / "recordings" / "comfyui-0.3.64"


@pytest.fixture
def template() -> Template:
    return template_in(TXT2IMG)


@pytest.fixture(scope="module")
def real() -> ObjectInfo:
    recording = RECORDINGS / "object_info.json"
    if not recording.exists():
        pytest.skip("the recordings of a real server are not beside this repository")
    body = cast("Mapping[str, JsonValue]", json.loads(recording.read_text(encoding="utf-8")))
    return parse_object_info(body)


def test_it_offers_what_people_expect_with_the_prompt_first(template: Template) -> None:
    workflow = resolve(template, [])
    assert isinstance(workflow, Workflow)
    assert [(option.name, option.kind, option.required) for option in workflow.options] == [
        ("prompt", OptionKind.TEXT, True),
        ("negative", OptionKind.TEXT, False),
        ("size", OptionKind.SIZE, False),
        ("width", OptionKind.INTEGER, False),
        ("height", OptionKind.INTEGER, False),
        ("steps", OptionKind.INTEGER, False),
        ("cfg", OptionKind.NUMBER, False),
        ("sampler", OptionKind.TEXT, False),
        ("scheduler", OptionKind.TEXT, False),
        ("checkpoint", OptionKind.TEXT, False),
        ("seed", OptionKind.SEED, False),
        ("batch-size", OptionKind.INTEGER, False),
    ]


def test_all_of_it_is_in_chinese_too_and_fits_into_a_command(template: Template) -> None:
    for each in (template, *template.options):
        assert "zh-CN" in each.name_localisations
        assert "zh-CN" in each.description_localisations
    workflow = resolve(template, [])
    assert isinstance(workflow, Workflow)
    assert words_of(workflow) < MAX_COMMAND


def test_a_real_server_gives_it_lists_ranges_and_a_checkpoint(template: Template, real: ObjectInfo) -> None:
    workflow = resolve(template, [real])
    assert isinstance(workflow, Workflow)
    options = {option.name: option for option in workflow.options}
    assert {
        name: (option.minimum, option.maximum, option.step, option.default)
        for name, option in options.items()
    } == {
        "prompt": (None, None, None, None),
        "negative": (None, None, None, "text, watermark"),
        "width": (64, 2048, 8, 512),
        "height": (64, 2048, 8, 512),
        "steps": (1, 60, None, 20),
        "cfg": (1, 30, None, 7.0),
        "sampler": (None, None, None, "euler"),
        "scheduler": (None, None, None, "normal"),
        "checkpoint": (None, None, None, "sd15-random-tiny.safetensors"),
        "seed": (0, 2**64 - 1, None, None),
        "size": (None, None, None, None),
        "batch-size": (1, 4, None, 1),
    }
    assert {name: option.autocomplete for name, option in options.items() if option.choices} == {
        "sampler": True,
        "scheduler": False,
        "checkpoint": False,
        "size": False,
    }


def test_filled_it_is_the_graph_that_the_real_server_ran(template: Template, real: ObjectInfo) -> None:
    ran = json.loads((RECORDINGS / "workflows" / "txt2img.api.json").read_text(encoding="utf-8"))
    workflow = resolve(template, [real])
    assert isinstance(workflow, Workflow)
    values = {"prompt": "a cat", "negative": "bad hands", "width": 64, "height": 64, "steps": 4, "seed": 1}
    graph = fill(workflow, values, job_id=UUID(int=1), pick_seed=int).graph
    ran["9"]["inputs"]["filename_prefix"] = "txt2img-000000000001"
    assert {
        node_id: {"class_type": node.class_type, "inputs": dict(node.inputs)}
        for node_id, node in graph.items()
    } == ran


def test_every_recorded_graph_can_be_asked_whether_the_server_has_what_it_needs(real: ObjectInfo) -> None:
    graphs = sorted((RECORDINGS / "workflows").glob("*.json"))
    assert graphs
    for path in graphs:
        template = Template(
            path.stem, "recorded", parse_graph(path.read_text(encoding="utf-8")), (), path.parent
        )
        assert isinstance(resolve(template, [real]), Workflow), path.name
