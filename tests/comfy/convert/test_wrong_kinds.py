"""A value of the wrong kind is never sent: the server's default stands in and is told of, or the graph is refused."""

import pytest

from bot.comfy.convert import UnusableValue, WidgetRef
from tests.comfy.convert.graphs import Json, api, converted, definitions, node, subgraph, ui, wire, written


def test_the_default_stands_in_for_a_value_of_the_wrong_kind_and_the_widget_is_named() -> None:
    result = converted(ui(node(1, "Sample", [7, "fixed", "auto", 9, "euler"], title="Base")))
    assert result.missing == ()
    assert written(result)["1"][1] == {"seed": 7, "steps": 20, "cfg": 9, "sampler_name": "euler"}
    assert result.warnings == (
        "Node 1 ('Base', Sample): 'steps' holds 'auto', which is no whole number; the default 20 is sent instead.",
    )


@pytest.mark.parametrize(
    ("kind", "values", "sent"),
    [
        ("Sample", [7, "fixed", True, 9, "euler"], {"steps": 20}),
        ("Sample", [7, "fixed", 20, "nine", "euler"], {"cfg": 8.0}),
        ("Sample", [7, "fixed", 20, 9, 5], {"sampler_name": "euler"}),
        ("Sample", [7, "fixed", 20, [9], "euler"], {"cfg": 8.0}),
        ("Switch", ["false"], {"on": True}),
        ("Text", [{"a": 1}], {"value": ""}),
        ("Save", [True], {"filename_prefix": "x"}),
        ("Resize", [3, 64, 64, "area"], {"how": "size"}),
    ],
)
def test_no_kind_of_widget_is_sent_what_it_cannot_hold(kind: str, values: Json, sent: Json) -> None:
    result = converted(ui(node(1, kind, values)))
    assert written(result)["1"][1].items() >= sent.items()
    assert len(result.warnings) == 1


@pytest.mark.parametrize(
    ("kind", "values", "sent"),
    [
        ("Sample", ["7", "fixed", "20", "7.5", "euler"], {"seed": "7", "steps": "20", "cfg": "7.5"}),
        ("Sample", [7.0, "fixed", 20.5, 9, "euler"], {"seed": 7.0, "steps": 20.5}),
        ("Text", [5], {"value": "5"}),
        ("Text", [0.5], {"value": "0.5"}),
        ("Switch", [0], {"on": 0}),
        ("Many", [["a", "b"]], {"names": {"__value__": ["a", "b"]}}),
        ("Elsewhere", [5], {"voice": 5}),
    ],
)
def test_what_a_server_reads_as_the_right_kind_is_sent(kind: str, values: Json, sent: Json) -> None:
    result = converted(ui(node(1, kind, values)))
    assert written(result)["1"][1].items() >= sent.items()
    assert result.warnings == ()


def test_a_file_name_has_no_default_so_the_graph_is_refused() -> None:
    result = converted(ui(node(4, "Checkpoint", [4096]), node(5, "Load", [7])))
    assert result.missing == (
        UnusableValue("4", "Checkpoint", "ckpt_name", 4096),
        UnusableValue("5", "Load", "image", 7),
    )
    assert str(result.missing[0]) == (
        "'ckpt_name' of 'Checkpoint' (node 4) holds 4096, which is no file's name: the file was saved with another "
        "version of the node. Open it in ComfyUI, choose the file again, and save it."
    )
    assert "ckpt_name" not in written(result)["4"][1]


def test_a_wrong_value_under_a_link_does_not_matter() -> None:
    graph = ui(
        node(1, "Number", [20, "fixed"]),
        node(3, "Sample", [7, "fixed", "auto", 9, "euler"], inputs=[wire("steps", "INT", 1, widget=True)]),
        links=[[1, 1, 0, 3, 0, "INT"]],
    )
    result = converted(graph)
    assert (result.warnings, written(result)["3"][1]["steps"]) == ((), ["1", 0])


INNER = node(7, "Empty", [64, 32, 1], inputs=[wire("width", "INT", 1, widget=True)])
SIZED = subgraph("sized", [INNER], [(1, -10, 0, 7, 0, "INT")], [("width", "INT")])


def test_a_wrong_value_of_an_instance_gives_way_to_that_of_its_inside() -> None:
    result = converted(ui(node(20, "sized", ["wide"]), **definitions(SIZED)))
    assert written(result)["20:7"][1]["width"] == 64
    assert result.warnings == (
        "Node 20:7 (Empty): 'width' gets from node 20 'wide', which is no whole number; its own 64 is sent instead.",
    )


def test_a_wrong_value_of_a_primitive_gives_way_to_that_of_the_widget() -> None:
    graph = ui(
        node(1, "PrimitiveNode", ["auto", "fixed"]),
        node(5, "Empty", [640, 512, 1], inputs=[wire("width", "INT", 1, widget=True)]),
        links=[[1, 1, 0, 5, 0, "INT"]],
    )
    result = converted(graph)
    assert written(result)["5"][1]["width"] == 640
    assert len(result.warnings) == 1


def test_the_place_of_a_wrong_value_can_still_be_written_to() -> None:
    graph = ui(node(1, "Sample", [7, "fixed", "auto", 9, "euler"]))
    changed: Json = converted(graph).bindings.write_back(graph, {WidgetRef("1", "steps"): 12})
    assert changed["nodes"][0]["widgets_values"] == [7, "fixed", 12, 9, "euler"]
    assert api(changed)["1"][1]["steps"] == 12
