"""Finds what a file means by a node and an input, in the graph that lies beside it."""

import re

from bot.comfy import Graph, is_link
from bot.workflows.spelling import did_you_mean, quoted
from bot.workflows.template import InputRef, describe_node

FILENAME_PREFIX = "filename_prefix"

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:")


class BindingError(Exception):
    """The end of a sentence; whoever knows the file and the option begins it."""


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
            raise BindingError(
                f"names the node '{name}', which the graph does not have; {did_you_mean(name, titles)}"
            )
        case _:
            found = " and ".join(describe_node(graph, node_id) for node_id in matches)
            raise BindingError(f"names the node '{name}', which may be {found}: give them different titles")


def _check_input(graph: Graph, target: InputRef) -> None:
    node, name = graph[target.node_id], target.input_name
    where = describe_node(graph, target.node_id)
    if name not in node.inputs:
        raise BindingError(
            f"names the input '{name}', which {where} does not have; {did_you_mean(name, node.inputs)}"
        )
    value = node.inputs[name]
    if is_link(value):
        raise BindingError(
            f"sets '{name}' of {where}, which is linked to another node: set that node's input"
        )
    if not isinstance(value, str | int | float | bool):
        raise BindingError(f"sets '{name}' of {where}, which holds neither a text nor a number: {value!r}")
    if name == FILENAME_PREFIX:
        raise BindingError(
            f"sets '{name}' of {where}, which the bot sets itself: no words of a person name files"
        )


def wrong_prefix(graph: Graph) -> str | None:
    """What is wrong with a file name that the graph asks for. ComfyUI would find out only after all the work."""
    for node_id, node in graph.items():
        prefix = node.inputs.get(FILENAME_PREFIX)
        if isinstance(prefix, str) and (".." in prefix or _ABSOLUTE.match(prefix)):
            return (
                f"{describe_node(graph, node_id)} has the '{FILENAME_PREFIX}' {quoted([prefix])}: "
                "it must stay inside ComfyUI's output folder and may not contain '..'"
            )
    return None
