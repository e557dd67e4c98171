"""Orders for jobs that are asked for as one: the same again, every combination, a comparison. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from bot.generation.orders import Order
from bot.jobs.group import GroupKind, Membership
from bot.jobs.job import job_id_of
from bot.workflows import Option, OptionKind, Workflow
from bot.workflows.discord_rules import MAX_INTEGER
from bot.workflows.template import Scalar

MOST_VALUES = 4
"""Of an option in a comparison."""


class Axis(Struct, frozen=True):
    """An option of a comparison and its values, checked by whoever fills them in."""

    option: str
    values: tuple[Scalar, ...]
    labels: tuple[str, ...]
    """As the person typed them, one a value."""


class _Member(Struct, frozen=True):
    values: Mapping[str, Scalar]
    labels: tuple[str, ...] = ()
    seed_round: int = 0


def repeated(order: Order, workflow: Workflow, count: int) -> list[Order]:
    """The same so many times, each with its own seed: random ones, or those that follow the one that was given."""
    members = [_in_round(order.values, workflow, number) for number in range(count)]
    return _grouped(order, GroupKind.REPEAT, members)


def combined(
    order: Order,
    workflow: Workflow,
    texts: Sequence[Mapping[str, str]],
    labels: Sequence[str],
    repeats: int = 1,
) -> list[Order]:
    """Each of these texts, by option: with the same seed, so that only the words differ; all of it ``repeats`` times."""
    members = [
        replace(
            _in_round({**order.values, **words}, workflow, number),
            labels=(label if repeats == 1 else f"{label} #{number + 1}",),
        )
        for number in range(repeats)
        for words, label in zip(texts, labels, strict=True)
    ]
    return _grouped(order, GroupKind.ALL, members)


def compared(order: Order, across: Axis, down: Axis | None) -> list[Order]:
    """Every value of one option with every value of the other, row by row; the same seed for all."""
    rows: Iterable[tuple[Mapping[str, Scalar], tuple[str, ...]]] = [({}, ())]
    if down is not None:
        rows = [
            ({down.option: value}, (label,)) for value, label in zip(down.values, down.labels, strict=True)
        ]
    columns = list(zip(across.values, across.labels, strict=True))
    members = [
        _Member({**order.values, **of_row, across.option: value}, (label, *label_of_row))
        for (of_row, label_of_row), (value, label) in product(rows, columns)
    ]
    return _grouped(order, GroupKind.COMPARE, members)


def _in_round(values: Mapping[str, Scalar], workflow: Workflow, number: int) -> _Member:
    """``values`` for a round, counting from 0: seeds that are fixed are followed by others."""
    following = {
        option.name: _following(option, seed, number)
        for option in workflow.options
        if option.kind is OptionKind.SEED and (seed := _fixed(option, values)) is not None
    }
    return _Member({**values, **following} if number else values, seed_round=number)


def _fixed(option: Option, values: Mapping[str, Scalar]) -> int | None:
    """The seed that every job would have."""
    match values.get(option.name, option.default):
        case bool() | None:
            return None
        case int(seed):
            return seed
        case str(words) if words.strip().isdecimal():
            return int(words)
        case _:  # refused later
            return None


def _following(option: Option, seed: int, number: int) -> int:
    """The ``number``-th after the seed; after the largest comes the smallest."""
    lowest = 0 if option.minimum is None else int(option.minimum)
    highest = MAX_INTEGER if option.maximum is None else int(option.maximum)
    if seed > highest:
        return seed
    return lowest + (seed + number - lowest) % (highest - lowest + 1)


def _grouped(order: Order, kind: GroupKind, members: Sequence[_Member]) -> list[Order]:
    group_id = job_id_of(order.interaction_id)
    return [
        replace(
            order,
            values=member.values,
            seed_round=member.seed_round,
            group=_membership(group_id, kind, number, len(members), member.labels),
        )
        for number, member in enumerate(members, start=1)
    ]


def _membership(
    group_id: UUID, kind: GroupKind, number: int, count: int, labels: tuple[str, ...]
) -> Membership | None:
    """None: one alone is no group."""
    return None if count == 1 else Membership(group_id, kind, number, count, labels)
