"""What holds for every UI graph."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.comfy.convert import Converted, Unconvertible, WidgetRef, convert
from tests.comfy.convert.classes import CLASSES, PLANS
from tests.comfy.convert.graphs import definitions, node, subgraph, ui, wire
from tests.comfy.convert.transforms import TRANSFORMS

Json = Any

KINDS = [*CLASSES, "Note", "Reroute", "PrimitiveNode", "SetNode", "GetNode", "Unheard", "inner"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["fixed", "factor"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
VALUES = st.one_of(st.none(), st.lists(SCALARS, max_size=7), st.lists(JSON, max_size=4))


def _sockets(kind: str) -> list[tuple[str, str, bool]]:
    """The inputs of a class with whether they hold a value, in the editor's order."""
    if kind == "inner":
        return [("prompt", "STRING", True), ("photo", "IMAGE", False)]
    if kind not in CLASSES:
        return [("", "*", False)]
    widgets = {"INT", "FLOAT", "STRING", "COMBO"}
    declared = [
        (name, "COMBO" if isinstance(spec[0], list) else str(spec[0]))
        for part in CLASSES[kind]["input"].values()
        for name, spec in part.items()
    ]
    found = [(name, shape, shape in widgets) for name, shape in declared]
    return sorted(found, key=lambda socket: socket[2])


@st.composite
def _nodes_and_links(draw: st.DrawFn, kinds: list[str], first_id: int) -> tuple[list[Json], list[Json]]:
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6))
    nodes: list[Json] = []
    links: list[Json] = []
    for number, kind in enumerate(chosen, first_id):
        inputs: list[Json] = []
        for name, shape, is_widget in _sockets(kind):
            link = None
            if number > first_id and draw(st.booleans()):
                link = first_id * 100 + len(links)
                origin = draw(st.integers(first_id, number - 1))
                links.append([link, origin, draw(st.integers(0, 2)), number, len(inputs), shape])
            inputs.append(wire(name, shape, link, widget=is_widget))
        nodes.append(
            node(number, kind, draw(VALUES), inputs=inputs, mode=draw(st.sampled_from([0, 0, 0, 2, 4])))
        )
    return nodes, links


@st.composite
def ui_graphs(draw: st.DrawFn) -> Json:
    """UI graphs of a few nodes, some of them instances of one subgraph."""
    nodes, links = draw(_nodes_and_links(KINDS, 1))
    inner_nodes, inner_links = draw(_nodes_and_links(KINDS[:-1], draw(st.sampled_from([1, 50]))))
    last = inner_nodes[-1]["id"]
    inside = [tuple(link) for link in inner_links] + [(9000, last, 0, -20, 0, "*")]
    definition = subgraph(
        "inner", inner_nodes, inside, [("prompt", "STRING"), ("photo", "IMAGE")], [("out", "*")]
    )
    return ui(*nodes, links=links, **definitions(definition))


def _result(graph: Json) -> Converted | str:
    try:
        return convert(graph, PLANS)
    except Unconvertible as refused:
        return str(refused)


def _comparable(result: Converted | str) -> Json:
    return repr((result.graph, result.missing)) if isinstance(result, Converted) else result


@given(ui_graphs())
@settings(max_examples=60, deadline=None)
def test_converting_twice_is_the_same_and_leaves_the_file_alone(graph: Json) -> None:
    before = repr(graph)
    assert repr(_result(graph)) == repr(_result(graph))
    assert repr(graph) == before


@given(ui_graphs())
@settings(max_examples=60, deadline=None)
def test_the_version_of_the_form_and_unlinked_sockets_of_widgets_change_nothing(graph: Json) -> None:
    expected = _comparable(_result(graph))
    for transform in TRANSFORMS:
        assert _comparable(_result(transform(graph))) == expected, transform.__name__


@given(ui_graphs())
@settings(max_examples=60, deadline=None)
def test_links_lead_to_nodes_and_every_node_has_a_class_of_the_server(graph: Json) -> None:
    result = _result(graph)
    if isinstance(result, str):
        return
    for found in result.graph.values():
        assert found.class_type in CLASSES
        for value in found.inputs.values():
            if isinstance(value, list):
                assert value[0] in result.graph


@given(ui_graphs())
@settings(max_examples=60, deadline=None)
def test_writing_back_what_is_there_changes_nothing(graph: Json) -> None:
    result = _result(graph)
    if isinstance(result, str):
        return
    same = {
        target: binding.value
        for binding in result.bindings
        if not binding.is_promoted and binding.value is not None
        for target in binding.targets
    }
    again = convert(result.bindings.write_back(graph, same), PLANS)
    assert repr(again.graph) == repr(result.graph)


@given(JSON)
@settings(max_examples=100, deadline=None)
def test_any_json_is_converted_or_refused(document: Json) -> None:
    for graph in (
        document,
        ui(document),
        ui(node(1, "Sample", document)),
        ui(links=[document]),
        ui(definitions=document),
    ):
        _result(graph)
    _result(ui(node(1, "Text", properties={"proxyWidgets": document})))
    _result(ui(extra={"groupNodes": document, "ue_links": document}))


def test_a_target_is_an_input_of_the_graph() -> None:
    result = convert(ui(node(1, "Text", ["x"])), PLANS)
    assert [binding.targets for binding in result.bindings] == [(WidgetRef("1", "value"),)]
