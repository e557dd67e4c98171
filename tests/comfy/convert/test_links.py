"""What feeds an input."""

import pytest

from bot.comfy.convert import Circle
from tests.comfy.convert.graphs import Json, api, converted, node, ui, wire, written

LOAD = node(1, "Load", ["a.png", "image"], outputs=["IMAGE", "MASK"])
LOADED = ("Load", {"image": "a.png"})


def _saved(link: int | None = 2) -> Json:
    return node(9, "Save", ["x"], inputs=[wire("images", "IMAGE", link)])


def _save(*feed: Json) -> Json:
    return "Save", {"filename_prefix": "x"} | ({"images": list(feed)} if feed else {})


def _through(middle: Json) -> Json:
    """Load, one node in between, Save."""
    return api(ui(LOAD, middle, _saved(), links=[[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 9, 0, "IMAGE"]]))


def test_links_are_arrays_or_objects_whatever_the_version_says() -> None:
    link = {"id": 2, "origin_id": 1, "origin_slot": 0, "target_id": 9, "target_slot": 0, "type": "IMAGE"}
    expected = {"1": LOADED, "9": _save("1", 0)}
    for version, form in ((0.4, link), (1, [2, 1, 0, 9, 0, "IMAGE"]), (None, link)):
        assert api(ui(LOAD, _saved(), links=[form], version=version)) == expected


def test_the_table_of_links_decides_and_not_the_sockets() -> None:
    assert api(ui(LOAD, _saved(None), links=[[2, 1, 0, 9, 0, "IMAGE"]]))["9"] == _save("1", 0)
    assert api(ui(LOAD, _saved(), links=[]))["9"] == _save()


def test_the_sockets_name_the_input_of_a_link_whose_number_is_stale() -> None:
    assert api(ui(LOAD, _saved(), links=[[2, 1, 0, 9, 7, "IMAGE"]]))["9"] == _save("1", 0)


def test_of_two_links_to_one_input_the_one_that_the_socket_names_stays() -> None:
    other = node(2, "Load", ["b.png"])
    links = [[1, 2, 0, 9, 0, "IMAGE"], [2, 1, 0, 9, 0, "IMAGE"]]
    assert api(ui(LOAD, other, _saved(), links=links))["9"] == _save("1", 0)


def test_one_id_may_be_used_for_two_links() -> None:
    graph = ui(
        LOAD,
        _saved(2),
        node(8, "Save", ["x"], inputs=[wire("images", "IMAGE", 2)]),
        links=[[2, 1, 0, 9, 0, "IMAGE"], [2, 1, 1, 8, 0, "IMAGE"]],
    )
    assert api(graph) == {"1": LOADED, "9": _save("1", 0), "8": _save("1", 1)}


def test_holes_in_the_table_are_nothing() -> None:
    assert api(ui(LOAD, _saved(), links=[None, [], {"id": 1}, [2, 1, 0, 9, 0, "IMAGE"]]))["9"] == _save(
        "1", 0
    )


def test_a_linked_widget_takes_the_link_and_an_unlinked_one_its_value() -> None:
    width = wire("width", "INT", 1, widget=True)
    graph = ui(
        node(1, "Number", [777, "fixed"]),
        node(5, "Empty", [512, 256, 1], inputs=[width]),
        links=[[1, 1, 0, 5, 0, "INT"]],
    )
    assert api(graph)["5"] == ("Empty", {"width": ["1", 0], "height": 256, "batch_size": 1})
    assert api(ui(graph["nodes"][1]))["5"] == ("Empty", {"width": 512, "height": 256, "batch_size": 1})


def test_notes_are_not_written() -> None:
    assert api(ui(LOAD, node(2, "Note", ["hello"]), node(3, "MarkdownNote", ["# hi"]))) == {"1": LOADED}


def test_a_bypassed_node_passes_on_what_fits() -> None:
    assert _through(node(2, "Invert", mode=4, inputs=[wire("image", "IMAGE", 1)])) == {
        "1": LOADED,
        "9": _save("1", 0),
    }


def test_a_bypassed_node_passes_on_nothing_of_another_type() -> None:
    image = [wire("samples", "LATENT", 1), wire("vae", "VAE", None)]
    assert _through(node(2, "Decode", mode=4, inputs=image))["9"] == _save()


def test_a_bypassed_sampler_passes_its_latent_although_another_input_comes_first() -> None:
    graph = ui(
        node(1, "Empty", [512, 512, 1]),
        node(2, "Sample", [], mode=4, inputs=[wire("latent", "LATENT", 1)]),
        node(3, "Decode", inputs=[wire("samples", "LATENT", 2)]),
        links=[[1, 1, 0, 2, 0, "LATENT"], [2, 2, 0, 3, 0, "LATENT"]],
    )
    assert api(graph)["3"] == ("Decode", {"samples": ["1", 0]})


