"""Tells what a JSON document is: a graph in API format, a UI graph, both in one wrapper, or neither."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import cast

from msgspec import Struct

from bot.comfy import Graph, GraphError, JsonValue, graph_of, is_link
from bot.comfy_words import told
from bot.texts import text
from bot.workflows.sources.document import parse_document
from bot.workflows.sources.found import Damaged, TooMuch

MAX_NODES = 5000

_WRAPPED = ("prompt", "output", "workflow")
"""What ``POST /prompt``, the editor's own function and VideoHelperSuite call the two."""
_QUEUED = ("prompt", "queue_pending", "queue_running")
"""Where ComfyUI's history and queue have what was submitted: ``[number, id, graph, extra_data, outputs]``."""
_NODE_ID = re.compile(r"[\d:]+", re.ASCII)


class Recognised(Struct, frozen=True):
    prompt: Graph | None = None
    workflow: Mapping[str, JsonValue] | None = None

    def filled_with(self, other: "Recognised") -> "Recognised":
        return Recognised(self.prompt or other.prompt, self.workflow or other.workflow)


def recognise(document: JsonValue) -> Recognised:
    """The graphs in ``document``; neither when it is something else.

    Raises:
        Damaged: it means to be a graph and is wrong.
        TooMuch: more than 5,000 nodes.
    """
    match document:
        case [dict() as only]:
            return recognise(only)
        case {"input": dict() as job}:  # what RunPod's worker for ComfyUI is sent
            return recognise(job)
        case _:
            pass
    found = _graph(document)
    values = _object(document)
    if found != Recognised() or "nodes" in values:
        return found
    submitted = _submitted(values)
    if submitted is not None:
        return _submission(submitted)
    for key in _WRAPPED:
        found = found.filled_with(_graph(_unpacked(values.get(key))))
    return found.filled_with(_sent_along(values.get("extra_data")))


def _submitted(values: Mapping[str, JsonValue]) -> Sequence[JsonValue] | None:
    """The last submission in an answer of ``/history``, ``/history/{id}`` or ``/queue``, or in one entry of them."""
    entries = [values, *reversed([_object(entry) for entry in values.values()])]
    listed = [entry.get(key) for entry in entries for key in _QUEUED]
    submissions = [
        each for value in listed for each in (value, *reversed(_list(value))) if _is_submission(each)
    ]
    return _list(submissions[0]) if submissions else None


def _is_submission(value: JsonValue) -> bool:
    return len(listed := _list(value)) > 2 and isinstance(listed[2], dict)


def _submission(submitted: Sequence[JsonValue]) -> Recognised:
    return _graph(submitted[2]).filled_with(_sent_along(submitted[3] if len(submitted) > 3 else None))


def _sent_along(extra_data: JsonValue) -> Recognised:
    return _graph(_unpacked(_object(_object(extra_data).get("extra_pnginfo")).get("workflow")))


def _graph(document: JsonValue) -> Recognised:
    values = _object(document)
    if isinstance(values.get("nodes"), list):
        _check_ui_graph(values)
        return Recognised(workflow=values)
    if any("class_type" in _object(value) for value in values.values()):
        return Recognised(prompt=_api_graph(_nodes_of(values)))
    return Recognised()


def _nodes_of(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Without what some programs put beside the nodes (``extra``, ``version``); what is numbered means to be a node."""
    return {
        key: value
        for key, value in values.items()
        if _NODE_ID.fullmatch(key) or "class_type" in _object(value)
    }


def _unpacked(value: JsonValue) -> JsonValue:
    """Some wrappers hold JSON as text once more."""
    return parse_document(value) if isinstance(value, str) and value.lstrip()[:1] == "{" else value


def _api_graph(document: Mapping[str, JsonValue]) -> Graph:
    _check_count(len(document))
    try:
        graph = graph_of(document)
    except GraphError as error:
        raise Damaged(text("source-not-a-graph", problem=told(error.words))) from error
    _check_links(graph)
    return graph


def _check_links(graph: Graph) -> None:
    """ComfyUI finds a loop only when it runs; nothing that walks a graph after this can be caught in one."""
    sources = {node_id: frozenset(_sources(node.inputs.values())) for node_id, node in graph.items()}
    for node_id, its_sources in sources.items():
        for missing in its_sources - graph.keys():
            raise Damaged(text("source-link-nowhere", node=_short(node_id), missing=_short(missing)))
    try:
        TopologicalSorter(sources).prepare()
    except CycleError as error:
        loop = " → ".join(map(_short, cast("list[str]", error.args[1])[:8]))
        raise Damaged(text("source-cycle", nodes=loop)) from error


def _sources(values: Iterable[JsonValue]) -> Iterator[str]:
    for value in values:
        if is_link(value):
            yield cast("list[str]", value)[0]


def _check_ui_graph(root: Mapping[str, JsonValue]) -> None:
    """What must hold whatever reads it next: not too many nodes, and every id once in its graph."""
    count = 0
    for graph in _ui_graphs(root):
        nodes = _list(graph.get("nodes"))
        count += len(nodes)
        _check_count(count)
        seen: set[str] = set()
        for node in nodes:
            if not isinstance(node, dict):
                raise Damaged(text("source-ui-not-a-node"))
            node_id = str(_object(node).get("id"))
            if node_id in seen:
                raise Damaged(text("source-id-twice", node=_short(node_id)))
            seen.add(node_id)


def _ui_graphs(root: Mapping[str, JsonValue]) -> Iterator[Mapping[str, JsonValue]]:
    """The graph and all definitions of subgraphs, flat or inside each other."""
    open_graphs = [root]
    while open_graphs:
        graph = open_graphs.pop()
        yield graph
        definitions = _object(graph.get("definitions"))
        open_graphs += [_object(each) for each in _list(definitions.get("subgraphs"))]


def _check_count(nodes: int) -> None:
    if nodes > MAX_NODES:
        raise TooMuch(text("source-too-many-nodes", limit=MAX_NODES))


def _short(name: str) -> str:
    return name[:60]


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
