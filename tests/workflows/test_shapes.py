"""A shape by name stands for a width and a height that suit the model."""

import re
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from bot.comfy import Graph, JsonValue, Node
from bot.errors import Refused
from bot.workflows import Caps, Filled, Workflow, WorkflowError, fill, load_template, resolve
from bot.workflows.shapes import Shape
from bot.workflows.template import Scalar
from tests.workflows.inference.samples import CLASSIC, changed, inferred, server
from tests.workflows.samples import write

JOB = UUID("018f2e6a-9b1c-7def-8123-456789abcdef")
INFO = server(
    checkpoints=["sd15.safetensors", "sdxl.safetensors", "qwen_image.safetensors", "mystery.safetensors"]
)


def _workflow(graph: Graph = CLASSIC, caps: Caps | None = None) -> Workflow:
    template = inferred(graph).template("fox", "A fox", Path("fox"))
    workflow = resolve(template, [INFO], caps=caps or Caps())
    assert isinstance(workflow, Workflow), workflow
    return workflow


def _filled(workflow: Workflow, values: Mapping[str, Scalar]) -> Filled:
    return fill(workflow, {"prompt": "a fox", **values}, job_id=JOB, pick_seed=lambda: 9)


def _size(workflow: Workflow, values: Mapping[str, Scalar]) -> tuple[object, object]:
    inputs = _filled(workflow, values).graph["5"].inputs
    return inputs["width"], inputs["height"]


@pytest.mark.parametrize(
    ("model", "sizes"),
    [
        ("sd15.safetensors", [(512, 512), (512, 768), (768, 512), (896, 512), (512, 896)]),
        ("sdxl.safetensors", [(1024, 1024), (832, 1216), (1216, 832), (1344, 768), (768, 1344)]),
        ("qwen_image.safetensors", [(1328, 1328), (1056, 1584), (1584, 1056), (1664, 928), (928, 1664)]),
        ("mystery.safetensors", [(624, 624), (512, 768), (768, 512), (832, 464), (464, 832)]),
    ],
)
def test_the_sizes_suit_the_model_that_is_chosen_or_the_workflows_own_size(
    model: str, sizes: list[tuple[int, int]]
) -> None:
    workflow = _workflow()

    assert [_size(workflow, {"size": shape, "checkpoint": model}) for shape in Shape] == sizes


def test_left_out_the_size_is_the_workflows_own() -> None:
    assert _size(_workflow(), {}) == (512, 768)


def test_people_are_told_the_width_and_the_height_that_came_of_it() -> None:
    values = _filled(_workflow(), {"size": "wide"}).values

    assert (values["width"], values["height"]) == ("896", "512")
    assert "size" not in values


def test_a_shape_takes_the_place_of_numbers_that_a_form_was_filled_with() -> None:
    assert _size(_workflow(), {"size": "square", "width": 640, "height": 640}) == (512, 512)


def test_what_is_no_shape_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        _filled(_workflow(), {"size": "round"})

    assert caught.value.message.id in {"value-not-listed", "value-not-listed-at-all"}


def test_a_family_whose_sizes_are_too_large_is_drawn_at_the_workflows_own() -> None:
    small = _workflow(caps=Caps(pixels=600 * 600))

    assert _size(small, {"size": "square", "checkpoint": "sdxl.safetensors"}) == (624, 624)


BOTH = """
description = "Draws"
[options.size]
type = "size"
description = "Its shape"
{more}
[options.width]
description = "Width"
node = "5"
input = "width"
max = {most}
[options.height]
description = "Height"
node = "5"
input = "height"
"""


def _written(folder: Path, command: str) -> Workflow:
    document: JsonValue = {
        node_id: {"class_type": node.class_type, "inputs": dict(node.inputs)}
        for node_id, node in CLASSIC.items()
    }
    workflow = resolve(load_template(write(folder, command, document)), [INFO])
    assert isinstance(workflow, Workflow)
    return workflow


def test_an_author_may_offer_it_and_it_keeps_to_their_bounds(tmp_path: Path) -> None:
    workflow = _written(tmp_path, BOTH.format(more="", most=768))

    assert [option.name for option in workflow.options] == ["size", "width", "height"]
    assert workflow.options[0].choices == ("square", "portrait", "landscape", "tall")


def test_where_hardly_a_shape_fits_there_is_no_such_option(tmp_path: Path) -> None:
    workflow = _written(tmp_path, BOTH.format(more="", most=512).replace("max = 512", "min = 504\nmax = 512"))

    assert workflow.options[0].choices == ("square", "portrait", "tall")
    narrow = BOTH.format(more="", most=600).replace("max = 600", "min = 520\nmax = 600\ndefault = 520")
    assert [option.name for option in _written(tmp_path / "b", narrow).options] == ["width", "height"]


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (BOTH.format(more='node = "5"', most=768), "has 'node': an option of the type 'size' sets"),
        (BOTH.format(more="min = 5", most=768), "has 'min', which an option of the type 'size' cannot have"),
        (BOTH.format(more="required = true", most=768), "is required, and a size may always be left out"),
        (BOTH.format(more="", most=768).replace("height]", "tallness]"), "and no option 'height'"),
        (
            BOTH.format(more='[options.shape]\ntype = "size"\ndescription = "Another"', most=768),
            "has several options of the type 'size'",
        ),
    ],
)
def test_what_contradicts_itself_is_told(tmp_path: Path, command: str, problem: str) -> None:
    with pytest.raises(WorkflowError, match=re.escape(problem)):
        _written(tmp_path, command)


def test_another_option_of_that_name_is_left_alone() -> None:
    sized = changed(CLASSIC, {"5": Node("EmptyLatentImage", CLASSIC["5"].inputs, "/width: size")})

    assert [option.name for option in inferred(sized).options].count("size") == 1
    named_so = changed(CLASSIC, {"6": Node("CLIPTextEncode", CLASSIC["6"].inputs, "/size")})
    assert [option.kind for option in inferred(named_so).options if option.name == "size"] == [None]
