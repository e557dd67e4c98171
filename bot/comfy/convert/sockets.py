"""Which input of its class a socket of a saved node stands for."""

from .document import UiNode
from .packs import TAKES_ANY_INPUT
from .values import Restored
from .widgets import Input, NodePlan


def input_of(name: str, node: UiNode, plan: NodePlan, restored: Restored) -> Input | None:
    """The input; None: the class has none, and a link to it cannot be sent."""
    declared = restored.inputs.get(name)
    if declared is not None and not declared.grows:
        return declared
    grown = _grown(restored, name)
    if grown is not None:
        return Input(name, grown.type)
    socket = next((socket for socket in node.inputs if socket.name == name), None)
    if socket is not None and socket.widget is not None:
        return restored.inputs.get(socket.widget)
    if any(held.name == name for held in restored.held) or _takes_more(plan, node, name):
        return Input(name, "*" if socket is None else socket.type)
    return None


def _grown(restored: Restored, name: str) -> Input | None:
    """The growing input that a socket belongs to: ``images`` for ``images.image1``."""
    base, dot, _ = name.rpartition(".")
    while dot:
        found = restored.inputs.get(base)
        if found is not None and found.grows:
            return found
        base, dot, _ = base.rpartition(".")
    return None


def _takes_more(plan: NodePlan, node: UiNode, name: str) -> bool:
    """Whether a class takes inputs that it does not list.

    Such as one that is known to, or lists one that differs by a number only. Classes of packs also, where they list
    nothing at all, or where the file has several that differ by a number only: a script adds one after the other.
    """
    if plan.name in TAKES_ANY_INPUT:
        return True
    stem = _stem(name)
    numbered = [declared.name for declared in plan.inputs if declared.widget is None]
    if not plan.comes_with_comfyui:
        if not plan.inputs:
            return True
        numbered += [socket.name for socket in node.inputs if socket.widget is None and socket.name != name]
    return stem != name and any(_stem(socket) == stem for socket in numbered)


def _stem(name: str) -> str:
    return name.rstrip("0123456789")
