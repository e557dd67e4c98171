"""From an input of the graph back to the value in the UI graph."""

from typing import Any

from bot.comfy.convert import Path, Widget, WidgetKind, WidgetRef
from tests.comfy.convert.graphs import Json, api, converted, definitions, node, ui, wire
from tests.comfy.convert.test_packs import GROUP
from tests.comfy.convert.test_subgraphs import CHECKPOINT, LINKS, PLAIN, PROMOTED, ZERO


def _at(document: Json, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def _paths(graph: Json) -> dict[tuple[str, str], tuple[Path, tuple[WidgetRef, ...]]]:
    return {
        (binding.owner, binding.widget): (binding.path, binding.targets)
        for binding in converted(graph).bindings
    }


def _rewritten(graph: Json, values: dict[WidgetRef, Json]) -> Json:
    """The UI graph with other values; checks that they arrive when it is converted again, and nothing else changes."""
    changed = converted(graph).bindings.write_back(graph, values)
    before, after = api(graph), api(changed)
    expected: Json = {
        node_id: (kind, {**inputs, **{t.input_name: v for t, v in values.items() if t.node_id == node_id}})
        for node_id, (kind, inputs) in before.items()
    }
    assert after == expected
    return changed


SAMPLE = node(3, "Sample", [42, "randomize", 20, 7.5, "euler"])


def test_a_binding_says_where_a_value_lies_and_where_it_went() -> None:
    graph = ui(node(1, "Text", ["x"]), SAMPLE)
    result = converted(graph)
    seed = result.bindings.giving("3", "seed")
    assert seed is not None
    assert (seed.owner, seed.widget, seed.value, seed.control) == ("3", "seed", 42, "randomize")
    assert seed.path == ("nodes", 1, "widgets_values", 0)
    assert seed.plan is not None
    assert (seed.plan.minimum, seed.plan.maximum) == (0, 2**64 - 1)
    for binding in result.bindings:
        assert _at(graph, binding.path) == binding.value


def test_a_value_under_a_link_went_nowhere() -> None:
    graph = ui(
        node(1, "Number", [777, "fixed"]),
        node(5, "Empty", [512, 256, 1], inputs=[wire("width", "INT", 1, widget=True)]),
        links=[[1, 1, 0, 5, 0, "INT"]],
    )
    assert _paths(graph)["5", "width"] == (("nodes", 1, "widgets_values", 0), ())


def test_values_are_written_back_where_they_came_from() -> None:
    changed = _rewritten(ui(SAMPLE), {WidgetRef("3", "seed"): 7, WidgetRef("3", "cfg"): 1.5})
    assert changed["nodes"][0]["widgets_values"] == [7, "randomize", 20, 1.5, "euler"]


def test_a_list_that_is_too_short_is_filled_up_before_it_is_written_to() -> None:
    changed = _rewritten(ui(node(3, "Sample", [42])), {WidgetRef("3", "sampler_name"): "heun"})
    assert changed["nodes"][0]["widgets_values"] == [42, "fixed", 20, 8.0, "heun"]
    assert _rewritten(ui(node(3, "Empty")), {WidgetRef("3", "height"): 8})["nodes"][0]["widgets_values"] == [
        512,
        8,
        1,
    ]


def test_a_list_of_another_version_is_laid_out_anew_before_it_is_written_to() -> None:
    named = {"seed": 7, "steps": 9, "cfg": 1.0, "sampler_name": "heun"}
    graph = ui(node(3, "Sample", [7, "fixed", "heun", 9, 1.0], widgets_values_named=named))
    changed = converted(graph).bindings.write_back(graph, {WidgetRef("3", "steps"): 10})
    assert _at(changed, ("nodes", 0, "widgets_values")) == [7, "fixed", 10, 1.0, "heun"]
    forced = _rewritten(ui(node(3, "Forced", ["old", "kept"])), {WidgetRef("3", "second"): "new"})
    assert forced["nodes"][0]["widgets_values"] == ["new"]


def test_values_kept_by_name_are_written_by_name() -> None:
    changed = _rewritten(ui(node(3, "Combine", {"loop": 2, "crf": 19})), {WidgetRef("3", "crf"): 25})
    assert changed["nodes"][0]["widgets_values"] == {"loop": 2, "crf": 25}


def test_a_promoted_value_is_written_to_the_instance() -> None:
    for values in (["host text"], [], None):
        host = node(20, "enc", values, inputs=[wire("clip", "CLIP", 1)])
        graph = ui(CHECKPOINT, host, ZERO, links=LINKS, **definitions(PROMOTED))
        changed = _rewritten(graph, {WidgetRef("20:7", "text"): "new"})
        assert changed["nodes"][1]["widgets_values"] == ["new"]


def test_a_proxied_value_is_written_to_the_instance() -> None:
    proxies = {"proxyWidgets": [["7", "control_after_generate"], ["7", "text"]]}
    host = node(20, "enc", [], inputs=[wire("clip", "CLIP", 1)], properties=proxies)
    graph = ui(CHECKPOINT, host, ZERO, links=LINKS, **definitions(PLAIN))
    changed = _rewritten(graph, {WidgetRef("20:7", "text"): "new"})
    assert changed["nodes"][1]["widgets_values"] == [None, "new"]


def test_the_instance_shows_its_widgets_under_the_authors_names() -> None:
    labelled = PROMOTED | {
        "inputs": [PROMOTED["inputs"][0], PROMOTED["inputs"][1] | {"label": "What to draw"}]
    }
    graph = ui(node(20, "enc", ["fox"]), **definitions(labelled))
    binding = next(iter(converted(graph).bindings))
    assert (binding.owner, binding.widget, binding.label, binding.is_promoted) == (
        "20",
        "text",
        "What to draw",
        True,
    )
    assert binding.targets == (WidgetRef("20:7", "text"),)


def test_a_value_of_the_inside_is_shared_by_all_instances() -> None:
    graph = ui(node(20, "enc"), node(21, "enc"), **definitions(PLAIN))
    changed = converted(graph).bindings.write_back(graph, {WidgetRef("21:7", "text"): "new"})
    assert [inputs["text"] for _, inputs in api(changed).values()] == ["new", "new"]


def test_the_owner_inside_a_subgraph_is_known_by_the_files_own_ids() -> None:
    renumbered = {**PLAIN, "nodes": [{**PLAIN["nodes"][0], "id": 4}], "links": []}
    graph = ui(CHECKPOINT, node(20, "enc"), **definitions(renumbered))
    binding = next(binding for binding in converted(graph).bindings if binding.widget == "text")
    assert (binding.owner, binding.saved_id, binding.subgraph) == ("20:100", "4", "enc")


def test_a_primitive_has_all_its_targets() -> None:
    graph = ui(
        node(1, "PrimitiveNode", [776, "fixed"]),
        node(5, "Empty", [512, 512, 1], inputs=[wire("width", "INT", 1), wire("height", "INT", 2)]),
        links=[[1, 1, 0, 5, 0, "INT"], [2, 1, 0, 5, 1, "INT"]],
    )
    assert _paths(graph)["1", "value"] == (
        ("nodes", 0, "widgets_values", 0),
        (WidgetRef("5", "width"), WidgetRef("5", "height")),
    )


def test_values_of_a_group_node_are_written_to_the_group_node() -> None:
    values = ["new.safetensors", "a fox", 42, "randomize", 30, 7.0, "heun"]
    graph = ui(node(10, "workflow>mine", values), extra={"groupNodes": {"mine": GROUP}})
    changed = _rewritten(graph, {WidgetRef("10:3", "seed"): 7, WidgetRef("10:2", "text"): "a hen"})
    assert changed["nodes"][0]["widgets_values"] == [
        "new.safetensors",
        "a hen",
        7,
        "randomize",
        30,
        7.0,
        "heun",
    ]


def test_dynamic_prompts_are_marked_so_that_they_can_be_rolled_again() -> None:
    bindings = converted(ui(node(1, "Encode", ["a {red|blue} fox"]), SAMPLE)).bindings
    assert [(binding.widget, binding.value) for binding in bindings if binding.is_dynamic] == [
        ("text", "a {red|blue} fox")
    ]


def test_app_mode_names_widgets_in_four_ways() -> None:
    graph = ui(SAMPLE, node(20, "enc"), node(21, "enc"), id="root", **definitions(PLAIN))
    bindings = converted(graph).bindings

    def owners(reference: str, widget: str) -> list[str]:
        return [binding.owner for binding in bindings.named(reference, widget)]

    assert owners("3", "seed") == owners("root:3:seed", "seed") == ["3"]
    assert owners("20:7", "text") == ["20:7"]
    assert owners("7", "text") == owners("enc:7:text", "text") == ["20:7", "21:7"]
    assert owners("9", "text") == owners("3", "gone") == []


def test_app_mode_means_the_instance_that_shows_a_widget_and_may_call_it_by_its_label() -> None:
    labelled = PROMOTED | {"inputs": [PROMOTED["inputs"][0], PROMOTED["inputs"][1] | {"label": "Subject"}]}
    proxied = node(20, "enc", ["fox"], properties={"proxyWidgets": [["7", "text"]]})
    for host, definition in ((node(20, "enc", ["fox"]), labelled), (proxied, PLAIN)):
        bindings = converted(ui(host, **definitions(definition))).bindings
        for reference in ("20", "7", "20:7"):
            assert [(found.owner, found.value) for found in bindings.named(reference, "text")] == [
                ("20", "fox")
            ]
    labels = converted(ui(node(20, "enc", ["fox"]), **definitions(labelled))).bindings.named("20", "Subject")
    assert [(found.owner, found.value) for found in labels] == [("20", "fox")]


def test_a_plan_says_what_a_person_could_give() -> None:
    def plan(graph: Json, widget: str) -> Widget | None:
        return next(binding.plan for binding in converted(graph).bindings if binding.widget == widget)

    picture = plan(ui(node(1, "Load")), "image")
    assert picture is not None
    assert (picture.kind, picture.upload) == (WidgetKind.CHOICE, "image")
    factor = plan(ui(node(1, "Resize", ["factor"])), "how.multiplier")
    assert factor is not None
    assert (factor.kind, factor.default, factor.step) == (WidgetKind.NUMBER, 1.0, 0.01)


def test_inputs_that_no_widget_feeds_are_passed_over() -> None:
    graph = ui(SAMPLE)
    assert (
        converted(graph).bindings.write_back(graph, {WidgetRef("3", "model"): 1, WidgetRef("9", "x"): 2})
        == graph
    )
