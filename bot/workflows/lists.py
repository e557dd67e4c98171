"""The lists that servers keep (models, samplers, …), as an option sees them."""

from collections.abc import Iterable, Sequence

from bot.comfy import Graph, InputSpec, ObjectInfo
from bot.workflows.discord_rules import can_be_choice
from bot.workflows.needs import Capabilities, is_list
from bot.workflows.spelling import nearest, slashed
from bot.workflows.template import InputRef
from bot.workflows.workflow import Option, Workflow

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
    known = ((info.classes.get(graph[target.node_id].class_type), target.input_name) for target in targets)
    return [version.inputs[name] for version, name in known if version is not None and name in version.inputs]
