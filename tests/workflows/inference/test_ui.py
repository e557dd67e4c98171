"""What a UI graph adds: App mode, promoted widgets, seeds left fixed."""

from collections.abc import Mapping, Sequence

import pytest

from bot.comfy import Graph, JsonValue, Node
from bot.workflows import InputRef
from bot.workflows.inference import Inferred, UiWidget, infer
from tests.workflows.inference.samples import CLASSIC, changed, named, server, targets

GRAPH_ID = "e13112f7-3d09-4ae1-9e84-633a0627d945"


def _in_host(graph: Graph, host: str, node_ids: set[str]) -> Graph:
    """The graph with some nodes inside an instance of a subgraph, as the conversion writes their ids."""

    def moved(value: JsonValue) -> JsonValue:
        match value:
            case [str() as source, int() as slot] if source in node_ids:
                return [f"{host}:{source}", slot]
            case _:
                return value

    return {
        f"{host}:{node_id}" if node_id in node_ids else node_id: Node(
            node.class_type, {name: moved(value) for name, value in node.inputs.items()}, node.title
        )
        for node_id, node in graph.items()
    }


HOSTED = _in_host(CLASSIC, "57", {"3", "6", "7"})


def _app(*inputs: JsonValue) -> Mapping[str, JsonValue]:
    return {"nodes": [], "extra": {"linearMode": True, "linearData": {"inputs": list(inputs), "outputs": []}}}


def _infer(
    graph: Graph, workflow: Mapping[str, JsonValue], widgets: Sequence[UiWidget] | None = None
) -> Inferred:
    return infer(graph, [server()], workflow=workflow, widgets=widgets)


def test_an_apps_list_is_its_authors_word_and_all_else_but_the_seed_steps_back() -> None:
    found = _infer(CLASSIC, _app(["5", "height"], ["3", "cfg"], ["6", "text"], [99, "stale"], "rubbish", [1]))

    assert [*targets(found)] == ["prompt", "height", "cfg", "seed"]
    assert [option.name for option in found.advanced] == [
        "negative",
        "width",
        "batch-size",
        "steps",
        "denoise",
        "sampler",
        "scheduler",
        "checkpoint",
    ]


def test_what_has_to_be_said_is_asked_by_the_command_whatever_an_apps_list_leaves_out() -> None:
    found = _infer(changed(CLASSIC, {"7": {"text": "{{what}}"}}), _app(["5", "height"]))

    assert (targets(found)["what"], named(found, "what").required) == (["7.text"], True)
    assert {option.required for option in found.advanced} == {False}
    assert {option.advanced for option in found.advanced} == {True}


@pytest.mark.parametrize("node", ["57:6", "6", f"{GRAPH_ID}:6:text"])
def test_an_app_names_nodes_inside_a_subgraph_in_three_ways(node: str) -> None:
    found = _infer(HOSTED, _app([node, "text"], ["57:3", "steps"]))

    assert (targets(found)["prompt"], targets(found)["steps"]) == (["57:6.text"], ["57:3.steps"])


DEFINITION: Mapping[str, JsonValue] = {
    "id": GRAPH_ID,
    "inputs": [
        {"name": "cfg", "linkIds": [1]},
        {"name": "text", "label": "Animal 🦊", "linkIds": [2]},
        {"name": "model", "linkIds": [3]},
    ],
    "nodes": [
        {"id": 3, "inputs": [{"name": "cfg", "link": 1}], "widgets_values": [7, "fixed", 20]},
        {"id": 6, "inputs": [{"name": "text", "link": 2}]},
    ],
    "links": [
        {"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": 3, "target_slot": 0},
        {"id": 2, "origin_id": -10, "origin_slot": 1, "target_id": 6, "target_slot": 0},
    ],
}


def _hosting(**host: JsonValue) -> Mapping[str, JsonValue]:
    return {
        "nodes": [{"id": 57, "type": GRAPH_ID, **host}, {"id": 4, "type": "CheckpointLoaderSimple"}],
        "definitions": {"subgraphs": [DEFINITION]},
    }


def test_promoted_widgets_are_options_under_their_authors_names() -> None:
    found = _infer(HOSTED, _hosting())

    assert [*targets(found)][:2] == ["animal", "cfg"]
    assert (targets(found)["animal"], named(found, "animal").required) == (["57:6.text"], True)


