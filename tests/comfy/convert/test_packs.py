"""What packs of custom nodes do by script, and the editor's older group nodes."""

import pytest

from bot.comfy.convert import LostWires, MissingClass, Unconvertible, UnknownOption
from tests.comfy.convert.graphs import Json, api, converted, node, ui, wire, written


def test_rows_of_loras_are_numbered_and_what_is_between_them_left_out() -> None:
    one = {"on": True, "lora": "a.safetensors", "strength": 1, "strengthTwo": None}
    two = {"on": False, "lora": "b.safetensors", "strength": 0.5, "strengthTwo": 0.25}
    rows = [{}, {"type": "PowerLoraLoaderHeaderWidget"}, one, two, {}, ""]
    assert api(ui(node(1, "Power Lora Loader (rgthree)", rows)))["1"][1] == {
        "lora_1": {"on": True, "lora": "a.safetensors", "strength": 1},
        "lora_2": {"on": False, "lora": "b.safetensors", "strength": 0.5, "strengthTwo": 0.25},
    }


def test_a_seed_that_rolls_at_each_run_says_so() -> None:
    result = converted(ui(node(1, "Seed (rgthree)", [-1, "", "", ""])))
    assert [(binding.value, binding.control) for binding in result.bindings] == [(-1, "randomize")]


def test_switches_of_the_editor_are_not_written() -> None:
    assert api(ui(node(1, "Fast Groups Bypasser (rgthree)"), node(2, "Text", ["x"]))) == {
        "2": ("Text", {"value": "x"})
    }


def test_a_missing_class_names_its_pack_and_its_nodes() -> None:
    graph = ui(
        node(1, "Unheard", properties={"cnr_id": "some-pack"}),
        node(2, "Unheard"),
        node(3, "Other", properties={"aux_id": "someone/other"}),
        node(9, "Batch", inputs=[wire(f"images.image{n}", "IMAGE", n + 1) for n in range(3)]),
        links=[[n + 1, n + 1, 0, 9, n, "IMAGE"] for n in range(3)],
    )
    result = converted(graph)
    assert result.missing == (
        MissingClass("Unheard", "some-pack", ("1", "2")),
        MissingClass("Other", "someone/other", ("3",)),
    )
    assert [str(obstacle) for obstacle in result.missing] == [
        "The server has no node 'Unheard' (nodes 1, 2). It comes with 'some-pack'.",
        "The server has no node 'Other' (node 3). It comes with 'someone/other'.",
    ]
    assert written(result) == {"9": ("Batch", {})}


def test_a_missing_class_of_comfyui_itself_says_so() -> None:
    assert str(MissingClass("New", "comfy-core", ("1",))) == (
        "The server has no node 'New' (node 1). It is one of ComfyUI's own, of another version."
    )


def test_an_unknown_node_that_is_wired_to_nothing_or_turned_off_does_not_matter() -> None:
    result = converted(ui(node(1, "Fancy note"), node(2, "Unheard", mode=2), node(3, "Unheard", mode=4)))
    assert result.missing == ()
    assert result.warnings == (
        "Node 1 (Fancy note) is unknown to the server and wired to nothing; it is left out.",
    )


def test_a_recording_can_be_a_file_too_so_it_is_only_mentioned() -> None:
    result = converted(ui(node(1, "Record", [""])))
    assert result.missing == ()
    assert result.warnings == ("Node 1 (Record) records 'audio' in a browser; it needs a file instead.",)


def test_a_choice_that_decides_on_inputs_must_be_known() -> None:
    result = converted(ui(node(1, "Resize", ["by magic"])))
    assert result.missing == (UnknownOption("1", "Resize", "how", "by magic"),)
    assert str(result.missing[0]) == (
        "'Resize' (node 1) on this server knows no 'by magic' for 'how': "
        "the file is newer, or made with another version of the node."
    )


EVERYWHERE = node(2, "Anything Everywhere", inputs=[wire("IMAGE", "IMAGE", 1)])
FED = (node(1, "Load", ["a.png"]), EVERYWHERE, node(9, "Save", ["x"], inputs=[wire("images", "IMAGE", None)]))


