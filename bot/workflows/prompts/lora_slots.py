"""The places of a graph that take a LoRA: loaders on the way to what is saved, the first to run first. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.comfy import Graph, InputSpec, JsonValue, Node, ObjectInfo
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.lora_places import speeds_up
from bot.workflows.lists import names_on, union_of_names
from bot.workflows.prompts.lora_words import typable
from bot.workflows.template import InputRef
from bot.workflows.workflow import LoraSlot, Option

NAME = "lora_name"
_STRENGTHS = ("strength_model", "strength_clip")
_LISTED_BY = ("LoraLoader", "LoraLoaderModelOnly")
"""Whose list holds the names, for a loader that has none of its own."""
_ROWS = "Power Lora Loader (rgthree)"
_MORE_ROWS = 4
"""A loader of rows takes any number; so many are offered beside those that are switched off."""


def lora_slots(
    graph: Graph, options: Sequence[Option], knowledge: Sequence[ObjectInfo]
) -> tuple[LoraSlot, ...]:
    """``options``: those of the workflow; what they narrow is no wider for words in a prompt."""
    anatomy = Anatomy(graph, knowledge)
    by_target = {target: option for option in options for target in option.targets}
    slots: list[LoraSlot] = []
    for node_id in reversed(anatomy.useful):
        if graph[node_id].class_type == _ROWS:
            slots += _rows(node_id, graph[node_id].inputs, knowledge)
        elif (slot := _loader(node_id, anatomy, by_target, knowledge)) is not None:
            slots.append(slot)
    return tuple(slots)


def _loader(
    node_id: str, anatomy: Anatomy, by_target: Mapping[InputRef, Option], knowledge: Sequence[ObjectInfo]
) -> LoraSlot | None:
    name = InputRef(node_id, NAME)
    own, class_type = anatomy.literal(name), anatomy.graph[node_id].class_type
    strengths = tuple(each for each in _STRENGTHS if anatomy.literal(InputRef(node_id, each)) is not None)
    if not isinstance(own, str) or _STRENGTHS[0] not in strengths:
        return None
    option = by_target.get(name)
    if option is None and speeds_up(own):
        return None
    only = None if option is None else option.only
    bounds = [*_bounds(node_id, strengths, anatomy, by_target)]
    return LoraSlot(
        node_id=node_id,
        input_name=NAME,
        strengths=strengths,
        listed_by=(class_type, NAME),
        names=_typable(union_of_names(anatomy.graph, (name,), only, knowledge)),
        minimum=max((low for low, _ in bounds if low is not None), default=None),
        maximum=min((high for _, high in bounds if high is not None), default=None),
    )


def _bounds(
    node_id: str, strengths: Sequence[str], anatomy: Anatomy, by_target: Mapping[InputRef, Option]
) -> Iterator[tuple[float | None, float | None]]:
    for name in strengths:
        target = InputRef(node_id, name)
        limits: tuple[InputSpec | Option | None, ...] = anatomy.spec(target), by_target.get(target)
        yield from ((each.minimum, each.maximum) for each in limits if each is not None)


def _rows(
    node_id: str, inputs: Mapping[str, JsonValue], knowledge: Sequence[ObjectInfo]
) -> Iterator[LoraSlot]:
    """Rows that are switched off, then new ones; those that are on are the author's own."""
    rows = [name for name in inputs if re.fullmatch(r"lora_[0-9]{1,4}", name)]
    off = [name for name in rows if _is_off(inputs[name])]
    last = max((int(name.removeprefix("lora_")) for name in rows), default=0)
    listed_by, names = _list_of_any(knowledge)
    for name in (*off, *(f"lora_{last + number}" for number in range(1, _MORE_ROWS + 1))):
        yield LoraSlot(
            node_id=node_id, input_name=name, strengths=(), listed_by=listed_by, names=names, is_row=True
        )


def _is_off(row: JsonValue) -> bool:
    match row:
        case {"on": False}:
            return True
        case _:
            return False


def _list_of_any(knowledge: Sequence[ObjectInfo]) -> tuple[tuple[str, str], tuple[str, ...]]:
    for class_type in _LISTED_BY:
        graph = {"": Node(class_type, {})}
        names = dict.fromkeys(
            name for info in knowledge for name in names_on(graph, (InputRef("", NAME),), None, info)
        )
        if names:
            return (class_type, NAME), _typable(tuple(names))
    return (_LISTED_BY[0], NAME), ()


def _typable(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(typable, names))
