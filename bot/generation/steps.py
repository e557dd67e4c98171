"""Steps of nodes, as graphs ask for them and as ComfyUI reports them: any number may come, and none may do harm."""

from collections.abc import Mapping

from bot.comfy import Graph, JsonValue

MOST_STEPS = 10_000
"""No sampler takes more; a node that reports more counts something else, such as bytes."""


def share_done(value: float, maximum: float) -> float:
    """How much of ``maximum`` is done, 0..1: whatever the two are, integers that no float can hold included."""
    if not (maximum > 0 and value > 0):
        return 0.0
    if value >= maximum:
        return 1.0
    try:
        return value / maximum
    except OverflowError:
        return 0.0


def whole_steps(maximum: float) -> int:
    """The steps of a node that reports some; 0 for one that only says that it runs, or that counts something else."""
    return int(maximum) if 1 < maximum <= MOST_STEPS else 0


def whole_step(value: float, steps: int) -> int:
    """The step to show: 0..``steps``."""
    return int(value) if 0 < value < steps else steps if value >= steps else 0


def expected_steps(graph: Graph) -> Mapping[str, int]:
    """Node id → the number that the graph gives it as ``steps``, directly or by a link to a number's node."""
    found = {node_id: _number(graph, node.inputs.get("steps")) for node_id, node in graph.items()}
    return {node_id: steps for node_id, steps in found.items() if steps}


def _number(graph: Graph, value: JsonValue) -> int:
    match value:
        case [str() as node_id, int()] if node_id in graph:
            numbers = [each for each in graph[node_id].inputs.values() if _is_number(each)]
            return _number(graph, numbers[0]) if len(numbers) == 1 else 0
        case bool():
            return 0
        case int() | float() if 1 <= value <= MOST_STEPS:
            return int(value)
        case _:
            return 0


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
