"""What authors write into a graph to say what people should set."""

from pathlib import Path

import pytest

from bot.comfy import Node
from bot.workflows import OptionKind, Workflow, resolve
from tests.workflows.inference.samples import CLASSIC, changed, inferred, named, server, targets

_FOLDER = Path("fox")


def _titled(title: str, node_id: str = "6") -> Node:
    return Node(CLASSIC[node_id].class_type, CLASSIC[node_id].inputs, title)


def test_a_title_with_a_slash_names_the_option() -> None:
    found = inferred(changed(CLASSIC, {"6": _titled("/animal: Which animal?")}))

    option = named(found, "animal")
    assert (next(iter(targets(found))), option.description, option.required) == (
        "animal",
        "Which animal?",
        True,
    )
    assert "prompt" not in targets(found)


def test_a_question_mark_makes_it_optional() -> None:
    option = named(inferred(changed(CLASSIC, {"6": _titled("/prompt?")})), "prompt")

    assert (option.required, option.default) == (False, None)


@pytest.mark.parametrize(("title", "target"), [("/steps", "3.steps"), ("@sampler", "3.sampler_name")])
def test_a_title_finds_its_input_among_many(title: str, target: str) -> None:
    found = inferred(changed(CLASSIC, {"3": _titled(title, "3")}))

    assert targets(found)[title[1:]] == [target]


def test_what_the_author_did_not_choose_of_the_how_to_is_advanced() -> None:
    found = inferred(changed(CLASSIC, {"6": _titled("/prompt")}))

    assert [*targets(found)] == ["prompt", "negative", "seed", "size", "width", "height", "batch-size"]
    assert [option.name for option in found.advanced] == [
        "steps",
        "cfg",
        "denoise",
        "sampler",
        "scheduler",
        "checkpoint",
    ]


@pytest.mark.parametrize("placeholder", ["{{what}}", "{{ what }}", "${what}", "%what%"])
def test_a_value_that_is_a_placeholder_becomes_a_required_option(placeholder: str) -> None:
    found = inferred(changed(CLASSIC, {"6": {"text": placeholder}, "7": {"text": placeholder}}))

    option = named(found, "what")
    assert (option.required, [target.node_id for target in option.targets]) == (True, ["6", "7"])
    assert found.graph["6"].inputs["text"] == ""


def test_a_placeholder_for_a_number_takes_the_servers_range() -> None:
    found = inferred(changed(CLASSIC, {"3": {"steps": "{{steps}}", "seed": "{{seed}}"}}))

    assert found.graph["3"].inputs["steps"] == 20
    assert (named(found, "steps").required, named(found, "seed").required) == (True, False)
    workflow = resolve(found.template("fox", "A fox", _FOLDER), [server()])
    assert isinstance(workflow, Workflow)
    kinds = {option.name: option.kind for option in workflow.options}
    assert (kinds["steps"], kinds["seed"]) == (OptionKind.INTEGER, OptionKind.SEED)


@pytest.mark.parametrize("prefix", ["%date:yyyy-MM-dd%", "%KSampler.seed%", "%width%", "50% off 20%"])
def test_what_the_editor_and_comfyui_fill_in_is_no_placeholder(prefix: str) -> None:
    graph = changed(CLASSIC, {"9": {"filename_prefix": prefix}})

    assert inferred(graph).graph["9"].inputs["filename_prefix"] == prefix


def test_comfydeploys_nodes_declare_options() -> None:
    words = {
        "input_id": "animal",
        "default_value": "a fox",
        "display_name": "Das Tier",
        "description": "Which\nanimal",
    }
    slider = {"input_id": "how much", "default_value": 2.0, "min_value": 1.0, "max_value": 5.0}
    graph = changed(
        CLASSIC,
        {
            "6": {"text": ["20", 0]},
            "20": Node("ComfyUIDeployExternalText", words),
            "21": Node("ComfyUIDeployExternalNumberSlider", slider),
            "3": {"cfg": ["21", 0]},
        },
    )

    found = inferred(graph)

    animal, much = named(found, "das-tier"), named(found, "how-much")
    assert [*targets(found)][:2] == ["das-tier", "how-much"]
    assert (animal.description, animal.required) == ("Which animal", False)
    assert (much.minimum, much.maximum) == (1.0, 5.0)


def test_swarms_nodes_declare_options_in_their_order() -> None:
    graph = changed(
        CLASSIC,
        {
            "20": Node(
                "SwarmInputInteger",
                {"title": "Rounds", "value": 10, "min": 2, "max": 50, "step": 2, "order_priority": 5.0},
            ),
            "21": Node("SwarmInputDropdown", {"title": "Mood", "value": "calm", "values": "calm, wild,"}),
            "22": Node("SwarmInputInteger", {"title": "Depth", "value": 1, "is_advanced": True}),
            "3": {"steps": ["20", 0]},
            "6": {"text": ["21", 0]},
        },
    )

    found = inferred(graph)

    assert [*targets(found)][:2] == ["mood", "rounds"]
    rounds, mood = named(found, "rounds"), named(found, "mood")
    assert (rounds.minimum, rounds.maximum, rounds.step) == (2, 50, 2)
    assert mood.choices == ("calm", "wild")
    assert "depth" in [option.name for option in found.advanced]


def test_a_declared_range_that_no_server_takes_gives_way() -> None:
    slider = {"input_id": "much", "default_value": 2.0, "min_value": -9e9, "max_value": 9e9}
    graph = changed(
        CLASSIC, {"3": {"cfg": ["21", 0]}, "21": Node("ComfyUIDeployExternalNumberSlider", slider)}
    )

    assert named(inferred(graph), "much").minimum is None
