"""3D views whose pictures a browser has to render, and what a graph can do without them.

A server loads the pictures together with everything else that the class gives; only the name of the model goes through
unchanged, so that whoever wants that can be told it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..graph import Node, is_link
from ..json_value import JsonValue, as_integer, items
from .errors import BrowserValue
from .plans import NodePlans
from .scripted import MODEL_INPUT, MODEL_OUTPUT


class Scene(Struct, frozen=True):
    """A node that loads pictures which the file does not have."""

    node_id: str
    input_name: str


class _User(Struct, frozen=True):
    """An input that takes something of a scene."""

    node_id: str
    input_name: str
    output: str


def without_scenes(
    graph: Mapping[str, Node],
    scenes: Sequence[Scene],
    plans: NodePlans,
    refuse: Callable[[BrowserValue], None],
) -> Mapping[str, Node]:
    """The graph as far as it needs no picture of the scenes; those that it needs are refused."""
    if not scenes:
        return graph
    running = _running(graph, plans)
    changed = dict(graph)
    for scene in scenes:
        node = graph[scene.node_id]
        users = [user for user in _users(graph, scene.node_id, plans) if user.node_id in running]
        if any(user.output != MODEL_OUTPUT for user in users):
            refuse(BrowserValue(scene.node_id, node.class_type, scene.input_name))
            continue
        for user in users:
            taking = changed[user.node_id]
            name = node.inputs.get(MODEL_INPUT, "")
            changed[user.node_id] = replace(taking, inputs={**taking.inputs, user.input_name: name})
    return changed


def _running(graph: Mapping[str, Node], plans: NodePlans) -> set[str]:
    """What a server would run: the nodes that put something out, and what feeds them."""
    found: set[str] = set()
    pending = [node_id for node_id, node in graph.items() if _is_output(plans, node)]
    while pending:
        node_id = pending.pop()
        if node_id in found or node_id not in graph:
            continue
        found.add(node_id)
        pending += [
            origin for value in graph[node_id].inputs.values() if (origin := _origin(value)) is not None
        ]
    return found


def _is_output(plans: NodePlans, node: Node) -> bool:
    plan = plans.get(node.class_type)
    return plan is not None and plan.is_output


def _users(graph: Mapping[str, Node], node_id: str, plans: NodePlans) -> Iterator[_User]:
    plan = plans.get(graph[node_id].class_type)
    names = () if plan is None else plan.output_names
    for taking_id, taking in graph.items():
        for name, value in taking.inputs.items():
            if _origin(value) == node_id:
                yield _User(taking_id, name, _name_at(names, value))


def _name_at(names: Sequence[str], link: JsonValue) -> str:
    slot = as_integer(items(link)[1])
    return names[slot] if slot is not None and 0 <= slot < len(names) else ""


def _origin(value: JsonValue) -> str | None:
    return str(items(value)[0]) if is_link(value) else None
