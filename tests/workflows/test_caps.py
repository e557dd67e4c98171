"""How much people may ask for is the operator's word, in what is found and in what authors wrote."""

import dataclasses
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.comfy import Graph, Node
from bot.errors import Refused
from bot.texts import Text, text
from bot.workflows import (
    Caps,
    InputRef,
    OptionKind,
    OptionSpec,
    Template,
    Unavailable,
    Workflow,
    fill,
    resolve,
)
from bot.workflows.template import Scalar
from tests.workflows.inference.samples import CLASSIC, changed, inferred, server
from tests.workflows.samples import NO_CAPS

JOB = UUID("018f2e6a-9b1c-7def-8123-456789abcdef")
VIDEO = changed(
    CLASSIC,
    {
        "3": {"positive": ["5", 0], "negative": ["5", 1], "latent_image": ["5", 2]},
        "5": Node(
            "WanImageToVideo",
            {"positive": ["6", 0], "negative": ["7", 0], "width": 832, "height": 480, "length": 81},
        ),
    },
)


def _found(graph: Graph = CLASSIC, caps: Caps | None = None) -> Workflow:
    template = inferred(graph).template("fox", "A fox", Path("fox"))
    return _resolved(template, caps)


def _resolved(template: Template, caps: Caps | None) -> Workflow:
    workflow = resolve(template, [server()]) if caps is None else resolve(template, [server()], caps=caps)
    assert isinstance(workflow, Workflow), workflow
    return workflow


def _most(workflow: Workflow) -> dict[str, float | None]:
    names = {"width", "height", "batch-size", "steps", "length"}
    return {option.name: option.maximum for option in workflow.options if option.name in names}


def _refusal(workflow: Workflow, **values: Scalar) -> Text:
    with pytest.raises(Refused) as caught:
        fill(workflow, {"prompt": "a fox", **values}, job_id=JOB, pick_seed=lambda: 9)
    return caught.value.message


def test_found_ranges_end_where_the_operator_says() -> None:
    assert _most(_found()) == {"width": 4096, "height": 4096, "batch-size": 8, "steps": 100}
    assert _most(_found(caps=Caps(pixels=1024 * 1024, batch=2, steps=30))) == {
        "width": 2048,
        "height": 2048,
        "batch-size": 2,
        "steps": 30,
    }


def test_without_caps_the_servers_say_how_far() -> None:
    assert _most(_found(caps=NO_CAPS)) == {
        "width": 16384,
        "height": 16384,
        "batch-size": 4096,
        "steps": 10000,
    }


def test_a_videos_length_ends_on_one_of_its_steps() -> None:
    assert _most(_found(VIDEO, Caps(frames=100)))["length"] == 97


def test_what_an_author_wrote_is_capped_too() -> None:
    spec = OptionSpec("rounds", "How many steps", (InputRef("3", "steps"),), maximum=5000)
    (option,) = _resolved(Template("fox", "A fox", CLASSIC, (spec,), Path("fox")), Caps(steps=40)).options

    assert option.maximum == 40


def test_what_a_workflow_starts_from_is_always_allowed() -> None:
    graph = changed(CLASSIC, {"3": {"steps": 60}, "5": {"width": 1024, "height": 1024}})
    workflow = _found(graph, Caps(pixels=512 * 512, steps=20))

    assert _most(workflow)["steps"] == 60
    filled = fill(workflow, {"prompt": "a fox"}, job_id=JOB, pick_seed=lambda: 9)
    assert filled.graph["5"].inputs["width"] == 1024


def test_what_others_brought_starts_from_no_more_than_people_may_ask_for() -> None:
    caps = Caps(pixels=512 * 512, batch=1, steps=10, frames=3)
    graph = changed(CLASSIC, {"5": {"width": 1024, "height": 512, "batch_size": 4}})
    template = dataclasses.replace(inferred(graph).template("fox", "A fox", Path("fox")), trusted=False)

    assert resolve(template, [server()], caps=caps) == Unavailable(
        "fox",
        (
            text("workflow-beyond-pixels", width="1024", height="512", most="262144"),
            text("workflow-beyond", input="batch_size", value="4", most="3"),
            text("workflow-beyond", input="steps", value="20", most="10"),
        ),
    )
    assert _resolved(template, NO_CAPS).graph == graph

    hidden = [
        replace(each, hidden=True, default=11) if each.name == "steps" else each for each in template.options
    ]
    reasons = resolve(dataclasses.replace(template, options=tuple(hidden)), [server()], caps=Caps(steps=10))
    assert isinstance(reasons, Unavailable)
    assert reasons.reasons == (text("workflow-beyond", input="steps", value="11", most="10"),)


def test_more_is_refused_with_the_limit_also_from_a_command_that_is_older() -> None:
    assert _refusal(_found(caps=Caps(steps=40)), steps=41) == text(
        "value-out-of-range", option="steps", value="41", minimum="1", maximum="40"
    )


def test_two_sides_that_are_too_much_together_are_refused_with_the_number_of_pixels() -> None:
    workflow = _found()

    assert _refusal(workflow, width=4096, height=2048) == text(
        "value-too-many-pixels", option="width", width="4096", height="2048", most="4194304"
    )
    filled = fill(workflow, {"prompt": "a", "width": 4096, "height": 1024}, job_id=JOB, pick_seed=lambda: 9)
    assert filled.graph["5"].inputs["width"] == 4096


def test_texts_and_lists_have_no_cap() -> None:
    kinds = {option.name: (option.kind, option.maximum) for option in _found().options}

    assert kinds["prompt"] == (OptionKind.TEXT, None)
    assert kinds["sampler"] == (OptionKind.CHOICE, None)
