"""Nodes of a UI graph put into a subgraph, as the editor's "Convert to Subgraph" does it: what it becomes must not change."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from bot.comfy.convert import Binding, Converted, NodePlans, WidgetKind
from bot.comfy.graph import is_link

Json = Any

_ALONE = {"Note", "MarkdownNote", "SetNode", "GetNode", "easy setNode", "easy getNode"}
"""Found by name in their own graph: some of them elsewhere would be another graph."""
_TURNED_OFF = {2, 4}
_KEYS = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")


def wrapped(graph: Json, result: Converted, random: Random) -> Json:
    """``graph`` with some nodes of its root in a new subgraph; ``result`` is what it becomes as it is."""
    return _Wrapping(json.loads(json.dumps(graph)), result, random).made()


class _Wrapping:
    def __init__(self, graph: Json, result: Converted, random: Random) -> None:
        self.graph, self.random = graph, random
        links: list[Json] = graph.get("links") or []
        self.links = [_array(link) for link in links if link]
        known = {str(node["id"]): node for node in graph["nodes"]}
        taken = _ids(graph)
        self.host_id = max([*taken, 0]) + 1
        movable = [each for each, node in known.items() if node["type"] not in _ALONE]
        share = random.uniform(0.3, 0.9)
        self.inside = {each: known[each] for each in movable if random.random() < share}
        self.name = f"wrapped-{self.host_id}"
        self.promotable = _promotable(result, self.inside)
        self.widgets = {(binding.owner, binding.widget) for binding in result.bindings}
        self.next_link = max([int(link[0]) for link in self.links if str(link[0]).isdigit()] + [0]) + 1

    def made(self) -> Json:
        inputs: list[Json] = []
        outputs: list[Json] = []
        inner: list[list[Json]] = []
        outer: list[list[Json]] = []
        for link in self.links:
            from_inside, to_inside = str(link[1]) in self.inside, str(link[3]) in self.inside
            if from_inside and to_inside:
                inner.append(link)
            elif not from_inside and not to_inside:
                outer.append(link)
            elif to_inside:
                inputs.append(self._entering(link))
            else:
                outputs.append({"link": link, "type": link[5], "name": "out"})
        inputs += self._promoted()
        self.random.shuffle(inputs)
        self.random.shuffle(outputs)
        return self._assembled(inputs, outputs, inner, outer)

    def _entering(self, link: list[Json]) -> Json:
        """A port for a link from outside; one to a widget takes a value too, which the link overrides."""
        node_id, slot = str(link[3]), link[4]
        sockets: list[Json] = self.inside[node_id].get("inputs") or []
        socket: Json = sockets[slot] if slot < len(sockets) else {"name": "in"}
        is_widget = "widget" in socket or (node_id, socket["name"]) in self.widgets
        port: dict[str, Json] = {"link": link, "type": link[5], "name": socket["name"]}
        return port | ({"value": None} if is_widget else {})

    def _promoted(self) -> list[Json]:
        """Some widgets of the inside with their values, which the inside itself has otherwise from now on."""
        shown: list[Json] = []
        for node_id, bindings in self.promotable.items():
            node = self.inside[node_id]
            for binding in bindings:
                if self.random.random() < 0.5:
                    continue
                slot = _widget_socket(node, binding.widget)
                if slot is None:
                    continue
                node["widgets_values"][binding.path[-1]] = _other(binding.value)
                shown.append(
                    {"widget": (node_id, slot), "value": binding.value, "type": "*", "name": binding.widget}
                )
        return shown

    def _assembled(
        self, inputs: list[Json], outputs: list[Json], inner: list[list[Json]], outer: list[list[Json]]
    ) -> Json:
        ports = [self._port(port, slot, inner, outer) for slot, port in enumerate(inputs)]
        ends = [self._end(port, slot, inner, outer) for slot, port in enumerate(outputs)]
        definition = {
            "id": self.name,
            "name": self.name,
            "nodes": list(self.inside.values()),
            "links": [dict(zip(_KEYS, link, strict=False)) for link in inner],
            "inputNode": {"id": -10},
            "outputNode": {"id": -20},
            "inputs": [port["port"] for port in ports],
            "outputs": [end["port"] for end in ends],
        }
        host: Json = {
            "id": self.host_id,
            "type": self.name,
            "mode": 0,
            "inputs": [port["socket"] for port in ports],
            "outputs": [{"name": end["port"]["name"], "type": end["port"]["type"]} for end in ends],
            "widgets_values": [port["value"] for port in inputs if "value" in port],
        }
        older = _definitions(self.graph)
        kept = [node for node in self.graph["nodes"] if str(node["id"]) not in self.inside]
        return self.graph | {
            "nodes": [*kept, host],
            "links": outer,
            "definitions": {"subgraphs": [definition, *older]},
            "last_node_id": max(int(self.graph.get("last_node_id") or 0), self.host_id),
        }

    def _link_id(self) -> int:
        self.next_link += 1
        return self.next_link

    def _port(self, port: Json, slot: int, inner: list[list[Json]], outer: list[list[Json]]) -> Json:
        """An input of the subgraph, the link from it, and the one to the instance."""
        name = f"{port['name']} {slot}" if self.random.random() < 0.5 else f"renamed {slot}"
        inner_id = self._link_id()
        socket: dict[str, Json] = {"name": name, "type": port["type"], "link": None}
        if "widget" in port:
            node_id, target = port["widget"]
            inner.append([inner_id, -10, slot, self.inside[node_id]["id"], target, port["type"]])
            self.inside[node_id]["inputs"][target]["link"] = inner_id
            socket["widget"] = {"name": name}
        else:
            link = port["link"]
            inner.append([inner_id, -10, slot, link[3], link[4], link[5]])
            _relink(self.inside[str(link[3])], link, inner_id)
            outer_id = self._link_id()
            outer.append([outer_id, link[1], link[2], self.host_id, slot, link[5]])
            socket["link"] = outer_id
            socket |= {"widget": {"name": name}} if "value" in port else {}
        return {"socket": socket, "port": {"name": name, "type": port["type"], "linkIds": [inner_id]}}

    def _end(self, port: Json, slot: int, inner: list[list[Json]], outer: list[list[Json]]) -> Json:
        link, inner_id = port["link"], self._link_id()
        inner.append([inner_id, link[1], link[2], -20, slot, link[5]])
        outer.append([link[0], self.host_id, slot, link[3], link[4], link[5]])
        return {"port": {"name": f"out {slot}", "type": port["type"], "linkIds": [inner_id]}}


def _array(link: Json) -> list[Json]:
    return [link.get(key) for key in _KEYS] if hasattr(link, "keys") else [*link, "*"][:6]


def _definitions(graph: Json) -> list[Json]:
    definitions: Json = graph.get("definitions")
    return definitions["subgraphs"] if definitions else []


def _ids(graph: Json) -> Iterable[int]:
    for scope in (graph, *_definitions(graph)):
        yield from (int(node["id"]) for node in scope["nodes"] if str(node["id"]).isdigit())


def _promotable(result: Converted, inside: Mapping[str, Json]) -> dict[str, list[Binding]]:
    """The widgets of these nodes that mean the same on an instance: no text that is changed on its way."""
    found: dict[str, list[Binding]] = {}
    for binding in result.bindings:
        node = inside.get(binding.owner)
        if node is None or not isinstance(node.get("widgets_values"), list) or not binding.targets:
            continue
        is_plain = binding.plan is not None and binding.plan.kind in {
            WidgetKind.INTEGER,
            WidgetKind.NUMBER,
            WidgetKind.TEXT,
            WidgetKind.CHOICE,
        }
        is_held = isinstance(binding.path[-1], int) and binding.path[-1] < len(node["widgets_values"])
        is_same = isinstance(binding.value, int | float | str) and not isinstance(binding.value, bool)
        is_static = not (isinstance(binding.value, str) and set(binding.value) & set("{}|\\/%"))
        sent = (
            result.graph[binding.owner].inputs.get(binding.widget) if binding.owner in result.graph else None
        )
        if is_plain and is_held and is_same and is_static and sent == binding.value and not node.get("mode"):
            found.setdefault(binding.owner, []).append(binding)
    return found


def _widget_socket(node: Json, widget: str) -> int | None:
    """The place of the widget's own socket, if nothing is wired to it."""
    sockets: list[Json] = node.get("inputs") or []
    for slot, socket in enumerate(sockets):
        if socket.get("widget") and socket["widget"]["name"] == widget:
            return slot if socket.get("link") is None and socket["name"] == widget else None
    return None


