"""Files that mean harm, or that somebody wrote by hand: each is converted, or refused with one sentence, and soon."""

import json
import math
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from bot.comfy.convert import Unconvertible
from bot.comfy.graph import graph_to_json
from tests.comfy.convert.graphs import Json, api, converted, definitions, node, subgraph, ui, wire


@pytest.mark.parametrize(
    ("graph", "sentence"),
    [
        ([], "This is not a UI graph: it has no list of nodes."),
        ("text", "This is not a UI graph: it has no list of nodes."),
        ({"nodes": {}}, "This is not a UI graph: it has no list of nodes."),
        ({"3": {"class_type": "A", "inputs": {}}}, "This is not a UI graph: it is in API format already."),
        (ui(node(1, "Text"), node(1, "Text")), "Two nodes have the same id 1."),
        (ui(node(1, "Text"), {"id": "1", "type": "Text"}), "Two nodes have the same id 1."),
        (ui({"type": "Text"}), "A node ('Text') has no id."),
        (
            ui(*[{"id": n, "type": "Note"} for n in range(5001)]),
            "The file has 5,001 nodes; at most 5,000 are taken.",
        ),
        (ui(links=[[1, 1, 0, 1, 0, "*"]] * 50_001), "The file has 50,001 links; at most 50,000 are taken."),
        (
            ui(node(1, "Text", inputs=[wire("x", "*", None)] * 1001)),
            "A node has 1,001 inputs or outputs; at most 1,000 are taken.",
        ),
        (
            ui(
                {"id": "20:7", "type": "Text"},
                node(20, "s"),
                **definitions(subgraph("s", [node(7, "Text")], [])),
            ),
            "Two nodes would have the same id 20:7.",
        ),
    ],
)
def test_what_cannot_be_converted_is_refused_with_one_sentence(graph: Json, sentence: str) -> None:
    with pytest.raises(Unconvertible) as refused:
        converted(graph)
    assert str(refused.value) == sentence


def test_values_nested_too_deep_are_refused() -> None:
    deep: Json = []
    for _ in range(60):
        deep = [deep]
    with pytest.raises(Unconvertible, match="A value is nested more than 50 deep"):
        converted(ui(node(1, "List", [deep])))


def test_definitions_nested_too_deep_are_refused() -> None:
    inner: Json = {}
    for number in range(60):
        inner = definitions(subgraph(f"s{number}", [], []) | inner)
    with pytest.raises(Unconvertible, match="nested more than 50 deep"):
        converted(ui(**inner))


def test_a_group_node_that_contains_itself_is_refused() -> None:
    groups = {"a": {"nodes": [{"type": "workflow>b"}]}, "b": {"nodes": [{"type": "workflow/a"}]}}
    with pytest.raises(Unconvertible, match="contains itself"):
        converted(ui(node(1, "workflow>a"), extra={"groupNodes": groups}))


def test_numbers_that_json_has_no_word_for_become_defaults() -> None:
    values = [math.nan, "fixed", math.inf, -math.inf, "euler"]
    assert api(ui(node(1, "Sample", values)))["1"][1] == {
        "seed": 0,
        "steps": 20,
        "cfg": 8.0,
        "sampler_name": "euler",
    }
    nested = converted(ui(node(1, "List", [[{"x": math.nan}]]), node(2, "PrimitiveNode", [math.nan])))
    assert '"x":null' in graph_to_json(nested.graph)


@pytest.mark.parametrize(
    "graph",
    [
        ui(None, 5, [], node(1, "Text", ["x"])),
        ui(node(1, "Text", ["x"]) | {"inputs": None}) | {"links": None},
        ui(node(1, "Text", ["x"]) | {"mode": "0", "properties": [], "outputs": None, "title": 5}),
        ui(node(1, "Text", ["x"]), definitions=None, extra=None, groups="no"),
        ui(
            node(1, "Text", ["x"]),
            definitions={"subgraphs": [None, {"nodes": []}, {"id": 5, "nodes": [None]}]},
        ),
        ui(
            node(1, "Text", ["x"]),
            links=[[1, 99, 0, 1, 0, "*"], [2, 1, -5, 98, -3, "*"], [3, 99, 0, 1, -1, "*"]],
        ),
        ui(node(1, "Text", ["x"]), extra={"groupNodes": {"a": 5, "b": {"nodes": 7}}, "ue_links": [5, {}]}),
        {"nodes": [{"id": 1.0, "type": "Text", "widgets_values": ["x"]}]},
    ],
)
def test_details_that_make_no_sense_are_passed_over(graph: Json) -> None:
    assert {node_id: inputs for node_id, (_, inputs) in api(graph).items()} == {"1": {"value": "x"}}


@pytest.mark.parametrize(
    "text", ["🦊 ein Füchslein", "红色的狐狸 {红|蓝}", "\ud800", "a\x00b", "{" * 5000, "/*" * 5000]
)
def test_any_text_goes_through(text: str) -> None:
    graph = json.loads(json.dumps(ui(node(1, "Encode", [text], title=text), node(2, "Text", [text]))))
    result = converted(graph)
    assert result.graph["2"].inputs == {"value": text}
    assert json.loads(graph_to_json(result.graph))["1"]["_meta"] == {"title": text}


def _reroutes(count: int, ends: int) -> Json:
    """A chain of reroutes with many nodes at its end."""
    chain = [node(n + 2, "Reroute", inputs=[wire("", "*", n + 1)]) for n in range(count)]
    saves = [
        node(count + 2 + n, "Save", ["x"], inputs=[wire("images", "IMAGE", count + 1 + n)])
        for n in range(ends)
    ]
    links = [[n + 1, n + 1, 0, n + 2, 0, "*"] for n in range(count)]
    links += [[count + 1 + n, count + 1, 0, count + 2 + n, 0, "*"] for n in range(ends)]
    return ui(node(1, "Load", ["a.png"]), *chain, *saves, links=links)


def test_a_chain_of_thousands_of_reroutes_is_followed() -> None:
    result = api(_reroutes(4000, 1))
    assert result["4002"] == ("Save", {"filename_prefix": "x", "images": ["1", 0]})


def test_chains_that_multiply_are_refused() -> None:
    with pytest.raises(Unconvertible, match="pass through too many"):
        converted(_reroutes(1500, 1500))


LARGE: list[Callable[[int], Json]] = [
    lambda n: ui(node(1, "Encode", ["/*" * n]), node(2, "Encode", ["{a|" * n])),
    lambda n: ui(node(1, "Save", ["%" * n + ":"]), node(2, "Save", ["%date:" * n])),
    lambda n: ui(node(1, "Text", ["x"] * n), node(2, "Power Lora Loader (rgthree)", [{}] * n)),
    lambda n: ui(*[node(i, "Unheard") for i in range(n)], links=[[i, i, 0, i + 1, 0, "*"] for i in range(n)]),
    lambda n: ui(node(1, "Save"), links=[[5, 1, 0, 1, i, "*"] for i in range(n)]),
    lambda n: ui(*[node(i, "Save", ["%a.b%" * 20]) for i in range(n)]),
    lambda n: ui(node(1, "Text", ["x"] * n, widgets_values_named={str(i): "x" for i in range(n)})),
]


def _calls(graph: Json) -> int:
    """How many functions are called to convert a graph: a measure of work that no busy machine changes."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        converted(graph)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("made", LARGE)
def test_twice_as_large_a_file_is_no_more_than_twice_the_work(made: Callable[[int], Json]) -> None:
    assert _calls(made(1000)) < 2.5 * _calls(made(500)) + 1000
