import json
from dataclasses import replace

import pytest

from bot.comfy import InputSpec
from bot.comfy.json_value import JsonValue, Unreadable
from bot.comfy.objects import parse_object_info, read_object_info
from tests.comfy.recorded import recorded

OBJECTS = parse_object_info(recorded("object_info"))


def only_input(spec: JsonValue) -> InputSpec:
    classes = parse_object_info({"Odd": {"input": {"required": {"x": spec}}}})
    return classes["Odd"].inputs["x"]


def test_classes_are_found_by_name() -> None:
    assert "KSampler" in OBJECTS
    assert "NoSuchNode" not in OBJECTS
    assert len(OBJECTS) == 7
    assert OBJECTS["CheckpointLoaderSimple"].outputs == ("MODEL", "CLIP", "VAE")
    assert [name for name, node in OBJECTS.items() if node.output_node] == ["SaveImage"]


def test_a_number_has_its_range_to_the_last_digit() -> None:
    seed = OBJECTS["KSampler"].inputs["seed"]
    assert seed == InputSpec(
        name="seed",
        type="INT",
        required=True,
        default=0,
        minimum=0,
        maximum=2**64 - 1,
        tooltip="The random seed used for creating the noise.",
        control_after_generate=True,
    )


def test_a_list_of_the_first_form_is_a_combo() -> None:
    scheduler = OBJECTS["KSampler"].inputs["scheduler"]
    assert scheduler.type == "COMBO"
    assert scheduler.options == (
        "simple",
        "sgm_uniform",
        "karras",
        "exponential",
        "ddim_uniform",
        "beta",
        "normal",
        "linear_quadratic",
        "kl_optimal",
    )


def test_a_list_of_the_second_form_is_a_combo_too() -> None:
    dimension = OBJECTS["LatentCut"].inputs["dim"]
    assert (dimension.type, dimension.options) == ("COMBO", ("x", "y", "t"))


def test_a_list_that_the_editor_fetches_has_no_options() -> None:
    image = OBJECTS["LoadImageOutput"].inputs["image"]
    assert (image.type, image.options, image.remote, image.upload) == ("COMBO", None, True, "image")


def test_an_upload_is_known_by_its_flag() -> None:
    image = OBJECTS["LoadImage"].inputs["image"]
    assert (image.options, image.upload) == (("example.png",), "image")


def test_a_text_may_have_many_lines_and_a_link_has_the_type_it_carries() -> None:
    inputs = OBJECTS["CLIPTextEncode"].inputs
    assert {name: (spec.type, spec.multiline) for name, spec in inputs.items()} == {
        "text": ("STRING", True),
        "clip": ("CLIP", False),
    }


STRANGE: list[tuple[JsonValue, InputSpec]] = [
    (["INT"], InputSpec("x", "INT", required=True)),
    (["INT", None], InputSpec("x", "INT", required=True)),
    (["INT", {"min": "low", "max": [], "step": True}], InputSpec("x", "INT", required=True)),
    (["INT", "not an object", "more"], InputSpec("x", "INT", required=True)),
    ("INT", InputSpec("x", "INT", required=True)),
    ([], InputSpec("x", "*", required=True)),
    ([None], InputSpec("x", "*", required=True)),
    ({}, InputSpec("x", "*", required=True)),
    (None, InputSpec("x", "*", required=True)),
    ([[]], InputSpec("x", "COMBO", required=True, options=())),
    (
        [[1, 2.5, None, "a", ["b"]]],
        InputSpec("x", "COMBO", required=True, options=("1", "2.5", "None", "a", "b")),
    ),
    (["COMBO"], InputSpec("x", "COMBO", required=True)),
    (["COMBO", {"options": "a"}], InputSpec("x", "COMBO", required=True)),
    (["COMBO", {"options": [1]}], InputSpec("x", "COMBO", required=True, options=("1",))),
    (
        ["COMFY_DYNAMICCOMBO_V3", {"options": [{"key": "a"}]}],
        InputSpec("x", "COMFY_DYNAMICCOMBO_V3", required=True, options=("a",), variants={"a": {}}),
    ),
    (
        ["COMFY_DYNAMICCOMBO_V3", {"options": [{"key": {}}, 7]}],
        InputSpec("x", "COMFY_DYNAMICCOMBO_V3", required=True, variants={}),
    ),
]


