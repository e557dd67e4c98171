"""Subgraphs and group nodes whose inner classes have other widgets by now than when the file was saved."""

from collections.abc import Sequence

import pytest

from bot.comfy.convert import NodePlans, convert
from tests.comfy.convert.classes import CLASSES
from tests.comfy.convert.graphs import Json, api, converted, definitions, node, subgraph, ui, wire, written

SAMPLER = ("Sample", [1, "fixed", 20, 8.0, "euler"])


def _ports(
    kind: str, values: Json, widgets: Sequence[tuple[str, str]], *, sockets: bool = True
) -> dict[str, Json]:
    """A subgraph of one node with all these widgets promoted; without ``sockets`` the node's own are not marked."""
    inputs = [wire(name, shape, n + 1, widget=sockets) for n, (name, shape) in enumerate(widgets)]
    links = [(n + 1, -10, n, 7, n, shape) for n, (_, shape) in enumerate(widgets)]
    return subgraph("inner", [node(7, kind, values, inputs=inputs)], links, widgets)


BUTTON = _ports("Load", ["inner.png", "image"], [("image", "COMBO"), ("upload", "IMAGEUPLOAD")])


def test_the_button_of_an_upload_that_a_subgraph_shows_takes_a_value_of_the_instance() -> None:
    widgets = [("image", "COMBO"), ("upload", "IMAGEUPLOAD")]
    inner = [
        node(
            7,
            "Load",
            ["inner.png", "image"],
            inputs=[wire(n, k, i + 1, widget=True) for i, (n, k) in enumerate(widgets)],
        ),
        node(8, "Encode", ["inner"], inputs=[wire("text", "STRING", 3, widget=True)]),
    ]
    links = [(1, -10, 0, 7, 0, "COMBO"), (2, -10, 1, 7, 1, "IMAGEUPLOAD"), (3, -10, 2, 8, 0, "STRING")]
    definition = subgraph("inner", inner, links, [*widgets, ("text", "STRING")])
    result = api(ui(node(20, "inner", ["fox.png", "image", "a prompt"]), **definitions(definition)))
    assert result == {
        "20:7": ("Load", {"image": "fox.png", "upload": "image"}),
        "20:8": ("Encode", {"text": "a prompt"}),
    }


def test_the_button_is_nothing_that_a_person_could_set() -> None:
    bindings = converted(ui(node(20, "inner", ["fox.png", "image"]), **definitions(BUTTON))).bindings
    assert [(entry.owner, entry.widget) for entry in bindings if entry.is_promoted] == [("20", "image")]


def test_a_port_of_a_widget_that_the_server_does_not_know_takes_its_value_all_the_same() -> None:
    definition = _ports("Empty", [8, 8], [("shape", "COMBO"), ("width", "INT"), ("height", "INT")])
    result = api(ui(node(20, "inner", ["square", 640, 480]), **definitions(definition)))
    assert result == {"20:7": ("Empty", {"width": 640, "height": 480, "batch_size": 1})}


@pytest.mark.parametrize("where", ["widgets_values_named", "properties"])
def test_values_of_an_instance_are_found_by_name_where_positions_do_not_fit(where: str) -> None:
    named = {"shape": "square", "width": 640, "height": 480}
    more: Json = {where: named} if where != "properties" else {where: {"widgets_values_named": named}}
    definition = _ports(
        "Empty", [8, 8], [("shape", "COMBO"), ("width", "INT"), ("height", "INT")], sockets=False
    )
    host = node(20, "inner", ["square", 640, 480], **more)
    assert api(ui(host, **definitions(definition))) == {
        "20:7": ("Empty", {"width": 640, "height": 480, "batch_size": 1})
    }


