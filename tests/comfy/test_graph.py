import json

import pytest

from bot.comfy import GraphError, Node, graph_to_json, is_link, parse_graph

TWO_NODES = {
    "4": {"class_type": "EmptyImage", "inputs": {"width": 64}, "_meta": {"title": "Canvas"}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": "x"}},
}
AS_VALUES = {
    "4": Node("EmptyImage", {"width": 64}, "Canvas"),
    "9": Node("SaveImage", {"images": ["4", 0], "filename_prefix": "x"}),
}


@pytest.mark.parametrize("document", [TWO_NODES, {"prompt": TWO_NODES, "client_id": "someone"}])
def test_a_graph_is_read_bare_or_as_the_body_of_a_post(document: object) -> None:
    assert parse_graph(json.dumps(document)) == AS_VALUES
    assert parse_graph(json.dumps(document).encode()) == AS_VALUES


def test_a_node_called_prompt_is_a_node() -> None:
    assert parse_graph('{"prompt": {"class_type": "A", "inputs": {}}}') == {"prompt": Node("A", {})}


def test_what_is_written_reads_back_the_same() -> None:
    assert parse_graph(graph_to_json(AS_VALUES)) == AS_VALUES


def test_equal_graphs_are_written_alike_whatever_their_order() -> None:
    backwards = {
        "9": Node("SaveImage", {"filename_prefix": "x", "images": ["4", 0]}),
        "4": Node("EmptyImage", {"width": 64}, "Canvas"),
    }
    assert graph_to_json(backwards) == graph_to_json(AS_VALUES)


def test_a_seed_beyond_double_precision_keeps_every_digit() -> None:
    graph = {"3": Node("KSampler", {"seed": 2**64 - 1})}
    assert parse_graph(graph_to_json(graph)) == graph


def test_a_value_without_a_word_in_json_is_refused() -> None:
    with pytest.raises(GraphError, match="cannot be written as JSON"):
        graph_to_json({"3": Node("KSampler", {"cfg": float("nan")})})


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("not json", "This is not JSON (Expecting value: line 1 column 1 (char 0))."),
        ("[]", "A graph is a JSON object of nodes; this is something else."),
        ("{}", "The graph has no nodes."),
        (
            '{"last_node_id": 9, "nodes": [], "links": []}',
            "This is the editor's format; export it with 'Save (API Format)' or 'Export (API)'.",
        ),
        ('{"9": 4}', "'9' is not a node: it has no class_type."),
        ('{"9": {"inputs": {}}}', "'9' is not a node: it has no class_type."),
        ('{"9": {"class_type": "A", "inputs": []}}', "Node '9' (A): inputs must be an object."),
        (
            "[" * 100_000,
            "This is not JSON (nested deeper than 128 levels).",
        ),
    ],
)
def test_what_is_no_graph_is_refused_in_one_sentence(source: str, sentence: str) -> None:
    with pytest.raises(GraphError) as refused:
        parse_graph(source)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("value", "link"),
    [
        (["4", 0], True),
        (["4", True], False),
        (["4"], False),
        ([4, 0], False),
        ("40", False),
        ({"__value__": ["4", 0]}, False),
    ],
)
def test_a_link_is_a_pair_of_node_and_output(value: object, link: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_link(value) is link  # pyright: ignore[reportArgumentType]  # any JSON value


@pytest.mark.parametrize(
    ("saved", "sent"),
    [
        (["", ""], {"__value__": ["", ""]}),
        ([], {"__value__": []}),
        ([["4", 0]], {"__value__": [["4", 0]]}),
        ({"__value__": ["", ""]}, {"__value__": ["", ""]}),
        (["4", 0], ["4", 0]),
        ([4, 0], [4, 0]),
    ],
)
def test_a_list_that_a_server_wrote_into_a_picture_is_wrapped_again(saved: object, sent: object) -> None:
    graph = parse_graph(json.dumps({"1": {"class_type": "ImageCompare", "inputs": {"compare_view": saved}}}))
    assert graph["1"].inputs == {"compare_view": sent}
