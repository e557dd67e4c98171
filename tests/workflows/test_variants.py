"""Choices that bring inputs of their own: what may be said under each, and the graph that comes of another one."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from bot.comfy import Graph, JsonValue, Node
from bot.comfy.convert import convert
from bot.comfy.objects import parse_object_info
from bot.errors import Refused
from bot.texts import Text, text
from bot.workflows import Workflow, fill, resolve
from bot.workflows.inference import infer
from bot.workflows.template import Scalar, UiGraph

JOB = UUID("018f2e6a-9b1c-7def-8123-456789abcdef")

_SEED: JsonValue = ["INT", {"min": 0, "max": 2**64 - 1, "control_after_generate": True}]
_CODEC: JsonValue = [
    "COMFY_DYNAMICCOMBO_V3",
    {"options": [{"key": "h264", "inputs": {"required": {"rate": ["INT", {"default": 23, "max": 51}]}}}]},
]


def _model(key: str, **inputs: JsonValue) -> JsonValue:
    prompt: JsonValue = ["STRING", {"multiline": True}]
    return {"key": key, "inputs": {"required": {"prompt": prompt, **inputs}}}


def _sizes(*names: str) -> JsonValue:
    return ["COMBO", {"options": list(names)}]


INFO = parse_object_info(
    {
        "Partner": {
            "input": {
                "required": {
                    "model": [
                        "COMFY_DYNAMICCOMBO_V3",
                        {
                            "options": [
                                _model("large", resolution=_sizes("1k", "4k"), seed=_SEED, codec=_CODEC),
                                _model(
                                    "small", resolution=_sizes("1k", "half"), duration=["INT", {"max": 9}]
                                ),
                                _model("looking", voice=["VOICE"]),
                                _model(
                                    "growing",
                                    images=["COMFY_AUTOGROW_V3", {}],
                                    resolution=_sizes("8k"),
                                    fine=["BOOLEAN", {}],
                                ),
                            ]
                        },
                    ]
                }
            },
            "output": ["VIDEO"],
        },
        "SaveVideo": {"input": {"required": {"video": ["VIDEO"]}}, "output": [], "output_node": True},
        "CustomCombo": {
            "input": {"required": {"choice": ["COMBO", {"options": []}]}},
            "output": ["STRING", "INT"],
        },
        "Show": {"input": {"required": {"source": ["*"]}}, "output": [], "output_node": True},
    }
)
GRAPH: Graph = {
    "1": Node(
        "Partner",
        {
            "model": "large",
            "model.prompt": "a fox",
            "model.resolution": "4k",
            "model.seed": 5,
            "model.codec": "h264",
            "model.codec.rate": 20,
            "model.images.image_1": ["3", 0],
        },
    ),
    "2": Node("SaveVideo", {"video": ["1", 0]}),
    "3": Node("LoadImage", {}),
}


def _workflow(graph: Graph = GRAPH) -> Workflow:
    found = infer(graph, [INFO])
    template = found.template("film", "A film", Path("film"))
    workflow = resolve(template, [INFO | parse_object_info({"LoadImage": {"output": ["IMAGE"]}})])
    assert isinstance(workflow, Workflow), workflow
    return workflow


def _inputs(**values: Scalar) -> dict[str, JsonValue]:
    filled = fill(_workflow(), {"prompt": "a hen", **values}, job_id=JOB, pick_seed=lambda: 9)
    return dict(filled.graph["1"].inputs)


def _refusal(**values: Scalar) -> Text:
    with pytest.raises(Refused) as caught:
        _inputs(**values)
    return caught.value.message


def test_inputs_that_a_choice_brings_are_options_and_say_where_they_exist() -> None:
    told = {option.name: option.description for option in infer(GRAPH, [INFO]).options}

    assert told == {
        "prompt": "What it should show",
        "seed": "Same seed and options: same result. Left out: a new one each time (only with model: large)",
        "resolution": "How large it becomes (only with model: large, small, growing)",
        "model": "The model that does the work",
    }


def test_a_choice_that_needs_a_link_which_is_missing_is_not_offered() -> None:
    options = {option.name: option for option in _workflow().options}

    assert options["model"].choices == ("large", "small", "growing")
    assert options["resolution"].choices == ("1k", "4k", "half", "8k")


def test_what_is_left_as_it_was_stays_as_it_was() -> None:
    assert _inputs() == {**GRAPH["1"].inputs, "model.prompt": "a hen", "model.seed": 9}


def test_another_choice_has_its_own_inputs_those_that_fit_as_they_were_and_defaults_for_the_others() -> None:
    assert _inputs(model="small") == {
        "model": "small",
        "model.prompt": "a hen",
        "model.resolution": "1k",
        "model.duration": 0,
    }


def test_links_that_grow_are_kept_where_the_other_choice_takes_them() -> None:
    assert _inputs(model="growing", resolution="8k") == {
        "model": "growing",
        "model.prompt": "a hen",
        "model.images.image_1": ["3", 0],
        "model.resolution": "8k",
        "model.fine": False,
    }


def test_what_does_not_exist_under_the_choice_is_refused_with_the_choices_that_have_it() -> None:
    assert _refusal(model="small", seed=3) == text("value-only-with", option="seed", choices="model: large")


def test_what_the_choice_does_not_allow_is_refused_with_what_it_does() -> None:
    place = {"option": "resolution", "choice": "model: small"}

    assert _refusal(model="small", resolution="4k") == text(
        "value-not-with", **place, value="4k", names="1k, half"
    )
    assert _inputs(model="small", resolution="half")["model.resolution"] == "half"


def test_a_number_beyond_what_the_choice_allows_is_refused_with_its_range() -> None:
    inputs: dict[str, JsonValue] = {"model": "small", "model.prompt": "a", "model.resolution": "1k"}
    graph = {**GRAPH, "1": Node("Partner", {**inputs, "model.duration": 4})}
    longer = parse_object_info(
        {
            "Partner": {
                "input": {
                    "required": {
                        "model": [
                            "COMFY_DYNAMICCOMBO_V3",
                            {
                                "options": [
                                    _model("small", duration=["INT", {"min": 1, "max": 9}]),
                                    _model("large", duration=["INT", {"min": 1, "max": 30}]),
                                ]
                            },
                        ]
                    }
                },
                "output": ["VIDEO"],
            },
            "LoadImage": {"output": ["IMAGE"]},
        }
    )
    known = INFO | longer
    workflow = resolve(infer(graph, [known]).template("film", "A film", Path("film")), [known])
    assert isinstance(workflow, Workflow)
    duration = next(option for option in workflow.options if option.name == "duration")
    assert (duration.minimum, duration.maximum) == (1, 30)

    with pytest.raises(Refused) as caught:
        fill(workflow, {"prompt": "a", "duration": 12}, job_id=JOB, pick_seed=lambda: 9)
    assert caught.value.message == text(
        "value-not-within", option="duration", value="12", choice="model: small", minimum="1", maximum="9"
    )
    longer_one = fill(
        workflow, {"prompt": "a", "duration": 12, "model": "large"}, job_id=JOB, pick_seed=lambda: 9
    )
    assert longer_one.graph["1"].inputs["model.duration"] == 12


def test_people_are_told_what_was_sent_and_nothing_of_what_the_choice_does_not_have() -> None:
    filled = fill(_workflow(), {"prompt": "a hen", "model": "small"}, job_id=JOB, pick_seed=lambda: 9)

    assert filled.values == {"prompt": "a hen", "resolution": "1k", "model": "small"}


def test_an_editors_file_whose_widgets_no_longer_fit_is_not_sent_along() -> None:
    document: JsonValue = {
        "nodes": [
            {
                "id": 1,
                "type": "Partner",
                "widgets_values": ["small", "a fox", "1k", 4],
                "outputs": [{"links": [1]}],
            },
            {"id": 2, "type": "SaveVideo", "inputs": [{"name": "video", "type": "VIDEO", "link": 1}]},
        ],
        "links": [[1, 1, 0, 2, 0, "VIDEO"]],
    }
    converted = convert(document, INFO.node_plans())
    found = infer(converted.graph, [INFO]).template("film", "A film", Path("film"))
    workflow = resolve(replace(found, ui=UiGraph(document, converted.bindings)), [INFO])
    assert isinstance(workflow, Workflow)

    same, other = (
        fill(workflow, {"prompt": "a hen", "model": model}, job_id=JOB, pick_seed=lambda: 9)
        for model in ("small", "growing")
    )
    match same.ui:
        case {"nodes": [{"widgets_values": values}, _]}:
            assert values == ["small", "a hen", "1k", 4]
        case _:
            pytest.fail(str(same.ui))
    assert other.ui is None


def test_choices_that_the_node_carries_are_offered_and_its_place_goes_along() -> None:
    graph: Graph = {
        "1": Node(
            "CustomCombo",
            {"choice": "Music", "index": 0, "option1": "Music", "option2": "Voice", "option3": ""},
            "/kind",
        ),
        "2": Node("Show", {"source": ["1", 0]}),
    }
    workflow = resolve(infer(graph, [INFO]).template("kind", "A kind", Path("kind")), [INFO])
    assert isinstance(workflow, Workflow)
    (kind,) = workflow.options

    filled = fill(workflow, {"kind": "Voice"}, job_id=JOB, pick_seed=lambda: 9)

    assert (kind.choices, kind.default, kind.listed) == (("Music", "Voice"), "Music", False)
    assert (filled.graph["1"].inputs["choice"], filled.graph["1"].inputs["index"]) == ("Voice", 1)
    assert filled.needs == {"CustomCombo", "Show"}
