"""How much work a filled graph is, in one number that people can reckon: megapixels times steps. Pure."""

from collections.abc import Iterable

from bot.comfy import Graph
from bot.workflows.template import InputRef
from bot.workflows.workflow import Amounts

_MEGA = 1_000_000
_NODES_MEGA = 1024 * 1024
"""Nodes that ask for megapixels mean this many."""
_FPS = 24
"""Where a graph does not say how many frames a second has."""


def megapixel_steps(amounts: Amounts, graph: Graph) -> float:
    """Width × height × pictures at once × frames × steps, in millions. What the graph does not say counts as one.

    Of several sizes, batches or lengths the largest counts; the steps of several samplers add up.
    """

    def numbers(inputs: Iterable[InputRef]) -> list[float]:
        return [number for each in inputs if (number := _number(graph, each)) > 0]

    pixels = [_number(graph, width) * _number(graph, height) for width, height in amounts.sizes]
    pixels += [_NODES_MEGA * number for number in numbers(amounts.megapixels)]
    frames = numbers(amounts.frames)
    frames += [(amounts.fps or _FPS) * number for number in numbers(amounts.seconds)]
    return (
        (max(pixels, default=0) or _MEGA)
        / _MEGA
        * max(numbers(amounts.batch), default=1)
        * max(frames, default=1)
        * (sum(numbers(amounts.steps)) or 1)
    )


def _number(graph: Graph, target: InputRef) -> float:
    node = graph.get(target.node_id)  # a choice may have taken the input away
    value = None if node is None else node.inputs.get(target.input_name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0
