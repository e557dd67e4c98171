"""Finds what a file means by a node and an input, in the graph that lies beside it."""

import re

from bot.comfy import Graph, is_link
from bot.texts import Text, text
from bot.workflows.spelling import did_you_mean
from bot.workflows.template import InputRef, describe_node, joined_and

FILENAME_PREFIX = "filename_prefix"

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")


class BindingError(Exception):
    """``problem`` is the end of a sentence; whoever knows the file and the option begins it."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem.id)
        self.problem = problem


def bind(graph: Graph, node: str, input_name: str) -> InputRef:
    """The one input that ``node`` (a title or an id) and ``input_name`` mean."""
    target = InputRef(_node_id(graph, node), input_name)
    _check_input(graph, target)
    return target


def _node_id(graph: Graph, name: str) -> str:
    matches = [node_id for node_id, node in graph.items() if name in {node_id, node.title}]
    match matches:
        case [node_id]:
            return node_id
        case []:
            titles = {node.title or node_id: None for node_id, node in graph.items()}
            raise BindingError(text("wrong-node", node=name, near=did_you_mean(name, titles)))
        case _:
            found = joined_and(describe_node(graph, node_id) for node_id in matches)
            raise BindingError(text("wrong-nodes", node=name, nodes=found))


def _check_input(graph: Graph, target: InputRef) -> None:
    node, name = graph[target.node_id], target.input_name
    where = describe_node(graph, target.node_id)
    if name not in node.inputs:
        raise BindingError(text("wrong-input", input=name, node=where, near=did_you_mean(name, node.inputs)))
    value = node.inputs[name]
    if is_link(value):
        raise BindingError(text("wrong-linked", input=name, node=where))
    if not isinstance(value, str | int | float | bool):
        raise BindingError(text("wrong-held", input=name, node=where, value=repr(value)))
    if name == FILENAME_PREFIX:
        raise BindingError(text("wrong-set-prefix", input=name, node=where))


def wrong_prefix(graph: Graph) -> Text | None:
    """What is wrong with a file name that the graph asks for. ComfyUI would find out only after all the work."""
    for node_id, node in graph.items():
        prefix = node.inputs.get(FILENAME_PREFIX)
        if isinstance(prefix, str) and (".." in prefix or _ABSOLUTE.match(prefix)):
            where = describe_node(graph, node_id)
            return text("wrong-prefix", node=where, input=FILENAME_PREFIX, value=prefix)
    return None
