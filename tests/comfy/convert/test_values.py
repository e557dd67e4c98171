"""Which value each widget gets."""

from datetime import UTC, datetime

import pytest

from bot.comfy.convert import NodePlans, convert
from tests.comfy.convert.classes import CLASSES, PLANS
from tests.comfy.convert.graphs import Json, api, converted, definitions, node, subgraph, ui, wire, written


def _inputs(kind: str, values: Json, **more: Json) -> Json:
    """What one unconnected node is sent with."""
    return api(ui(node(1, kind, values, **more)))["1"][1]


SAMPLE = {"seed": 42, "steps": 20, "cfg": 7.5, "sampler_name": "euler"}


def test_values_are_found_by_position_past_the_hidden_control() -> None:
    assert _inputs("Sample", [42, "randomize", 20, 7.5, "euler"]) == SAMPLE


def test_values_of_old_files_are_mended() -> None:
    assert _inputs("Sample", [42, True, 20, 7.5, "sample_euler"]) == SAMPLE


def test_a_value_that_the_file_lacks_takes_the_default_and_is_sent() -> None:
    assert _inputs("Empty", [640]) == {"width": 640, "height": 512, "batch_size": 1}


def test_surplus_values_are_ignored() -> None:
    assert _inputs("Checkpoint", ["b.safetensors", 1, 2, 3]) == {"ckpt_name": "b.safetensors"}


def test_a_choice_that_the_server_lacks_is_kept_and_an_empty_one_takes_the_first() -> None:
    assert _inputs("Checkpoint", ["mine.safetensors"]) == {"ckpt_name": "mine.safetensors"}
    assert _inputs("Checkpoint", [None]) == {"ckpt_name": "a.safetensors"}


def test_other_nulls_stay_but_a_text_of_many_lines_is_always_a_text() -> None:
    assert _inputs("Sample", [1, "fixed", None, 2, "euler"])["steps"] is None
    assert _inputs("Encode", [None]) == {"text": ""}
    assert _inputs("Encode", [5.0]) == {"text": "5"}


def test_without_value_default_and_choices_nothing_is_sent() -> None:
    assert _inputs("Load", []) == {}


def test_the_button_of_an_upload_is_never_sent() -> None:
    assert _inputs("Load", ["a.png", "image"]) == {"image": "a.png"}


def test_whole_numbers_stay_exact_beyond_what_javascript_counts() -> None:
    assert _inputs("Sample", [2**64 - 1, "fixed", 20, 7.5, "euler"])["seed"] == 18446744073709551615


def test_a_dynamic_choice_decides_what_the_following_values_mean() -> None:
    assert _inputs("Resize", ["factor", 2.0, "lanczos"]) == {
        "how": "factor",
        "how.multiplier": 2.0,
        "method": "lanczos",
    }
    assert _inputs("Resize", []) == {"how": "size", "how.width": 512, "how.height": 512, "method": "area"}


def test_companions_of_a_box_take_places_and_lists_are_wrapped() -> None:
    assert _inputs("Box", [{"x": 5}, 5, 0, 1, 1, "note"]) == {"box": {"x": 5}, "note": "note"}
    assert _inputs("List", [[["1", 0]]]) == {"boxes": {"__value__": [["1", 0]]}}


def test_a_curve_says_that_it_is_one() -> None:
    curve = {"points": [[0, 0], [1, 1]]}
    assert _inputs("Curve", [curve]) == {"curve": {"__type__": "CURVE", "__value__": curve}}


def test_values_of_inputs_that_are_sockets_by_now_are_dropped() -> None:
    assert _inputs("Forced", ["old", "kept"]) == {"second": "kept"}
    assert _inputs("Forced", ["kept"]) == {"second": "kept"}


def test_values_kept_by_name_bring_those_of_the_packs_own_widgets() -> None:
    values = {"loop": 2, "crf": 19, "pix_fmt": "yuv420p", "videopreview": {"hidden": False}, "list": [1]}
    assert _inputs("Combine", values) == {"path": "", "loop": 2, "crf": 19, "pix_fmt": "yuv420p"}


def test_names_decide_where_positions_are_of_another_version() -> None:
    named = {"seed": 7, "steps": 9, "cfg": 1.0, "sampler_name": "heun"}
    drifted = node(1, "Sample", [7, "fixed", "heun", 9, 1.0], widgets_values_named=named)
    result = converted(ui(drifted))
    assert written(result)["1"][1] == named
    assert result.warnings == ()


