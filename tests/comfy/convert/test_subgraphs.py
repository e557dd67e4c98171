"""Instances of subgraphs, written out."""

import pytest

from bot.comfy.convert import Unconvertible
from tests.comfy.convert.graphs import Json, api, converted, definitions, node, subgraph, ui, wire

CHECKPOINT = node(4, "Checkpoint", ["m.safetensors"])
ZERO = node(30, "Zero", inputs=[wire("conditioning", "CONDITIONING", 2)])
LINKS = [[1, 4, 1, 20, 0, "CLIP"], [2, 20, 0, 30, 0, "CONDITIONING"]]
INNER = node(
    7,
    "Encode",
    ["inner {x|y}"],
    inputs=[wire("clip", "CLIP", 1), wire("text", "STRING", 2, widget=True)],
)
PROMOTED = subgraph(
    "enc",
    [INNER],
    [(1, -10, 0, 7, 0, "CLIP"), (3, 7, 0, -20, 0, "CONDITIONING"), (2, -10, 1, 7, 1, "STRING")],
    [("clip", "CLIP"), ("text", "STRING")],
    [("out", "CONDITIONING")],
)
PLAIN = subgraph(
    "enc",
    [INNER],
    [(1, -10, 0, 7, 0, "CLIP"), (3, 7, 0, -20, 0, "CONDITIONING")],
    [("clip", "CLIP")],
    [("out", "CONDITIONING")],
)


def _host(values: Json = None, host_id: int = 20, **more: Json) -> Json:
    sockets = [wire("clip", "CLIP", 1), wire("text", "STRING", None, widget=True)]
    more.setdefault("inputs", sockets)
    return node(host_id, "enc", values, **more)


def _written(host: Json, definition: Json = PROMOTED) -> Json:
    return api(ui(CHECKPOINT, host, ZERO, links=LINKS, **definitions(definition)))


def _text(host: Json, definition: Json = PROMOTED) -> str:
    return _written(host, definition)["20:7"][1]["text"]


def test_the_inside_is_written_under_the_id_of_the_instance() -> None:
    assert _written(_host(["host text"])) == {
        "4": ("Checkpoint", {"ckpt_name": "m.safetensors"}),
        "20:7": ("Encode", {"text": "host text", "clip": ["4", 1]}),
        "30": ("Zero", {"conditioning": ["20:7", 0]}),
    }


def test_without_a_value_of_the_instance_the_inner_one_counts() -> None:
    assert _text(_host([])) == "inner {x|y}"


def test_an_empty_value_of_the_instance_means_that_it_is_not_set() -> None:
    assert _text(_host([None])) == "inner {x|y}"


def test_values_are_found_although_the_file_lacks_the_sockets_of_widgets() -> None:
    assert _text(_host(["host text"], inputs=[wire("clip", "CLIP", 1)])) == "host text"


def test_only_texts_of_the_inside_are_dynamic() -> None:
    assert _text(_host(["a {x|y}"])) == "a {x|y}"
    assert _text(_host(), PLAIN) == "inner x"


def test_a_promoted_input_may_be_wired() -> None:
    host = _host(["unused"], inputs=[wire("clip", "CLIP", 1), wire("text", "STRING", 3, widget=True)])
    source = node(5, "Text", ["wired"])
    links = [*LINKS, [3, 5, 0, 20, 1, "STRING"]]
    assert api(ui(CHECKPOINT, host, ZERO, source, links=links, **definitions(PROMOTED)))["20:7"][1] == {
        "text": ["5", 0],
        "clip": ["4", 1],
    }


def test_a_primitive_wired_into_an_instance_gives_its_value() -> None:
    host = _host(["unused"], inputs=[wire("clip", "CLIP", 1), wire("text", "STRING", 3, widget=True)])
    primitive = node(5, "PrimitiveNode", ["primitive"])
    links = [*LINKS, [3, 5, 0, 20, 1, "STRING"]]
    assert api(ui(CHECKPOINT, host, ZERO, primitive, links=links, **definitions(PROMOTED)))["20:7"][1] == {
        "text": "primitive",
        "clip": ["4", 1],
    }