@pytest.mark.parametrize(
    ("slot", "taker", "passed"),
    [
        (0, "Decode.samples", "latent"),  # "either" has the place, and what it takes is not wanted
        (1, "Measure.picture", "either"),  # "mask" has the place, and would be taken; the output gives images
        (9, "Save.images", "image"),  # "either" comes first and would fit, too
        (9, "Decode.vae", None),
        (2, "Preview.source", "image"),
        (9, "Preview.source", "either"),
    ],
)
def test_which_input_a_bypassed_node_passes_on_depends_on_place_and_types(
    slot: int, taker: str, passed: str | None
) -> None:
    kind, _, wanted = taker.partition(".")
    sockets = {"either": "IMAGE,MASK", "mask": "MASK", "image": "IMAGE", "latent": "LATENT"}
    graph = ui(
        *(node(at, "Load", ["a.png"]) for at in range(4)),
        node(8, "Mixed", mode=4, inputs=[wire(name, sockets[name], at) for at, name in enumerate(sockets)]),
        node(9, kind, inputs=[wire(wanted, "*", 4)]),
        links=[*([at, at, 0, 8, at, "*"] for at in range(4)), [4, 8, slot, 9, 0, "*"]],
    )
    fed = None if passed is None else [str(list(sockets).index(passed)), 0]
    assert api(graph)["9"][1].get(wanted) == fed


def test_a_muted_node_gives_nothing() -> None:
    assert _through(node(2, "Invert", mode=2, inputs=[wire("image", "IMAGE", 1)]))["9"] == _save()


def test_an_output_that_the_class_lacks_is_passed_as_saved() -> None:
    assert api(ui(LOAD, _saved(), links=[[2, 1, 5, 9, 0, "IMAGE"]]))["9"] == _save("1", 5)


@pytest.mark.parametrize("kind", ["Reroute", "Reroute (rgthree)"])
def test_reroutes_pass_their_input_on(kind: str) -> None:
    assert _through(node(2, kind, inputs=[wire("", "*", 1)])) == {"1": LOADED, "9": _save("1", 0)}


@pytest.mark.parametrize(("setter", "getter"), [("SetNode", "GetNode"), ("easy setNode", "easy getNode")])
def test_a_getter_stands_for_what_its_setter_takes(setter: str, getter: str) -> None:
    graph = ui(
        LOAD,
        node(2, setter, ["photo"], inputs=[wire("IMAGE", "IMAGE", 1)]),
        node(3, getter, ["photo"]),
        node(4, getter, ["other"]),
        _saved(2),
        node(8, "Save", ["x"], inputs=[wire("images", "IMAGE", 3)]),
        links=[[1, 1, 0, 2, 0, "IMAGE"], [2, 3, 0, 9, 0, "IMAGE"], [3, 4, 0, 8, 0, "IMAGE"]],
    )
    assert api(graph) == {"1": LOADED, "9": _save("1", 0), "8": _save()}


def test_growing_inputs_keep_what_the_file_has() -> None:
    sockets = [
        wire("images.image0", "IMAGE", 1),
        wire("images.image1", "IMAGE", 2),
        wire("images.image2", "IMAGE", None),
    ]
    graph = ui(
        LOAD,
        node(8, "Batch", inputs=sockets),
        links=[[1, 1, 0, 8, 0, "IMAGE"], [2, 1, 0, 8, 1, "IMAGE"]],
    )
    assert api(graph)["8"] == ("Batch", {"images.image0": ["1", 0], "images.image1": ["1", 0]})


def test_a_link_to_an_input_of_a_choice_not_made_vanishes() -> None:
    sockets = [wire("input", "IMAGE", 1), wire("how.match", "IMAGE", 2)]
    links = [[1, 1, 0, 8, 0, "IMAGE"], [2, 1, 0, 8, 1, "IMAGE"]]
    chosen = ui(LOAD, node(8, "Resize", ["like", "area"], inputs=sockets), links=links)
    other = ui(LOAD, node(8, "Resize", ["factor", 2.0, "area"], inputs=sockets), links=links)
    assert api(chosen)["8"][1] == {"how": "like", "method": "area", "input": ["1", 0], "how.match": ["1", 0]}
    assert "how.match" not in api(other)["8"][1]


def test_a_link_to_an_input_that_the_class_lacks_is_dropped_and_mentioned() -> None:
    graph = ui(LOAD, node(2, "Invert", inputs=[wire("mask", "MASK", 1)]), links=[[1, 1, 1, 2, 0, "MASK"]])
    result = converted(graph)
    assert written(result)["2"] == ("Invert", {})
    assert result.warnings == ("Node 2 (Invert) has no input 'mask' on this server; its link was dropped.",)


def test_a_class_that_numbers_its_inputs_may_have_more_of_them() -> None:
    graph = ui(LOAD, node(2, "Stack", inputs=[wire("image_3", "IMAGE", 1)]), links=[[1, 1, 0, 2, 0, "IMAGE"]])
    assert api(graph)["2"] == ("Stack", {"image_3": ["1", 0]})


def test_links_that_never_arrive_are_an_obstacle_and_not_the_end() -> None:
    graph = ui(
        node(1, "Reroute", inputs=[wire("", "*", 2)]),
        node(2, "Reroute", inputs=[wire("", "*", 1)]),
        _saved(3),
        links=[[1, 1, 0, 2, 0, "*"], [2, 2, 0, 1, 0, "*"], [3, 1, 0, 9, 0, "*"]],
    )
    result = converted(graph)
    assert written(result) == {"9": _save()}
    assert result.missing == (Circle(("1", "2")),)


def test_nodes_that_feed_one_another_are_an_obstacle() -> None:
    graph = ui(
        node(1, "Invert", inputs=[wire("image", "IMAGE", 2)]),
        node(2, "Invert", inputs=[wire("image", "IMAGE", 1)]),
        links=[[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 1, 0, "IMAGE"]],
    )
    result = converted(graph)
    assert [str(obstacle) for obstacle in result.missing] == ["The links go round in a circle (nodes 1, 2)."]