def _other(value: Json) -> Json:
    """A value of the same kind that is another one."""
    return f"not {value}" if isinstance(value, str) else value + 1


def _relink(node: Json, link: list[Json], new_id: int) -> None:
    sockets: list[Json] = node.get("inputs") or []
    for socket in sockets:
        if socket.get("link") == link[0]:
            socket["link"] = new_id


def shape(result: Converted, plans: NodePlans) -> Json:
    """What a server would run, whatever the ids of the nodes are: each output node with all that feeds it."""
    graph = result.graph
    known: dict[str, str] = {}

    def digest(node_id: str, above: frozenset[str]) -> str:
        if node_id in above:
            return "circle"
        if node_id not in known:
            node = graph[node_id]
            inputs = {name: told(value, above | {node_id}) for name, value in sorted(node.inputs.items())}
            known[node_id] = hashlib.sha256(json.dumps([node.class_type, inputs]).encode()).hexdigest()
        return known[node_id]

    def told(value: Json, above: frozenset[str]) -> Json:
        if is_link(value):
            return {"from": digest(value[0], above), "slot": value[1]}
        return int(value) if isinstance(value, float) and value.is_integer() else value

    outputs = [
        each for each, node in graph.items() if (plan := plans.get(node.class_type)) and plan.is_output
    ]
    return sorted((graph[each].class_type, digest(each, frozenset())) for each in outputs)
