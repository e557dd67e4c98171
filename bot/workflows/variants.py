"""Choices that bring inputs of their own: what exists under each. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from msgspec.structs import replace

from bot.comfy import Graph, InputSpec, JsonValue, ObjectInfo
from bot.workflows.discord_rules import MAX_INTEGER
from bot.workflows.kinds import WIDGETS
from bot.workflows.lists import inputs_on
from bot.workflows.template import InputRef, OptionKind
from bot.workflows.workflow import Option

Variants: TypeAlias = Mapping[str, Mapping[str, InputSpec]]
"""Choice → the inputs that exist under it, by own name."""

GROWS = "COMFY_AUTOGROW"
"""How the types of inputs begin that are as many as are linked."""


def variants_of(
    graph: Graph, options: Sequence[Option], able: Sequence[ObjectInfo]
) -> Mapping[InputRef, Variants]:
    """Of every choice that an option makes, the inputs that come with it. The first server that knows one says it."""
    found: dict[InputRef, dict[str, Mapping[str, InputSpec]]] = {}
    for target in (target for option in options for target in option.targets):
        for info in able:
            for spec in inputs_on(graph, (target,), info):
                for choice, inputs in (spec.variants or {}).items():
                    found.setdefault(target, {}).setdefault(choice, inputs)
    return MappingProxyType(found)


def suited(option: Option, graph: Graph, variants: Mapping[InputRef, Variants]) -> Option:
    """The option as its choices allow: without those that need a link that is missing, with all that it may be else."""
    for target in option.targets:
        if target in variants:
            node = graph[target.node_id].inputs
            fit = [
                name
                for name in option.choices or ()
                if name == option.default or _is_complete(target, variants[target].get(name, {}), node)
            ]
            return replace(option, choices=tuple(fit), only=tuple(fit))
    return _widened(option, [*_elsewhere(option, variants)])


def _is_complete(target: InputRef, specs: Mapping[str, InputSpec], node: Mapping[str, JsonValue]) -> bool:
    """Whether nothing is required under a choice that neither has a value nor is linked in the graph."""
    return all(
        not spec.required
        or (spec.type in WIDGETS and spec.upload is None)
        or spec.type.startswith(GROWS)
        or f"{target.input_name}.{own}" in node
        for own, spec in specs.items()
    )


def _elsewhere(option: Option, variants: Mapping[InputRef, Variants]) -> Iterator[InputSpec]:
    """What the option's input is under each of the choices that people can make."""
    for target in option.targets:
        for combo, by_choice in variants.items():
            own = target.input_name.removeprefix(f"{combo.input_name}.")
            if combo.node_id == target.node_id and own != target.input_name:
                yield from (specs[own] for specs in by_choice.values() if own in specs)


def _widened(option: Option, elsewhere: Sequence[InputSpec]) -> Option:
    """Which of it may be said depends on the choice: that is checked when both are known."""
    if not elsewhere:
        return option
    if option.kind is OptionKind.CHOICE and option.listed:
        names = (*(option.choices or ()), *(name for spec in elsewhere for name in spec.options or ()))
        return replace(option, choices=tuple(dict.fromkeys(names)))
    if option.minimum is None or option.maximum is None:
        return option
    minima = [option.minimum, *(each.minimum for each in elsewhere if each.minimum is not None)]
    maxima = [option.maximum, *(each.maximum for each in elsewhere if each.maximum is not None)]
    is_same = min(minima) == option.minimum
    to_kind = float if option.kind is OptionKind.NUMBER else int
    return replace(
        option,
        minimum=to_kind(max(-MAX_INTEGER, min(minima))),
        maximum=to_kind(min(MAX_INTEGER, max(maxima))),
        step=option.step if is_same else None,
    )