def test_a_promoted_input_wired_to_nothing_that_runs_keeps_the_value_of_the_inside() -> None:
    """As the editor does: the instance's own value is out of sight, and perhaps years old."""
    host = _host(["host text"], inputs=[wire("clip", "CLIP", 1), wire("text", "STRING", 3, widget=True)])
    muted = node(5, "Text", ["unused"], mode=2)
    links = [*LINKS, [3, 5, 0, 20, 1, "STRING"]]
    result = api(ui(CHECKPOINT, host, ZERO, muted, links=links, **definitions(PROMOTED)))
    assert result["20:7"][1]["text"] == "inner x"


def test_two_instances_keep_their_own_values() -> None:
    graph = ui(_host(["first"]), _host(["second"], 21), **definitions(PROMOTED))
    assert [inputs["text"] for _, inputs in api(graph).values()] == ["first", "second"]


def test_an_inner_id_that_the_root_uses_becomes_the_next_free_one() -> None:
    inner = INNER | {"id": 4}
    definition = subgraph(
        "enc", [inner], [(1, -10, 0, 4, 0, "CLIP"), (3, 4, 0, -20, 0, "C")], [("clip", "CLIP")], [("o", "C")]
    )
    host = _host(["proxied"], inputs=[wire("clip", "CLIP", 1)], properties={"proxyWidgets": [["4", "text"]]})
    assert _written(host, definition) == {
        "4": ("Checkpoint", {"ckpt_name": "m.safetensors"}),
        "20:100": ("Encode", {"text": "proxied", "clip": ["4", 1]}),
        "30": ("Zero", {"conditioning": ["20:100", 0]}),
    }


@pytest.mark.parametrize("mode", [2, 4])
def test_nothing_of_a_muted_or_bypassed_instance_is_written(mode: int) -> None:
    assert _written(_host(["host text"], mode=mode)) == {
        "4": ("Checkpoint", {"ckpt_name": "m.safetensors"}),
        "30": ("Zero", {}),
    }


@pytest.mark.parametrize(
    ("proxies", "values", "text"),
    [
        ([["7", "text"]], ["host text"], "host text"),
        ([["7", "text"]], [], "inner {x|y}"),
        ([["7", "7: text"]], ["host text"], "host text"),
        ([["7", "control_after_generate"], ["7", "text"]], [None, "second"], "second"),
        ([["7", "$$canvas"], ["9", "gone"], [7], "odd"], ["unused"], "inner x"),
    ],
)
def test_a_list_of_proxies_names_the_widget_of_each_value(proxies: Json, values: Json, text: str) -> None:
    host = _host(values, inputs=[wire("clip", "CLIP", 1)], properties={"proxyWidgets": proxies})
    assert _text(host, PLAIN) == text


def test_a_proxy_may_mean_the_instances_own_input_or_one_that_is_wired_inside() -> None:
    for proxy in (["-1", "text"], ["7", "text"]):
        assert _text(_host(["host text"], properties={"proxyWidgets": [proxy]})) == "host text"


def test_a_proxy_of_an_inner_primitive_means_all_that_it_feeds() -> None:
    definition = subgraph(
        "size",
        [
            node(1, "PrimitiveNode", [512]),
            node(2, "Empty", [8, 8, 1], inputs=[wire("width", "INT", 1), wire("height", "INT", 2)]),
        ],
        [(1, 1, 0, 2, 0, "INT"), (2, 1, 0, 2, 1, "INT")],
    )
    host = node(20, "size", [640], properties={"proxyWidgets": [["1", "value"]]})
    assert api(ui(host, **definitions(definition))) == {
        "20:2": ("Empty", {"width": 640, "height": 640, "batch_size": 1})
    }


def _nested(outer_host: Json, *, wired: bool = True) -> Json:
    """An outer subgraph around an instance of the promoted one."""
    inner_host = node(
        8,
        "enc",
        ["middle"],
        inputs=[wire("clip", "CLIP", None), wire("text", "STRING", 5 if wired else None, widget=True)],
    )
    links = [(5, -10, 0, 8, 1, "STRING")] if wired else []
    outer = subgraph("outer", [inner_host], links, [("prompt", "STRING")] if wired else [])
    return api(ui(outer_host, **definitions(PROMOTED, outer)))


def test_promoted_widgets_reach_through_nested_instances() -> None:
    assert _nested(node(40, "outer", ["outermost"])) == {"40:8:7": ("Encode", {"text": "outermost"})}
    assert _nested(node(40, "outer", [])) == {"40:8:7": ("Encode", {"text": "middle"})}


