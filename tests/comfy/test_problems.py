import json

from bot.comfy import NodeProblem
from bot.comfy.problems import Refusal, parse_refusal
from tests.comfy.recorded import recorded


def refusal(name: str) -> Refusal:
    return parse_refusal(json.loads(recorded("refusals")[name]["raw"]))


def test_a_value_that_is_not_in_a_list_comes_with_what_is_allowed() -> None:
    assert refusal("checkpoint not in list") == Refusal(
        "prompt_outputs_failed_validation",
        "Prompt outputs failed validation",
        (
            NodeProblem(
                node_id="4",
                class_type="CheckpointLoaderSimple",
                kind="value_not_in_list",
                input_name="ckpt_name",
                message="Value not in list",
                details="ckpt_name: 'missing.safetensors' not in ['sd15-random-tiny.safetensors', 'sd15-random.safetensors']",
                received="missing.safetensors",
                allowed=("sd15-random-tiny.safetensors", "sd15-random.safetensors"),
            ),
        ),
    )


def test_of_a_long_list_the_server_tells_the_length_only() -> None:
    (problem,) = refusal("bad enum value, long list (sampler_name)").problems
    assert (problem.input_name, problem.received, problem.allowed) == (
        "sampler_name",
        "no_such_sampler",
        None,
    )
    assert problem.details == "sampler_name: 'no_such_sampler' not in (list of length 42)"


def test_several_nodes_are_told_at_once_with_their_ranges() -> None:
    problems = refusal("several nodes wrong at once").problems
    assert [
        (problem.node_id, problem.input_name, problem.received, problem.minimum, problem.maximum)
        for problem in problems
    ] == [
        ("4", "ckpt_name", "missing.safetensors", None, None),
        ("5", "width", 100000, 16, 16384),
        ("3", "cfg", 1000, 0, 100),
    ]


def test_each_missing_input_is_a_problem() -> None:
    problems = refusal("missing required inputs (seed and model)").problems
    assert [(problem.kind, problem.input_name) for problem in problems] == [
        ("required_input_missing", "model"),
        ("required_input_missing", "seed"),
    ]


def test_a_missing_class_is_read_from_the_prose_of_old_servers() -> None:
    assert refusal("unknown node class").problems == (
        NodeProblem(
            node_id="9",
            class_type="NoSuchNode",
            kind="invalid_prompt",
            input_name=None,
            message="Cannot execute because node NoSuchNode does not exist.",
            details="Node ID '#9'",
        ),
    )


def test_a_missing_class_is_read_from_the_fields_of_new_servers() -> None:
    body = {
        "error": {
            "type": "missing_node_type",
            "message": "Node 'Mine' not found. The custom node may not be installed.",
            "details": "Node ID '#9'",
            "extra_info": {"node_id": "9", "class_type": "NoSuchNode", "node_title": "Mine"},
        },
        "node_errors": {},
    }
    (problem,) = parse_refusal(body).problems
    assert (problem.node_id, problem.class_type, problem.kind) == ("9", "NoSuchNode", "missing_node_type")
    assert problem.is_missing_class


def test_only_a_missing_class_is_called_one() -> None:
    (of_old_server,) = refusal("unknown node class").problems
    assert of_old_server.is_missing_class
    others = refusal("missing required inputs (seed and model)").problems
    assert not any(problem.is_missing_class for problem in others)


def test_a_cycle_is_refused_without_a_word_about_nodes() -> None:
    told = refusal("true cycle (node linked to itself)")
    assert (told.message, told.problems) == ("Prompt outputs failed validation", ())


def test_the_options_of_the_second_list_form_are_allowed_too() -> None:
    error = {"type": "value_not_in_list", "extra_info": {"input_config": ["COMBO", {"options": ["a", 2]}]}}
    (problem,) = parse_refusal({"error": {}, "node_errors": {"1": {"errors": [error]}}}).problems
    assert problem.allowed == ("a", "2")


def test_a_refusal_in_another_shape_is_read_as_far_as_it_goes() -> None:
    assert parse_refusal({"error": "no"}) == Refusal("", "no", ())
    assert parse_refusal(None) == Refusal("", "the graph was refused", ())
    assert parse_refusal({"node_errors": {"1": None, "2": {"errors": [None]}}}).problems == (
        NodeProblem("2", "", "", None, "", ""),
    )
