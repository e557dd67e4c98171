"""What a graph becomes does not change with the subgraphs that its nodes lie in, nor with widgets that classes gain or lose."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.comfy.convert import Converted, NodePlans, Unconvertible, convert
from tests.comfy.convert.classes import PLANS
from tests.comfy.convert.test_properties import ui_graphs
from tests.comfy.convert.wrapping import shape, wrapped

Json = Any

SHARE = 5
"""One of so many pairs is tried at a time."""
PAIRS = Path(__file__).parents[4] / "shared" / "pairs"


def _convert(graph: Json, plans: NodePlans) -> Converted | None:
    try:
        return convert(graph, plans)
    except Unconvertible:
        return None


def _wrapped_times(graph: Json, plans: NodePlans, random: Random, times: int) -> Converted | None:
    """What becomes of the graph after it was wrapped again and again."""
    result = _convert(graph, plans)
    for _ in range(times):
        if result is None:
            return None
        graph = wrapped(graph, result, random)
        result = _convert(graph, plans)
    return result


@given(ui_graphs(), st.integers(0, 2**32), st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_nodes_of_any_graph_may_be_put_into_subgraphs(graph: Json, seed: int, times: int) -> None:
    before = _convert(graph, PLANS)
    after = _wrapped_times(graph, PLANS, Random(seed), times)
    if before is not None and after is not None:
        assert shape(after, PLANS) == shape(before, PLANS)


@pytest.mark.skipif(not PAIRS.is_dir(), reason="the pairs lie beside the repository on some machines only")
@pytest.mark.parametrize("seed", [1])
def test_nodes_of_the_pairs_may_be_put_into_subgraphs(seed: int) -> None:
    index: Json = json.loads((PAIRS / "index.json").read_bytes())
    plans = {path.name: NodePlans(json.loads(path.read_bytes())) for path in PAIRS.glob("object_info-*.json")}
    changed: list[str] = []
    for number, (name, entry) in [*enumerate(index.items())][seed::SHARE]:
        graph, known = json.loads((PAIRS / f"{name}.ui.json").read_bytes()), plans[entry["object_info"]]
        before = _convert(graph, known)
        after = _wrapped_times(graph, known, Random(seed * 1000 + number), 1 + number % 3)
        assert before is not None
        assert after is not None
        if shape(after, known) != shape(before, known):
            changed.append(name)
    assert changed == []
