"""The bar of one prompt: how much of its work is done, 0..1. Arithmetic over values.

Nodes weigh what they usually take, in seconds. Until that is known, each weighs little, and the steps that nodes report
(or that the graph asks for) make up the rest: loading and encoding is over soon, sampling is what one waits for.
"""

from collections.abc import Iterable, Mapping

from bot.comfy import Graph
from bot.generation.steps import expected_steps, share_done, whole_steps

PLAIN_STEPS = 0.1
"""What a node weighs beside its steps, in steps, as long as nothing is known of its seconds."""
UNKNOWN_SHARE = 0.01
"""What a node weighs that was never timed, as a share of all that were."""


class Bar:
    """Grows with what is told of the nodes; what is told twice or out of order does no harm."""

    def __init__(self, graph: Graph, node_seconds: Mapping[str, float]) -> None:
        self._nodes = frozenset(graph)
        self._seconds = {node: seconds for node, seconds in node_seconds.items() if node in self._nodes}
        self._expected_steps = expected_steps(graph)
        self._cached: set[str] = set()
        self._finished: set[str] = set()
        self._steps: dict[str, int] = {}
        self._shares: dict[str, float] = {}

    def cached(self, nodes: Iterable[str]) -> None:
        """These need not run: their weight is taken out."""
        self._cached.update(self._nodes.intersection(nodes))

    def finished(self, node: str) -> None:
        self._finished.add(node)

    def stepped(self, node: str, value: float, maximum: float) -> None:
        if node in self._nodes:
            self._shares[node] = max(self._shares.get(node, 0.0), share_done(value, maximum))
            self._steps[node] = max(self._steps.get(node, 0), whole_steps(maximum))

    @property
    def fraction(self) -> float:
        nodes = self._nodes - self._cached
        if not nodes:
            return 1.0 if self._nodes else 0.0
        weights = self._weights(nodes)
        done = sum(weight * self._share(node) for node, weight in weights.items())
        return min(1.0, done / (sum(weights.values()) + self._steps_to_come(nodes)))

    def _share(self, node: str) -> float:
        return 1.0 if node in self._finished else self._shares.get(node, 0.0)

    def _weights(self, nodes: frozenset[str]) -> Mapping[str, float]:
        timed = sum(self._seconds.get(node, 0.0) for node in nodes)
        if timed > 0:
            return {node: self._seconds.get(node, timed * UNKNOWN_SHARE) for node in nodes}
        return {node: PLAIN_STEPS + self._steps.get(node, 0) for node in nodes}

    def _steps_to_come(self, nodes: frozenset[str]) -> float:
        """Steps that the graph asks for and that no node has reported yet."""
        if any(self._seconds.get(node, 0.0) > 0 for node in nodes):
            return 0.0
        # The node that is told the number (a scheduler) may be cached while the one that takes the steps is not.
        asked = sum(steps for node, steps in self._expected_steps.items() if node in nodes)
        asked = asked or sum(self._expected_steps.values())
        return max(0, asked - sum(self._steps.get(node, 0) for node in nodes))
