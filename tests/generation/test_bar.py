"""How much of a prompt's work is done."""

import pytest

from bot.comfy import Graph, Node, parse_graph
from bot.generation.bar import Bar
from bot.generation.steps import share_done

TXT2IMG = parse_graph("""{
    "3": {"class_type": "KSampler", "inputs": {"steps": 60, "model": ["4", 0]}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a"}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "b"}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0]}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}}
}""")


def _at_the_sampler(graph: Graph, step: int, steps: int, sampler: str = "3") -> Bar:
    bar = Bar(graph, {})
    for node in ("4", "5", "6", "7"):
        bar.finished(node)
    bar.stepped(sampler, step, steps)
    return bar


def test_until_seconds_are_known_the_steps_are_what_one_waits_for() -> None:
    assert _at_the_sampler(TXT2IMG, 8, 60).fraction == pytest.approx(0.13, abs=0.02)


def test_before_the_first_step_the_bar_is_at_the_beginning() -> None:
    assert _at_the_sampler(TXT2IMG, 0, 60).fraction < 0.02


def test_the_steps_of_a_scheduler_count_for_whoever_takes_them() -> None:
    graph = {
        **TXT2IMG,
        "3": Node("SamplerCustomAdvanced", {"sigmas": ["10", 0]}),
        "10": Node("BasicScheduler", {"steps": ["11", 0]}),
        "11": Node("PrimitiveInt", {"value": 60}),
    }
    bar = _at_the_sampler(graph, 8, 60)
    bar.cached(("10", "11"))
    assert bar.fraction == pytest.approx(0.13, abs=0.02)


def test_two_samplers_share_the_bar_by_their_steps() -> None:
    graph = {**TXT2IMG, "12": Node("KSampler", {"steps": 20})}
    bar = _at_the_sampler(graph, 60, 60)
    bar.finished("3")
    assert bar.fraction == pytest.approx(0.75, abs=0.02)


def test_learned_seconds_weigh_nodes_however_many_steps_they_report() -> None:
    usual = {"4": 8.0, "3": 10.0, "8": 2.0, "gone": 99.0}
    bar = Bar(TXT2IMG, usual)
    bar.finished("4")
    bar.stepped("3", 30, 60)
    assert bar.fraction == pytest.approx((8 + 5) / 20, abs=0.03)


def test_a_cached_node_takes_its_weight_away() -> None:
    bar = Bar(TXT2IMG, {"4": 8.0, "3": 10.0, "8": 2.0})
    bar.cached(("4", "5", "6", "7"))
    bar.stepped("3", 30, 60)
    assert bar.fraction == pytest.approx(5 / 12, abs=0.03)


def test_a_cached_sampler_takes_its_steps_away() -> None:
    second = {"12": Node("KSampler", {"steps": 20})}
    both, alone = Bar({**TXT2IMG, **second}, {}), Bar({"4": TXT2IMG["4"], **second}, {})
    both.cached([node for node in TXT2IMG if node != "4"])
    for bar in (both, alone):
        bar.finished("4")
    assert both.fraction == alone.fraction < 0.2


def test_where_all_is_cached_all_is_done() -> None:
    bar = Bar(TXT2IMG, {})
    bar.cached(TXT2IMG)
    assert bar.fraction == 1.0


def test_a_graph_without_steps_moves_node_by_node() -> None:
    bar = Bar({"1": Node("LoadImage", {}), "2": Node("SaveImage", {})}, {})
    bar.finished("1")
    assert bar.fraction == 0.5


@pytest.mark.parametrize("steps", [True, 0, -3, 10**9, "20", None, ["404", 0], ["3", 0], {"a": 1}])
def test_steps_that_are_no_number_of_steps_count_for_nothing(steps: object) -> None:
    graph = parse_graph(
        '{"1": {"class_type": "A", "inputs": {}}, "3": {"class_type": "B", "inputs": {"steps": 7}}}'
    )
    bar = Bar({"1": Node("A", {}), "3": Node("B", {"steps": steps})}, {})  # type: ignore[dict-item]
    bar.finished("1")
    assert bar.fraction == 0.5
    assert Bar(graph, {}).fraction == 0.0


@pytest.mark.parametrize(
    ("value", "maximum", "share"), [(5, 0, 0), (0, 5, 0), (-1, 5, 0), (1, 4, 0.25), (5, 4, 1), (1, -4, 0)]
)
def test_a_share_is_none_where_nothing_is_to_be_done_or_nothing_was(
    value: float, maximum: float, share: float
) -> None:
    assert share_done(value, maximum) == share
