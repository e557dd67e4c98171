"""Changes to a UI graph that must not change what it becomes."""

import json
from collections.abc import Callable, Iterator
from typing import Any

Json = Any

_KEYS = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")


def _graphs(document: Json) -> Iterator[Json]:
    yield document
    for definition in document["definitions"]["subgraphs"] if document.get("definitions") else ():
        yield from _graphs(definition)


def _with_links(document: Json, version: float, form: Callable[[Json], Json]) -> Json:
    changed = json.loads(json.dumps(document))
    for graph in _graphs(changed):
        graph["version"] = version
        links: list[Json] = graph.get("links") or []
        graph["links"] = [form(link) for link in links]
    return changed


def as_version_1(document: Json) -> Json:
    """Links as objects, and counters under ``state``."""

    def form(link: Json) -> Json:
        return link if hasattr(link, "keys") else dict(zip(_KEYS, link, strict=False))

    changed = _with_links(document, 1, form)
    state = {"lastNodeId": changed.pop("last_node_id", 0), "lastLinkId": changed.pop("last_link_id", 0)}
    return changed | {"state": state}


def as_version_04(document: Json) -> Json:
    """Links as arrays, those of subgraphs too."""

    def form(link: Json) -> Json:
        return [link[key] for key in _KEYS] if hasattr(link, "keys") else link

    return _with_links(document, 0.4, form)


def without_unlinked_widget_sockets(document: Json) -> Json:
    """As files of older editors are: only widgets with a link have a socket.

    Definitions' inputs stay, and so do slots of links: editors do not renumber them either.
    """
    changed = json.loads(json.dumps(document))
    for graph in _graphs(changed):
        for node in graph["nodes"]:
            sockets: list[Json] = node.get("inputs") or []
            node["inputs"] = [
                socket for socket in sockets if not socket.get("widget") or socket.get("link") is not None
            ]
    return changed


TRANSFORMS = (as_version_1, as_version_04, without_unlinked_widget_sockets)