def test_links_that_use_everywhere_noted_are_followed() -> None:
    noted = {"downstream": 9, "downstream_slot": 0, "upstream": "1", "upstream_slot": 0, "type": "IMAGE"}
    graph = ui(*FED, links=[[1, 1, 0, 2, 0, "IMAGE"]], extra={"ue_links": [noted]})
    assert api(graph)["9"] == ("Save", {"filename_prefix": "x", "images": ["1", 0]})


def test_links_that_use_everywhere_did_not_note_follow_its_rules() -> None:
    graph = ui(*FED, links=[[1, 1, 0, 2, 0, "IMAGE"]])
    assert api(graph)["9"] == ("Save", {"filename_prefix": "x", "images": ["1", 0]})


@pytest.mark.parametrize(
    "settings",
    [
        {"group_restricted": 1},
        {"color_restricted": 2},
        {"group_regex": "mine"},
        {"title_regex": "(a+)+$"},
        {"input_regex": "("},
        {"input_regex": "a" * 201},
    ],
)
def test_what_only_the_editor_knows_the_receivers_of_is_an_obstacle(settings: Json) -> None:
    limited = {**EVERYWHERE, "properties": {"ue_properties": {"version": "7.8", **settings}}}
    graph = ui(FED[0], limited, FED[2], links=[[1, 1, 0, 2, 0, "IMAGE"]])
    assert converted(graph).missing == (LostWires("Anything Everywhere", ("2",)),)


def test_what_was_drawn_when_a_picture_was_made_is_not_drawn_again() -> None:
    stack = node(9, "Stack", inputs=[wire("image_1", "IMAGE", 2), wire("image_2", "IMAGE", None)])
    links = [[1, 1, 0, 2, 0, "IMAGE"], [2, 1, 0, 9, 0, "IMAGE"]]
    graph = ui(
        FED[0],
        EVERYWHERE,
        stack,
        node(10, "Preview", inputs=[wire("source", "*", 3)]),
        links=[*links, [3, 9, 0, 10, 0, "IMAGE"]],
    )
    assert api(graph)["9"] == ("Stack", {"image_1": ["1", 0], "image_2": ["1", 0]})
    drawn = {**graph, "extra": {"links_added_by_ue": [2]}}
    assert api(drawn)["9"] == ("Stack", {"image_1": ["1", 0]})


def test_notes_without_a_broadcaster_are_left_over() -> None:
    noted = {"downstream": 9, "downstream_slot": 0, "upstream": "1", "upstream_slot": 0, "type": "IMAGE"}
    assert api(ui(FED[0], FED[2], extra={"ue_links": [noted]}))["9"] == ("Save", {"filename_prefix": "x"})


@pytest.mark.parametrize("odd", [[["a"], {}, None], {"a": 1}, "words", None])
def test_odd_settings_of_a_broadcaster_are_as_none(odd: Json) -> None:
    properties = {"ue_properties": {"repeated_type_rule": odd, "priority": odd, "title_regex": odd}}
    sender = {**EVERYWHERE, "type": "Anything Everywhere?", "widgets_values": odd, "properties": properties}
    graph = ui(
        FED[0], sender, {**FED[2], "properties": {"ue_properties": odd}}, links=[[1, 1, 0, 2, 0, "IMAGE"]]
    )
    assert converted(graph).missing == ()


def test_patterns_of_older_versions_lie_among_the_widgets() -> None:
    limited = {**EVERYWHERE, "type": "Anything Everywhere?", "widgets_values": ["Keep|Hold", ".*", ""]}
    graph = ui(
        FED[0], limited, FED[2], node(10, "Save", ["y"], title="Hold"), links=[[1, 1, 0, 2, 0, "IMAGE"]]
    )
    written_to = {
        node_id: "images" in inputs for node_id, (kind, inputs) in api(graph).items() if kind == "Save"
    }
    assert written_to == {"9": False, "10": True}


def test_many_broadcasters_and_many_inputs_are_beyond_the_limit() -> None:
    senders = [node(n, "Anything Everywhere", inputs=[wire("IMAGE", "IMAGE", n)]) for n in range(2, 1002)]
    savers = [node(n, "Save", ["x"]) for n in range(2000, 2600)]
    graph = ui(FED[0], *senders, *savers, links=[[n, 1, 0, n, 0, "IMAGE"] for n in range(2, 1002)])
    with pytest.raises(Unconvertible, match="rerout"):
        converted(graph)


