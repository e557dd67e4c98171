"""Short words for UI graphs and for what they should become."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.comfy.convert import Converted, convert
from bot.comfy.graph import graph_document
from tests.comfy.convert.classes import PLANS

Json = Any


def node(
    node_id: int,
    kind: str,
    values: Json = None,
    *,
    inputs: Sequence[Json] = (),
    outputs: Sequence[str] = (),
    mode: int = 0,
    **more: Json,
) -> dict[str, Json]:
    """A node as the editor saves it."""
    saved: dict[str, Json] = {
        "id": node_id,
        "type": kind,
        "mode": mode,
        "inputs": list(inputs),
        "outputs": [{"name": output, "type": output, "links": []} for output in outputs],
        "properties": {},
    }
    return saved | ({} if values is None else {"widgets_values": values}) | more


def wire(name: str, kind: str, link: int | None, *, widget: bool = False) -> dict[str, Json]:
    """An input socket."""
    return {"name": name, "type": kind, "link": link} | ({"widget": {"name": name}} if widget else {})


def ui(*nodes: Json, links: Sequence[Json] = (), **more: Json) -> dict[str, Json]:
    """A UI graph of version 0.4."""
    return {
        "last_node_id": 99,
        "last_link_id": 99,
        "nodes": list(nodes),
        "links": list(links),
        "version": 0.4,
    } | more


def subgraph(
    name: str,
    nodes: Sequence[Json],
    links: Sequence[tuple[int, int, int, int, int, str]],
    inputs: Sequence[tuple[str, str]] = (),
    outputs: Sequence[tuple[str, str]] = (),
) -> dict[str, Json]:
    """A definition; its inputs are node -10, its outputs node -20."""
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    return {
        "id": name,
        "name": name,
        "nodes": list(nodes),
        "links": [dict(zip(keys, link, strict=True)) for link in links],
        "inputNode": {"id": -10},
        "outputNode": {"id": -20},
        "inputs": [
            {"name": port, "type": kind, "linkIds": [link[0] for link in links if link[1:3] == (-10, slot)]}
            for slot, (port, kind) in enumerate(inputs)
        ],
        "outputs": [
            {"name": port, "type": kind, "linkIds": [link[0] for link in links if link[3:5] == (-20, slot)]}
            for slot, (port, kind) in enumerate(outputs)
        ],
    }


def definitions(*subgraphs: Json) -> dict[str, Json]:
    return {"definitions": {"subgraphs": list(subgraphs)}}


def converted(graph: Json) -> Converted:
    return convert(graph, PLANS)


def api(graph: Json) -> dict[str, tuple[str, Mapping[str, Json]]]:
    """What a UI graph becomes: class and inputs by node id. Fails if anything is missing."""
    result = converted(graph)
    assert result.missing == ()
    return written(result)


def written(result: Converted) -> dict[str, tuple[str, Mapping[str, Json]]]:
    document: Json = graph_document(result.graph)
    return {node_id: (data["class_type"], data["inputs"]) for node_id, data in document.items()}
