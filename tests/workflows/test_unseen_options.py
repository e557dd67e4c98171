"""Options that a command does not show: hidden ones, which nobody is asked for, and advanced ones, which a form asks for."""

import dataclasses
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.comfy import Graph, Node
from bot.errors import Refused
from bot.workflows import Filled, Unavailable, Workflow, WorkflowError, fill, resolve
from bot.workflows.command_file import parse_command
from bot.workflows.matching import made_by
from bot.workflows.template import OptionKind, Scalar, Template
from tests.workflows.inference.samples import CLASSIC, changed, inferred, server

JOB = UUID("018f2e6a-9b1c-7def-8123-456789abcdef")
INFO = server(checkpoints=["sd15.safetensors", "sdxl.safetensors"])


def _template() -> Template:
    return inferred(CLASSIC).template("fox", "A fox", Path("fox"))


def _hidden(*names: str, default: Scalar | None = None) -> Template:
    """The classic workflow with these options hidden."""
    made = _template()
    return dataclasses.replace(
        made,
        options=tuple(
            replace(each, hidden=True, required=False, default=default) if each.name in names else each
            for each in made.options
        ),
    )


def _from_a_picture(file: str) -> Graph:
    return changed(
        CLASSIC,
        {
            "10": Node("LoadImage", {"image": file}),
            "11": Node("ImageScale", {"image": ["10", 0], "width": 512, "height": 512}),
            "9": {"images": ["11", 0]},
        },
    )


def _resolved(template: Template) -> Workflow:
    workflow = resolve(template, [INFO])
    assert isinstance(workflow, Workflow), workflow
    return workflow


def _filled(workflow: Workflow, **values: Scalar) -> Filled:
    return fill(workflow, {"prompt": "a fox", **values}, job_id=JOB, pick_seed=lambda: 9)


def test_the_default_of_a_hidden_option_is_sent_and_nobody_can_say_otherwise() -> None:
    workflow = _resolved(_hidden("steps", default=12))

    assert "steps" not in [option.name for option in workflow.options]
    filled = _filled(workflow)
    assert filled.graph["3"].inputs["steps"] == 12
    assert "steps" not in filled.values
    with pytest.raises(Refused):
        _filled(workflow, steps=30)


def test_a_hidden_seed_is_drawn_anew_and_one_with_a_default_is_that() -> None:
    assert _filled(_resolved(_hidden("seed"))).graph["3"].inputs["seed"] == 9
    assert _filled(_resolved(_hidden("seed", default=5))).graph["3"].inputs["seed"] == 5


def test_width_and_height_may_be_hidden_beside_a_shape_which_is_what_people_are_told_then() -> None:
    workflow = _resolved(_hidden("width", "height"))

    filled = _filled(workflow, size="wide")
    inputs = filled.graph["5"].inputs
    assert (inputs["width"], inputs["height"]) == (896, 512)
    assert filled.values["size"] == "wide"  # which runs it again, or fills the form
    assert "width" not in filled.values


def test_a_hidden_shape_is_gone_and_width_and_height_stay() -> None:
    kinds = {option.name: option.kind for option in _resolved(_hidden("size")).all_options}

    assert OptionKind.SIZE not in kinds.values()
    assert {"width", "height"} <= kinds.keys()


def test_a_hidden_model_that_no_server_has_is_stood_in_for_and_people_are_told() -> None:
    filled = _filled(_resolved(_hidden("checkpoint", default="sdx.safetensors")))

    assert filled.graph["4"].inputs["ckpt_name"] == "sdxl.safetensors"
    assert filled.stand_ins == {"checkpoint": "sdx.safetensors"}
    assert filled.values["checkpoint"] == "sdxl.safetensors"


def test_the_file_of_a_hidden_picture_must_be_on_a_server() -> None:
    made = inferred(_from_a_picture("example.png")).template("fox", "A fox", Path("fox"))
    hidden = dataclasses.replace(
        made,
        options=tuple(
            replace(each, hidden=True, required=False) if each.kind is OptionKind.IMAGE else each
            for each in made.options
        ),
    )

    assert fill(_resolved(hidden), {}, job_id=JOB, pick_seed=lambda: 9).inputs == ()
    elsewhere = dataclasses.replace(hidden, graph=changed(hidden.graph, {"10": {"image": "mine.png"}}))
    assert isinstance(resolve(elsewhere, [INFO]), Unavailable)


def test_an_advanced_option_is_offered_and_is_not_in_the_command() -> None:
    made = _template()
    advanced = dataclasses.replace(
        made, options=tuple(replace(each, advanced=each.name in {"steps", "cfg"}) for each in made.options)
    )

    workflow = _resolved(advanced)
    assert {"steps", "cfg"} <= {option.name for option in workflow.options}
    assert {"steps", "cfg"}.isdisjoint(option.name for option in workflow.in_command)
    assert _filled(workflow, steps=12).graph["3"].inputs["steps"] == 12


def test_a_file_that_no_server_has_is_asked_for_in_the_command_whatever_the_command_says() -> None:
    made = inferred(_from_a_picture("mine.png")).template("fox", "A fox", Path("fox"))
    advanced = dataclasses.replace(
        made, options=tuple(replace(each, required=False, advanced=True) for each in made.options)
    )

    (picture,) = _resolved(advanced).in_command
    assert (picture.kind, picture.required) == (OptionKind.IMAGE, True)


def test_a_graph_with_another_hidden_seed_is_known_as_made_by_the_workflow() -> None:
    workflow = _resolved(_hidden("seed"))

    made = made_by(_filled(workflow).graph, [workflow])
    assert made is not None
    assert "seed" not in made.values


@pytest.mark.parametrize("key", ["hidden", "advanced"])
def test_what_is_required_has_to_be_seen(key: str) -> None:
    command = (
        'description = "A fox"\n[options.steps]\ndescription = "Steps"\nnode = "3"\ninput = "steps"\n'
        f"required = true\n{key} = true\n"
    )
    with pytest.raises(WorkflowError, match=f"is required and {key}"):
        parse_command(command, Path("fox"), CLASSIC)