# A group of a checkpoint, a reroute and an encoder; the encoder's text was made an input of the group.
GROUP: dict[str, Json] = {
    "nodes": [
        {"type": "Checkpoint", "index": 0, "widgets_values": ["old.safetensors"]},
        {"type": "Reroute", "index": 1, "inputs": [{"name": "", "type": "*", "link": 77}]},
        {
            "type": "Encode",
            "index": 2,
            "inputs": [{"name": "clip", "type": "CLIP", "link": 5}],
            "widgets_values": ["old"],
        },
        {"type": "Sample", "index": 3, "widgets_values": [1, "fixed", 20, 8.0, "euler"]},
    ],
    "links": [
        [0, 1, 1, 0, 4, "CLIP"],
        [1, 0, 2, 0, 5, "CLIP"],
        [2, 0, 3, 1, 6, "CONDITIONING"],
        [None, 0, 3, 2, 1, "L"],
    ],
    "external": [[0, 0, "MODEL"]],
}


def _group(**more: Json) -> Json:
    values = ["new.safetensors", "a {red|blue} fox", 42, "randomize", 30, 7.0, "heun"]
    return node(10, "workflow>mine", values, **more)


def test_a_group_node_is_written_out_with_its_own_values() -> None:
    assert api(ui(_group(), extra={"groupNodes": {"mine": GROUP}})) == {
        "10:0": ("Checkpoint", {"ckpt_name": "new.safetensors"}),
        "10:2": ("Encode", {"text": "a red fox", "clip": ["10:0", 1]}),
        "10:3": (
            "Sample",
            {"seed": 42, "steps": 30, "cfg": 7.0, "sampler_name": "heun", "positive": ["10:2", 0]},
        ),
    }


def test_inputs_and_outputs_of_a_group_node_are_what_nothing_inside_takes() -> None:
    graph = ui(
        node(1, "Empty", []),
        _group(inputs=[wire("Sample model", "MODEL", None), wire("latent", "LATENT", 1)]),
        node(11, "Decode", inputs=[wire("samples", "LATENT", 2), wire("vae", "VAE", 3)]),
        links=[[1, 1, 0, 10, 1, "LATENT"], [2, 10, 2, 11, 0, "LATENT"], [3, 10, 1, 11, 1, "VAE"]],
        extra={"groupNodes": {"mine": GROUP}},
    )
    result = api(graph)
    assert result["10:3"][1]["latent"] == ["1", 0]
    assert result["11"] == ("Decode", {"samples": ["10:3", 0], "vae": ["10:0", 2]})


def test_hidden_sockets_of_a_group_node_do_not_count() -> None:
    config = {"0": {"output": {"0": {"visible": False}}}, "3": {"input": {"model": {"visible": False}}}}
    graph = ui(
        node(1, "Empty", []),
        _group(inputs=[wire("latent", "LATENT", 1)]),
        node(11, "Decode", inputs=[wire("vae", "VAE", 3)]),
        links=[[1, 1, 0, 10, 0, "LATENT"], [3, 10, 0, 11, 1, "VAE"]],
        extra={"groupNodes": {"mine": GROUP | {"config": config}}},
    )
    result = api(graph)
    assert result["10:3"][1]["latent"] == ["1", 0]
    assert result["11"] == ("Decode", {"vae": ["10:0", 2]})


def test_a_widget_that_was_made_an_input_of_a_group_has_no_value_there() -> None:
    converted_text = [{"name": "text", "type": "STRING", "widget": {"name": "text"}, "link": None}]
    group: Json = {"nodes": [GROUP["nodes"][0], {**GROUP["nodes"][2], "inputs": converted_text}], "links": []}
    host = node(
        10,
        "workflow/mine",
        ["new.safetensors"],
        inputs=[wire("clip", "CLIP", None), wire("text", "STRING", 1)],
    )
    graph = ui(
        node(1, "Text", ["wired"]),
        host,
        links=[[1, 1, 0, 10, 1, "STRING"]],
        extra={"groupNodes": {"mine": group}},
    )
    assert api(graph) == {
        "1": ("Text", {"value": "wired"}),
        "10:0": ("Checkpoint", {"ckpt_name": "new.safetensors"}),
        "10:1": ("Encode", {"text": ["1", 0]}),
    }
