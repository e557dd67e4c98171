"""Why a node may not do something, in a sentence for whoever brought it."""

from enum import Enum, auto

from msgspec.structs import replace

from bot.comfy import Graph, JsonValue
from bot.texts import Text, text
from bot.workflows.policy.denied_nodes import Danger
from bot.workflows.template import InputRef, describe_node

_MOST_SHOWN = 80


class Problem(Enum):
    """What is wrong with what an input holds."""

    LINKED = auto()
    """It names a file, and another node, or a value inside of a value, would say which."""
    OUTSIDE = auto()
    UNLISTED = auto()
    PLACE = auto()
    """It is whatever somebody types, and ends as a path, an address or a program."""
    PREFIX = auto()


def about_class(graph: Graph, node_id: str, danger: Danger | None) -> Text:
    """``danger``: None, the operator denies the class."""
    node = _shown(graph, node_id)
    match danger:
        case None:
            return text("policy-denied", node=node)
        case Danger.READ:
            return text("policy-read", node=node)
        case Danger.WRITE:
            return text("policy-write", node=node)
        case Danger.CODE:
            return text("policy-code", node=node)
        case Danger.ADDRESS:
            return text("policy-address", node=node)
        case Danger.INSTALL:
            return text("policy-install", node=node)


def about_input(graph: Graph, target: InputRef, value: JsonValue, problem: Problem) -> Text:
    node, name = _shown(graph, target.node_id), target.input_name[:_MOST_SHOWN]
    shown = str(value)[:_MOST_SHOWN]
    match problem:
        case Problem.LINKED:
            return text("policy-linked", node=node, input=name)
        case Problem.OUTSIDE:
            return text("policy-outside", node=node, input=name, value=shown)
        case Problem.UNLISTED:
            return text("policy-unlisted", node=node, input=name, value=shown)
        case Problem.PLACE:
            return text("policy-place", node=node, input=name, value=shown)
        case Problem.PREFIX:
            return text("policy-prefix", node=node, input=name, value=shown)


def _shown(graph: Graph, node_id: str) -> Text:
    """Strangers chose its names, and how long they are."""
    node, short = graph[node_id], node_id[:_MOST_SHOWN]
    title = None if node.title is None else node.title[:_MOST_SHOWN]
    return describe_node({short: replace(node, class_type=node.class_type[:_MOST_SHOWN], title=title)}, short)
