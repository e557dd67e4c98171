"""The lists that servers keep (models, samplers, …), as an option sees them."""

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bot.comfy import Graph, InputSpec, Node, NodeClass, ObjectInfo
from bot.workflows.discord_rules import can_be_choice
from bot.workflows.needs import Capabilities, is_list
from bot.workflows.spelling import nearest, slashed
from bot.workflows.template import InputRef
from bot.workflows.workflow import Option, Workflow

_OWN = re.compile(r"option([0-9]{1,4})")
_ALIKE = 0.8
"""Of names so much alike the one is most likely the other in another version or precision."""


def choices(workflow: Workflow, option: Option, knowledge: Sequence[ObjectInfo]) -> tuple[str, ...]:
    """What to suggest for an option while a person types: the names of now, verbatim, of all able backends.

    Names that Discord cannot carry in a suggestion (longer than 100 characters) are left out; typed in full, they work.
    """
    names = option.choices or ()
    if option.listed:
        able = [info for info in knowledge if Capabilities(info).cover(workflow.needs)]
        names = union_of_names(workflow.graph, option.targets, option.only, able) or names
    return tuple(filter(can_be_choice, names))


def union_of_names(
    graph: Graph, targets: Sequence[InputRef], only: Sequence[str] | None, knowledge: Iterable[ObjectInfo]
) -> tuple[str, ...]:
    """The names that at least one backend has, the first backend's first."""
    names = (name for info in knowledge for name in names_on(graph, targets, only, info))
    return tuple(dict.fromkeys(names))


def names_on(
    graph: Graph, targets: Sequence[InputRef], only: Sequence[str] | None, info: ObjectInfo
) -> tuple[str, ...]:
    """The names that will do for every one of ``targets`` on one backend, as it spells them."""
    lists = [spec.options or () for spec in inputs_on(graph, targets, info) if is_list(spec)]
    if not lists:
        return tuple(only or ())
    shared = set(lists[0]).intersection(*lists[1:])
    wished = None if only is None else set(map(slashed, only))
    return tuple(name for name in lists[0] if name in shared and (wished is None or slashed(name) in wished))


def stand_in(name: str, names: Sequence[str]) -> str:
    """The name of a list that may best take the place of one that is missing: the most similar, else the first."""
    return next(iter(nearest(name, names, count=1, likeness=_ALIKE)), names[0])


def inputs_on(graph: Graph, targets: Iterable[InputRef], info: ObjectInfo) -> list[InputSpec]:
    """What a backend says about each of ``targets`` that it knows."""
    found = (
        input_on(graph[target.node_id], target.input_name, info.classes.get(graph[target.node_id].class_type))
        for target in targets
    )
    return [spec for spec in found if spec is not None]


def input_on(node: Node, input_name: str, node_class: NodeClass | None) -> InputSpec | None:
    """What a version of a node's class says about one of its inputs, as long as its other values stay."""
    spec = None if node_class is None else node_class.input_of(input_name, node.inputs)
    if spec is None or spec.options != () or carried_choices(node) == ():
        return spec
    return replace(spec, options=None)  # the server keeps no list, and takes what the node itself offers


def carried_choices(node: Node) -> tuple[str, ...]:
    """The choices that a node carries in inputs of its own, ``option1`` to ``optionN``; the editor's last is empty."""
    numbered = {
        int(found[1]): value for name, value in node.inputs.items() if (found := _OWN.fullmatch(name))
    }
    texts = [value for _, value in sorted(numbered.items()) if isinstance(value, str) and value]
    return tuple(dict.fromkeys(texts))