def test_sockets_of_the_instance_say_which_ports_take_a_value_where_the_inside_does_not() -> None:
    widgets = [("shape", "COMBO"), ("width", "INT"), ("height", "INT")]
    definition = _ports("Empty", [8, 8], widgets, sockets=False)
    host = node(20, "inner", ["square", 640, 480], inputs=[wire(n, k, None, widget=True) for n, k in widgets])
    assert api(ui(host, **definitions(definition))) == {
        "20:7": ("Empty", {"width": 640, "height": 480, "batch_size": 1})
    }


GROUP: dict[str, Json] = {
    "nodes": [
        {"type": "Empty", "index": 0, "widgets_values": [8]},
        {"type": "Sample", "index": 1, "widgets_values": [1, "fixed", 20, 8.0, "euler"]},
    ],
    "links": [[0, 0, 1, 2, 4, "LATENT"]],
}


def test_a_group_node_whose_inner_class_grew_keeps_what_each_value_was_saved_for() -> None:
    host = node(10, "workflow>mine", [640, 42, "randomize", 30, 7.0, "heun"])
    assert api(ui(host, extra={"groupNodes": {"mine": GROUP}})) == {
        "10:0": ("Empty", {"width": 640, "height": 512, "batch_size": 1}),
        "10:1": (
            "Sample",
            {"seed": 42, "steps": 30, "cfg": 7.0, "sampler_name": "heun", "latent": ["10:0", 0]},
        ),
    }


def test_a_group_node_that_was_saved_by_a_newer_editor_than_its_definition_is_read_by_the_servers_class() -> (
    None
):
    host = node(10, "workflow>mine", [640, 480, 2, 42, "randomize", 30, 7.0, "heun"])
    result = api(ui(host, extra={"groupNodes": {"mine": GROUP}}))
    assert result["10:0"] == ("Empty", {"width": 640, "height": 480, "batch_size": 2})


def test_a_stale_list_of_names_does_not_count_against_positions_that_fit() -> None:
    stale = {"image": "old.png", "upload": None}
    loader = node(1, "Load", ["new.png", None, None], widgets_values_named=stale)
    assert api(ui(loader))["1"][1] == {"image": "new.png"}


def test_names_that_say_the_same_as_the_list_decide_where_the_class_has_another_order_by_now() -> None:
    drifted = node(
        1, "Empty", [640, 2, 480], widgets_values_named={"width": 640, "batch_size": 2, "height": 480}
    )
    assert api(ui(drifted))["1"][1] == {"width": 640, "height": 480, "batch_size": 2}


def test_names_that_the_class_does_not_have_do_not_count_where_positions_fit() -> None:
    renamed = node(1, "Empty", [640, 480, 2], widgets_values_named={"w": 640, "h": 480, "n": 2})
    assert api(ui(renamed))["1"][1] == {"width": 640, "height": 480, "batch_size": 2}


def test_names_are_worse_where_they_bring_values_of_the_wrong_kind() -> None:
    kind, values = SAMPLER
    mixed = node(1, kind, values[:4], widgets_values_named={"seed": "euler", "steps": "fixed", "cfg": 1.0})
    assert api(ui(mixed))["1"][1] == {"seed": 1, "steps": 20, "cfg": 8.0, "sampler_name": "euler"}


@pytest.mark.parametrize("values", [{"clip": "a.mp4", "start": 2, "length": 5}, ["a.mp4", 2, 5]])
def test_a_widget_of_a_packs_own_type_is_one_of_the_declared_type(values: Json) -> None:
    spec = {"default": 0, "min": 0, "widgetType": "PACKTIMESTAMP"}
    sections: Json = {
        "required": {"clip": ["STRING"]},
        "optional": {"start": ["FLOAT", spec], "length": ["FLOAT", spec]},
    }
    plans = NodePlans(CLASSES | {"Cut": {"input": sections, "output": ["AUDIO"]}})
    result = convert(ui(node(1, "Cut", values)), plans)
    assert written(result)["1"][1] == {"clip": "a.mp4", "start": 2, "length": 5}
    assert result.warnings == ()