def test_a_choice_brings_inputs_of_its_own_which_another_does_not() -> None:
    large: JsonValue = {"key": "large", "inputs": {"required": {"seed": ["INT", {"max": 9}]}}}
    nested: JsonValue = [
        "COMFY_DYNAMICCOMBO_V3",
        {"options": [{"key": "fine", "inputs": {"optional": {"rate": ["FLOAT", {}]}}}]},
    ]
    small: JsonValue = {"key": "small", "inputs": {"required": {"codec": nested}}}
    declared: JsonValue = ["COMFY_DYNAMICCOMBO_V3", {"options": [large, small]}]
    info = parse_object_info({"Node": {"input": {"required": {"model": declared}}}})
    node_class = info["Node"]

    seed = InputSpec("seed", "INT", required=True, maximum=9)
    rate = InputSpec("rate", "FLOAT", required=False)
    assert node_class.inputs["model"].options == ("large", "small")
    assert node_class.input_of("model.seed", {"model": "large"}) == seed
    assert node_class.input_of("model.seed", {"model": "small"}) is None
    assert node_class.input_of("model.codec.rate", {"model": "small", "model.codec": "fine"}) == rate
    assert node_class.input_of("model.codec.rate", {"model": "large", "model.codec": "fine"}) is None
    assert node_class.inputs_called("model.seed") == (seed,)
    assert node_class.inputs_called("model.codec.rate") == (rate,)
    assert node_class.inputs_called("model.size") == node_class.inputs_called("size") == ()


@pytest.mark.parametrize(("spec", "expected"), STRANGE)
def test_a_strange_declaration_becomes_an_input_of_which_little_is_known(
    spec: JsonValue, expected: InputSpec
) -> None:
    assert only_input(spec) == expected


def test_a_strange_class_spoils_no_other() -> None:
    objects = parse_object_info(
        {
            "A": None,
            "B": {"input": None},
            "C": {"input": {"required": None, "optional": {"y": ["INT"]}}, "output": [["a"], 3]},
        }
    )
    assert {name: (dict(node.inputs), node.outputs) for name, node in objects.items()} == {
        "B": ({}, ()),
        "C": ({"y": InputSpec("y", "INT", required=False)}, ("COMBO", "3")),
    }


def test_what_is_no_object_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        parse_object_info(json.loads("[]"))


def test_what_two_answers_tell_goes_together_and_the_newer_one_is_believed() -> None:
    older = parse_object_info({"A": {"display_name": "old"}, "B": {"display_name": "b"}})
    newer = parse_object_info({"A": {"display_name": "new"}, "C": {"display_name": "c"}})
    older, newer = replace(older, failed={"C": "why", "D": "why"}), replace(newer, failed={"E": "why"})
    both = older | newer
    assert {name: node.display_name for name, node in both.items()} == {"A": "new", "B": "b", "C": "c"}
    assert both.failed == {"D": "why", "E": "why"}
    plans = both.node_plans()
    assert [plan and plan.display_name for plan in map(plans.get, "ABCD")] == ["new", "b", "c", None]


def test_a_choice_with_widgets_of_its_own_is_known_by_its_name() -> None:
    """VideoHelperSuite before February 2025: the list of formats holds ``[name, widgets]`` beside plain names."""
    formats: JsonValue = [
        "image/gif",
        ["video/h264-mp4", [["crf", "INT", {"default": 19}]]],
        ["video/webm", []],
    ]
    body: JsonValue = {"VHS_VideoCombine": {"input": {"required": {"format": [formats]}}}}
    for info in (parse_object_info(body), read_object_info(json.dumps(body).encode())):
        spec = info["VHS_VideoCombine"].inputs["format"]
        assert spec.options == ("image/gif", "video/h264-mp4", "video/webm")
