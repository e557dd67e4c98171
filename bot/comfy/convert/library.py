"""The insides of one document by the nodes that are instances of them, and how much of them was written out."""

from ..phrases import Phrase
from .document import Document, UiNode
from .errors import Unconvertible
from .groups import grouped
from .insides import Inside
from .plans import NodePlans

MAX_EXPANDED_NODES = 20_000
"""Nodes after every instance of a subgraph has been written out: nested instances multiply."""
MAX_STEPS = 500_000
"""Nodes that links are followed through, all in all: long chains with many ends multiply."""


class Library:
    """What one conversion looks things up in, and counts."""

    def __init__(self, document: Document, plans: NodePlans) -> None:
        self.document = document
        self.plans = plans
        self._insides: dict[str, Inside] = {}
        self._groups: dict[int, tuple[UiNode, Inside | None]] = {}
        self._expanded_nodes = 0
        self._steps = 0

    def inside(self, node: UiNode) -> Inside | None:
        """The inside of an instance; None: the node is something else."""
        scope = self.document.subgraphs.get(node.kind)
        if scope is not None:
            if scope.id not in self._insides:
                self._insides[scope.id] = Inside(scope, self)
            return self._insides[scope.id]
        if not self.document.group_nodes:
            return None
        if id(node) not in self._groups:
            scope = grouped(node, self.document.group_nodes, self.plans)
            self.count_nodes(0 if scope is None else len(scope.nodes))
            self._groups[id(node)] = node, None if scope is None else Inside(scope, self)
        return self._groups[id(node)][1]

    def insides(self) -> list[Inside]:
        """All that were looked into."""
        groups = [inside for _, inside in self._groups.values() if inside is not None]
        return [*self._insides.values(), *groups]

    def count_nodes(self, count: int) -> None:
        self._expanded_nodes += count
        if self._expanded_nodes > MAX_EXPANDED_NODES:
            raise Unconvertible(Phrase("too-many-written", most=MAX_EXPANDED_NODES))

    def count_steps(self, count: int = 1) -> None:
        self._steps += count
        if self._steps > MAX_STEPS:
            raise Unconvertible(Phrase("too-many-reroutes"))