def test_stale_names_are_ignored_where_positions_fit() -> None:
    named = {"seed": 1, "steps": 1, "cfg": 1.0, "sampler_name": "heun"}
    assert _inputs("Sample", [42, "fixed", 20, 7.5, "euler"], widgets_values_named=named) == SAMPLE


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a {red|blue} car", "a red car"),
        ("{a|{b|c}}|d", "a|d"),
        (r"\{kept\} {x\|y|z}", "{kept} x|y"),
        ("one // comment\ntwo /* three\nfour */five", "one \ntwo five"),
        ("/* open", "/* open"),
        ("see http://x.y", "see http:"),
        ("{|empty}", ""),
        ("{never|closed", "never"),
        ("a/b", "a/b"),
    ],
)
def test_dynamic_prompts_pick_and_lose_their_comments(text: str, sent: str) -> None:
    assert _inputs("Encode", [text]) == {"text": sent}


def test_the_last_of_each_choice_can_be_picked() -> None:
    result = convert(ui(node(1, "Encode", ["{a|b} {c|{d|e}}"])), PLANS, pick=lambda count: count - 1)
    assert written(result)["1"][1] == {"text": "b e"}


def _named(prefix: str, now: datetime | None = None) -> Json:
    sampler = node(3, "Sample", [42, "fixed", 20, 7.5, "a/b"], properties={"Node name for S&R": "Sampler"})
    titled = node(4, "Empty", [640], title="Size")
    result = convert(ui(sampler, titled, node(9, "Save", [prefix])), PLANS, now=now)
    return written(result)["9"][1]["filename_prefix"]


def test_names_of_files_take_values_of_other_nodes() -> None:
    assert _named("%Sampler.seed%_%Size.width%_%Sampler.sampler_name%") == "42_640_a_b"
    assert _named("%nothing.x%_100%") == "%nothing.x%_100%"


def test_names_of_files_take_values_of_nodes_inside_subgraphs() -> None:
    inner = node(7, "Empty", [64, 32, 1], properties={"Node name for S&R": "Size"})
    promoted = inner | {"inputs": [wire("width", "INT", 1, widget=True)]}  # the editor asks the inner widget
    save = node(9, "Save", ["%Size.width%x%Size.height%_%Size.gone%"])
    for definition in (
        subgraph("sized", [inner], []),
        subgraph("sized", [promoted], [(1, -10, 0, 7, 0, "INT")], [("width", "INT")]),
    ):
        result = api(ui(save, node(20, "sized", [640]), **definitions(definition)))
        assert result["9"][1]["filename_prefix"] == "64x32_%Size.gone%"


def test_names_of_files_take_the_date_from_the_clock_given_or_leave_it_to_the_server() -> None:
    now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert _named("%date:yyyy-MM-dd_hhmmss%", now) == "2026-03-04_050607"
    assert _named("%date:d.M.yy%", now) == "4.3.26"
    assert _named("%date:yyyy-MM-dd%") == "%year%-%month%-%day%"
    assert _named("%date:d.M.yy%") == "%date:d.M.yy%"


def test_a_primitive_writes_one_value_within_the_limits_of_all_its_widgets() -> None:
    graph = ui(
        node(1, "PrimitiveNode", [777, "fixed"], outputs=["INT"]),
        node(5, "Empty", [512, 512, 1], inputs=[wire("width", "INT", 1), wire("height", "INT", 2)]),
        links=[[1, 1, 0, 5, 0, "INT"], [2, 1, 0, 5, 1, "INT"]],
    )
    assert api(graph) == {"5": ("Empty", {"width": 776, "height": 776, "batch_size": 1})}


@pytest.mark.parametrize(
    ("value", "sent"), [(3.14159, 3.1), (2.25, 2.3), (1000.0, 100), (-1, 0), (10**400, 100)]
)
def test_a_primitives_number_is_rounded_and_clamped(value: float, sent: float) -> None:
    graph = ui(
        node(1, "PrimitiveNode", [value]),
        node(3, "Sample", [1, "fixed", 20, 8.0, "euler"], inputs=[wire("cfg", "FLOAT", 1, widget=True)]),
        links=[[1, 1, 0, 3, 0, "FLOAT"]],
    )
    assert api(graph)["3"][1]["cfg"] == sent


def test_a_class_is_read_in_both_forms_of_a_list_of_choices() -> None:
    listed = {"A": {"input": {"required": {"x": [["p", "q"], {"default": "q"}]}}}}
    named = {"A": {"input": {"required": {"x": ["COMBO", {"options": ["p", "q"], "default": "q"}]}}}}
    graph = ui(node(1, "A"))
    assert [written(convert(graph, NodePlans(info)))["1"][1] for info in (listed, named)] == [{"x": "q"}] * 2


def test_a_class_that_makes_no_sense_spoils_nothing() -> None:
    odd = {"input": {"required": {"a": None, "b": [], "c": ["COMFY_DYNAMICCOMBO_V3"], "d": ["INT", "x"]}}}
    result = convert(ui(node(1, "Odd", [None, 3])), NodePlans(CLASSES | {"Odd": odd, "Empty": 5}))
    assert written(result)["1"][1] == {"c": None, "d": 3}
