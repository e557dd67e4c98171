"""The links of Use Everywhere: drawn by that pack's script at the moment of queueing, so a file does not list them as links.

Its rules decide (:mod:`.broadcasts`). The pack also notes the links in each graph's ``extra.ue_links``, as they were when it
last looked at the graph: these count where the rules need more than the file says, and in files of older versions.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from .broadcasts import (
    MAX_WORDS,
    PROMPTS,
    SEED,
    Broadcast,
    Sent,
    Target,
    Unclear,
    broadcasts,
    is_broadcaster,
    is_current,
    is_everywhere,
    takes,
)
from .document import BYPASSED, MUTED, Link, UiNode
from .links import types_fit

if TYPE_CHECKING:
    from .insides import Inside


class Everywhere(Struct):
    """The links of one graph that no link says."""

    inputs: dict[str, dict[str, Link]] = {}
    """By node and the name of its input."""
    outputs: dict[int, Link] = {}
    """To the outputs of the subgraph that the graph is the inside of."""
    unclear: set[str] = set()
    """Broadcasters of which only the editor knows what they feed."""

    @classmethod
    def of(cls, inside: "Inside") -> "Everywhere":
        senders = [node for node in inside.scope.nodes.values() if is_broadcaster(node)]
        if not senders or inside.scope.is_drawn:
            return cls()
        live = [node for node in senders if _is_live(node)]
        by_rules = cls()
        if is_current(senders) or not inside.scope.noted:
            by_rules._broadcast(inside, live)
            if not by_rules.unclear or not inside.scope.noted:
                return by_rules
        noted = cls()
        noted._take_noted(inside, {node.id for node in live})
        return noted

    def _take_noted(self, inside: "Inside", senders: set[str]) -> None:
        scope = inside.scope
        for noted in scope.noted:
            link, target = noted.link, scope.nodes.get(noted.link.target)
            if noted.controller is not None and noted.controller not in senders:
                continue
            if link.target == scope.output_node:
                self.outputs[link.target_slot] = link
            elif target is not None:
                types = inside.socket_types(target)
                # a file may leave out open sockets of widgets, and is numbered as if it did not
                names = max([socket.name for socket in target.inputs], list(types), key=len)
                name = names[link.target_slot] if 0 <= link.target_slot < len(names) else None
                if name is not None and types_fit(link.type, types.get(name, "*")):
                    self.inputs.setdefault(target.id, {})[name] = link

    def _broadcast(self, inside: "Inside", senders: list[UiNode]) -> None:
        offered: list[Broadcast] = []
        for node in senders:
            try:
                offered += broadcasts(node, list(_sent(inside, node)))
            except Unclear:
                self.unclear.add(node.id)
        for target, name, slot in _targets(inside) if offered else ():
            source = _best(inside, offered, target)
            if source is not None:
                link = Link(
                    f"ue {target.node_id} {name}", source.origin, source.origin_slot, target.node_id, slot
                )
                if target.node_id == inside.scope.output_node:
                    self.outputs[slot] = link
                else:
                    self.inputs.setdefault(target.node_id, {})[name] = link


def _is_live(node: UiNode) -> bool:
    return node.mode not in {MUTED, BYPASSED}


def _best(inside: "Inside", offered: list[Broadcast], target: Target) -> Sent | None:
    """What feeds the input: the offer of the highest priority, and nothing if there are two."""
    inside.library.count_steps(len(offered))
    reaching = sorted(
        (offer for offer in offered if offer.reaches(target)), key=lambda offer: offer.priority, reverse=True
    )
    if not reaching or (len(reaching) > 1 and reaching[0].priority == reaching[1].priority):
        return None
    return reaching[0].sent


def _targets(inside: "Inside") -> Iterator[tuple[Target, str, int]]:
    """The open inputs of a graph, with the names and places of the inputs."""
    scope = inside.scope
    for node in scope.nodes.values():
        if is_everywhere(node.kind):
            continue
        title, wired = inside.title(node)[:MAX_WORDS], inside.wired(node)
        saved = {socket.name: socket for socket in node.inputs}
        for slot, (name, kind) in enumerate(inside.socket_types(node).items()):
            if name not in wired and takes(node, name, is_widget=inside.is_widget(node, name)):
                label = saved[name].label if name in saved else None
                yield Target(node.id, title, (label or name)[:MAX_WORDS], kind), name, slot
    for slot, port in enumerate(scope.outputs):
        if inside.wiring.leaving(slot) is None:
            label = (port.label or port.name)[:MAX_WORDS]
            target = Target(scope.output_node, "subgraph output node", label, port.type)
            yield target, port.name, slot


def _sent(inside: "Inside", node: UiNode) -> Iterator[Sent]:
    """What a broadcaster has to offer."""
    if node.kind == SEED:
        yield Sent("seed", "INT", node.id, 0)
    elif not is_everywhere(node.kind):
        yield from _own_outputs(inside, node)
    else:
        labels = {socket.name: socket.label or socket.name for socket in node.inputs}
        if node.kind == PROMPTS:
            labels |= {"positive": "positive", "negative": "negative"}
        for name, link in inside.wired(node).items():
            kind = inside.carried_type(link)
            origin = _running_origin(inside, link, kind)
            if origin is not None:
                yield Sent(labels.get(name, name)[:MAX_WORDS], kind, origin.origin, origin.origin_slot)


def _own_outputs(inside: "Inside", node: UiNode) -> Iterator[Sent]:
    settings = node.properties.get("ue_properties")
    silent = settings.get("output_not_broadcasting") if isinstance(settings, dict) else None
    for slot, (name, kind) in enumerate(inside.named_outputs(node)):
        if not (isinstance(silent, dict) and silent.get(name)):
            yield Sent(name[:MAX_WORDS], kind, node.id, slot)


def _running_origin(inside: "Inside", link: Link, wanted: str) -> Link | None:
    """The link by which a node that runs gives what arrives here; bypassed ones are passed."""
    passed: set[str] = set()
    found: Link | None = link
    while found is not None and found.origin != inside.scope.input_node:
        node = inside.scope.nodes.get(found.origin)
        if node is None or node.mode == MUTED or node.id in passed:
            return None
        if node.mode != BYPASSED:
            return found
        passed.add(node.id)
        types = list(inside.socket_types(node).items())
        at = types[found.origin_slot : found.origin_slot + 1]
        name = next((name for name, kind in [*at, *types] if kind == wanted), None)
        found = None if name is None else inside.wired(node).get(name)
    return found