def test_widgets_promoted_the_older_way_are_found_too() -> None:
    found = _infer(
        HOSTED, _hosting(properties={"proxyWidgets": [["-1", "cfg"], ["3", "steps"], ["9", "gone"], "x"]})
    )

    assert targets(found)["steps"] == ["57:3.steps"]


def test_the_conversions_bindings_say_where_a_widget_ends() -> None:
    both = (InputRef("57:3", "denoise"), InputRef("57:3", "cfg"))
    widgets = [UiWidget("57", "cfg", both, is_promoted=True), UiWidget("57:3", "steps", (), "never")]

    found = _infer(HOSTED, _hosting(), widgets)

    assert targets(found)["cfg"] == ["57:3.denoise", "57:3.cfg"]
    assert "animal" not in targets(found)


def test_what_has_no_meaning_of_ours_is_described_by_the_server() -> None:
    styled = changed(
        CLASSIC,
        {"8": {"samples": ["11", 0]}, "11": Node("LatentGrain", {"samples": ["3", 0], "amount": 0.5})},
    )
    found = _infer(styled, _app(["11", "amount"], ["9", "filename_prefix"]))

    assert (named(found, "amount").description, named(found, "amount").description_localisations) == (
        "How coarse the grain is.",
        {},
    )
    assert "filename-prefix" not in targets(found)


def test_a_seed_that_the_author_fixed_stays() -> None:
    graph = changed(
        CLASSIC,
        {
            "8": {"samples": ["30", 0]},
            "30": Node("KSampler", {**CLASSIC["3"].inputs, "latent_image": ["3", 0]}),
        },
    )
    loose: Mapping[str, JsonValue] = {"id": 30, "widgets_values": [7, "randomize"]}
    fixed: Mapping[str, JsonValue] = {"id": 3, "widgets_values": [7, "fixed", 20]}

    assert targets(_infer(graph, {"nodes": [loose, fixed]}))["seed"] == ["30.seed"]


def test_a_seed_that_is_the_only_one_is_an_option_even_if_fixed() -> None:
    assert targets(_infer(HOSTED, _hosting()))["seed"] == ["57:3.seed"]


SENSELESS: list[Mapping[str, JsonValue]] = [
    {},
    {"nodes": 7, "extra": []},
    {"nodes": [None, {"id": {}}], "definitions": {"subgraphs": [7, {"id": None, "inputs": [7]}]}},
    {"nodes": [{"id": 1, "type": "x"}], "definitions": {"subgraphs": [{"id": "x", "inputs": [{}]}]}},
    {"extra": {"linearData": {"inputs": [[], [{}, "text"], ["a-b:", "text"], ["::", ""]]}}},
]


@pytest.mark.parametrize("workflow", SENSELESS)
def test_a_ui_graph_that_makes_no_sense_adds_nothing(workflow: Mapping[str, JsonValue]) -> None:
    assert targets(_infer(CLASSIC, workflow)) == targets(infer(CLASSIC, [server()]))


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({"min": -90, "max": 90}, (-90, 90)),
        ({"max": 12}, (0, 12)),
        ({"min": 20, "max": 90}, (0, 100)),
        ({"min": 0.5, "max": 90}, (0, 100)),
        ({"min": "low", "max": None}, (0, 100)),
        ({"min": -90, "max": 10**40}, (-90, 100)),
    ],
    ids=["both", "one", "not with its value", "not of whole numbers", "no numbers", "no end"],
)
def test_a_number_that_a_node_holds_goes_as_far_as_its_author_says(
    ends: Mapping[str, JsonValue], expected: tuple[int, int]
) -> None:
    graph = changed(
        CLASSIC,
        {
            "8": {"samples": ["11", 0]},
            "11": Node("LatentGrain", {"samples": ["3", 0], "amount": ["57:12", 0]}),
            "57:12": Node("PrimitiveInt", {"value": 7}, title="Tilt"),
        },
    )
    inside: JsonValue = {"id": GRAPH_ID, "nodes": [{"id": 12, "type": "PrimitiveInt", "properties": ends}]}
    workflow: Mapping[str, JsonValue] = {
        "nodes": [{"id": 57, "type": GRAPH_ID}],
        "definitions": {"subgraphs": [inside]},
    }
    widget = UiWidget("57", "tilt", (InputRef("57:12", "value"),), "Tilt", is_promoted=True)

    option = named(_infer(graph, workflow, [widget]), "tilt")

    assert (option.minimum, option.maximum) == expected
