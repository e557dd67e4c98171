"""Which link feeds which input of a node: the table of links decides, the node's sockets only name the inputs."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from .reading import Link, Scope, UiNode
from .values import Restored


class Wiring:
    """The links of one scope by where they arrive."""

    def __init__(self, scope: Scope) -> None:
        arriving: defaultdict[str, list[Link]] = defaultdict(list)
        for link in scope.links:
            arriving[link.target].append(link)
        self._arriving: Mapping[str, Sequence[Link]] = arriving
        self._scope = scope

    def feeds(self, node: UiNode, layout: Callable[[], Sequence[str]]) -> dict[str, Link]:
        """Input name to the link that feeds it.

        A link that no socket refers to lands on its slot of ``layout``, unless another one is there already.
        """
        fed: dict[str, Link] = {}
        stray: list[Link] = []
        for link in self._arriving.get(node.id, ()):
            name = _socket_of(node, link)
            if name is None or name in fed:
                stray.append(link)
            else:
                fed[name] = link
        for link in stray:
            names = layout()
            if link.target_slot < len(names):
                fed.setdefault(names[link.target_slot], link)
        return fed

    def leaving(self, slot: int) -> Link | None:
        """The link to an output of the subgraph that this scope is the inside of."""
        arrived = [link for link in self._arriving.get(self._scope.output_node, ()) if link.target_slot == slot]
        outputs = self._scope.outputs
        named = outputs[slot].links if 0 <= slot < len(outputs) else ()
        for link_id in named:
            for link in arrived:
                if link.id == link_id:
                    return link
        return arrived[0] if arrived else None

    def entering(self, slot: int) -> list[Link]:
        """The links from an input of the subgraph, in the order of the subgraph's own list."""
        scope = self._scope
        listed = scope.inputs[slot].links
        found = [link for link in scope.links if link.origin == scope.input_node and link.origin_slot == slot]
        order = {link_id: place for place, link_id in enumerate(listed)}
        return sorted(found, key=lambda link: order.get(link.id, len(order)))


def _socket_of(node: UiNode, link: Link) -> str | None:
    """The name of the socket that refers to a link; ids may be used twice, so its slot is asked first."""
    sockets = node.inputs
    if 0 <= link.target_slot < len(sockets) and sockets[link.target_slot].link == link.id:
        return sockets[link.target_slot].name
    for socket in sockets:
        if socket.link == link.id:
            return socket.name
    return None


def layout(node: UiNode, restored: Restored | None) -> list[str]:
    """The names of a node's input sockets as the editor lays them out: wires first, then widgets, then what only the file knows."""
    if restored is None:
        return [socket.name for socket in node.inputs]
    names: list[str] = []
    widgets: list[str] = []
    for inp in restored.inputs.values():
        if inp.grows:
            names += [socket.name for socket in node.inputs if socket.name.startswith(f"{inp.name}.")]
        elif inp.widget is None:
            names.append(inp.name)
        elif inp.has_socket:
            widgets.append(inp.name)
    names += widgets
    known = set(names)
    return names + [socket.name for socket in node.inputs if socket.name not in known and socket.widget is None]