def test_proxies_reach_through_nested_instances() -> None:
    host = node(40, "outer", ["outermost"], properties={"proxyWidgets": [["8", "text", "7"]]})
    assert _nested(host, wired=False) == {"40:8:7": ("Encode", {"text": "outermost"})}


def test_outputs_of_a_bypassed_instance_inside_another_do_not_run() -> None:
    inner = subgraph("inner", [node(1, "Text", ["x"]), node(2, "Save", ["x"])], [])
    outer = subgraph("outer", [node(8, "inner", mode=4)], [])
    assert api(ui(node(40, "outer"), **definitions(inner, outer))) == {"40:8:1": ("Text", {"value": "x"})}


def test_a_choice_made_on_the_instance_decides_on_the_inner_nodes_inputs() -> None:
    resize = node(7, "Resize", ["size", 64, 32, "area"], inputs=[wire("how", "COMBO", 1, widget=True)])
    definition = subgraph("fit", [resize], [(1, -10, 0, 7, 0, "COMBO")], [("how", "COMBO")])
    graph = ui(node(20, "fit", ["factor"]), **definitions(definition))
    assert api(graph)["20:7"][1] == {"how": "factor", "how.multiplier": 1.0, "method": "area"}
    assert converted(graph).bindings.giving("20:7", "how.width") is None


def test_definitions_may_lie_in_one_another() -> None:
    outer = subgraph("outer", [node(8, "enc", ["middle"])], []) | definitions(PROMOTED)
    assert api(ui(node(40, "outer"), **definitions(outer))) == {"40:8:7": ("Encode", {"text": "middle"})}


def test_one_promoted_widget_may_feed_several_nodes() -> None:
    nodes = [INNER, INNER | {"id": 9, "inputs": [wire("text", "STRING", 4, widget=True)]}]
    definition = subgraph(
        "enc", nodes, [(2, -10, 0, 7, 1, "STRING"), (4, -10, 0, 9, 0, "STRING")], [("text", "STRING")]
    )
    assert [
        inputs["text"] for _, inputs in api(ui(node(20, "enc", ["both"]), **definitions(definition))).values()
    ] == [
        "both",
        "both",
    ]


def test_a_getter_inside_finds_the_setter_around() -> None:
    definition = subgraph(
        "look", [node(7, "GetNode", ["photo"])], [(3, 7, 0, -20, 0, "IMAGE")], [], [("out", "IMAGE")]
    )
    graph = ui(
        node(1, "Load", ["a.png"]),
        node(2, "SetNode", ["photo"], inputs=[wire("IMAGE", "IMAGE", 1)]),
        node(20, "look"),
        node(9, "Save", ["x"], inputs=[wire("images", "IMAGE", 2)]),
        links=[[1, 1, 0, 2, 0, "IMAGE"], [2, 20, 0, 9, 0, "IMAGE"]],
        **definitions(definition),
    )
    assert api(graph)["9"] == ("Save", {"filename_prefix": "x", "images": ["1", 0]})


def test_a_subgraph_that_contains_itself_is_refused() -> None:
    one = subgraph("one", [node(1, "two")], [])
    two = subgraph("two", [node(2, "one")], [])
    with pytest.raises(Unconvertible, match=r"^The subgraph 'one' contains itself\.$"):
        converted(ui(node(3, "one"), **definitions(one, two)))


def test_subgraphs_that_multiply_are_refused() -> None:
    """Twenty definitions of two instances each: a million nodes from forty."""
    chain = [subgraph(f"s{n}", [node(1, f"s{n + 1}"), node(2, f"s{n + 1}")], []) for n in range(20)]
    with pytest.raises(Unconvertible, match=r"^Written out, the subgraphs have more than 20,000 nodes\.$"):
        converted(ui(node(3, "s0"), **definitions(*chain, subgraph("s20", [node(1, "Text")], []))))


def test_subgraphs_nested_too_deep_are_refused() -> None:
    chain = [subgraph(f"s{n}", [node(1, f"s{n + 1}")], []) for n in range(60)]
    with pytest.raises(Unconvertible, match="nested more than 50 deep"):
        converted(ui(node(3, "s0"), **definitions(*chain)))
