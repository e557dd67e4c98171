"""Which link feeds which input of a node: the table of links decides, the node's sockets only name the inputs."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from .document import Link, Scope, UiNode
from .values import Restored


class Wiring:
    """The links of one scope by where they arrive."""

    def __init__(self, scope: Scope) -> None:
        arriving: defaultdict[str, list[Link]] = defaultdict(list)
        entering: defaultdict[int, list[Link]] = defaultdict(list)
        leaving: defaultdict[int, list[Link]] = defaultdict(list)
        for link in scope.links:
            if link.target == scope.output_node:
                leaving[link.target_slot].append(link)
            else:
                arriving[link.target].append(link)
            if link.origin == scope.input_node:
                entering[link.origin_slot].append(link)
        self._arriving: Mapping[str, Sequence[Link]] = arriving
        self._entering: Mapping[int, Sequence[Link]] = entering
        self._leaving: Mapping[int, Sequence[Link]] = leaving
        self._departing: defaultdict[str, list[Link]] | None = None
        self._scope = scope

    def feeds(self, node: UiNode, layout: Callable[[], Sequence[str]]) -> dict[str, Link]:
        """Input name to the link that feeds it.

        A link that no socket refers to lands on its slot of ``layout``, unless another one is there already.
        """
        arriving = self._arriving.get(node.id, ())
        if not arriving:
            return {}
        referring = {socket.link: socket.name for socket in reversed(node.inputs)}
        fed: dict[str, Link] = {}
        stray: list[Link] = []
        for link in arriving:
            name = _at_its_slot(node, link)
            name = referring.get(link.id) if name is None else name
            if name is None or name in fed:
                stray.append(link)
            else:
                fed[name] = link
        if stray:
            names = layout()
            for link in stray:
                if 0 <= link.target_slot < len(names):
                    fed.setdefault(names[link.target_slot], link)
        return fed

    def leaving(self, slot: int) -> Link | None:
        """The link to an output of the subgraph that this scope is the inside of."""
        arrived = self._leaving.get(slot, ())
        outputs = self._scope.outputs
        if len(arrived) > 1 and 0 <= slot < len(outputs):
            by_id = {link.id: link for link in reversed(arrived)}
            named = next((by_id[link_id] for link_id in outputs[slot].links if link_id in by_id), None)
            if named is not None:
                return named
        return arrived[0] if arrived else None

    def entering(self, slot: int) -> list[Link]:
        """The links from an input of the subgraph, in the order of the subgraph's own list."""
        order = {link_id: place for place, link_id in enumerate(self._scope.inputs[slot].links)}
        return sorted(self._entering.get(slot, ()), key=lambda link: order.get(link.id, len(order)))

    def departing(self, node: UiNode) -> Sequence[Link]:
        """The links that come from a node."""
        if self._departing is None:
            self._departing = defaultdict(list)
            for link in self._scope.links:
                self._departing[link.origin].append(link)
        return self._departing.get(node.id, ())


def _at_its_slot(node: UiNode, link: Link) -> str | None:
    """Ids of links may be used twice, so the socket that a link names is asked first."""
    sockets = node.inputs
    if 0 <= link.target_slot < len(sockets) and sockets[link.target_slot].link == link.id:
        return sockets[link.target_slot].name
    return None


def types_fit(one: str, other: str) -> bool:
    """Whether two types may be wired: equal, any, or lists that share one."""
    if one == other or "*" in {one, other}:
        return True
    if "," not in one and "," not in other:
        return False
    return not {part.strip() for part in one.split(",")}.isdisjoint(part.strip() for part in other.split(","))


def layout(node: UiNode, restored: Restored | None) -> list[str]:
    """The names of a node's input sockets as the editor lays them out: wires, then widgets, then what only the file knows."""
    if restored is None:
        return [socket.name for socket in node.inputs]
    names: list[str] = []
    widgets: list[str] = []
    for declared in restored.inputs.values():
        if declared.grows:
            names += [socket.name for socket in node.inputs if socket.name.startswith(f"{declared.name}.")]
        elif declared.widget is None:
            names.append(declared.name)
        elif declared.has_socket:
            widgets.append(declared.name)
    names += widgets
    known = set(names)
    return names + [
        socket.name for socket in node.inputs if socket.name not in known and socket.widget is None
    ]
