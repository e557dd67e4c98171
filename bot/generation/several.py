"""From one command to the orders that it asks for at once: again with other seeds, or every combination of its words."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from bot.errors import Refused
from bot.generation.differences import distinguished
from bot.generation.group_orders import combined, repeated
from bot.generation.orders import Order
from bot.jobs.group import MAX_MEMBERS
from bot.texts import Text, text
from bot.workflows import OptionKind, Workflow
from bot.workflows.prompts import NO_WILDCARDS, Several, Wildcards, several_combinations

MOST_TOLD = 1_000_000
"""More combinations are not counted aloud."""


async def several(
    order: Order,
    workflow: Workflow,
    wildcards: Callable[[], Awaitable[Wildcards]],
    *,
    repeat: int,
    every: bool,
) -> Sequence[Order]:
    """The orders of one command; one alone where it asks for no more.

    ``repeat``: how often, each time with another seed. ``every``: each combination of what the words leave open.

    Raises:
        Refused: there are too many combinations; the text tells how many.
    """
    if not every:
        return repeated(order, workflow, repeat)
    typed = {
        option.name: value
        for option in workflow.options
        if option.kind is OptionKind.TEXT and isinstance(value := order.values.get(option.name), str)
    }
    found = await _combinations(typed, workflow, wildcards)
    if found.count * repeat > MAX_MEMBERS:
        raise Refused(_too_many(found.count, repeat))
    if found.count == 1:
        return repeated(order, workflow, repeat)
    asked = replace(order, typed=typed)
    return combined(asked, workflow, found.values, distinguished(found.values), repeat)


async def _combinations(
    typed: dict[str, str], workflow: Workflow, wildcards: Callable[[], Awaitable[Wildcards]]
) -> Several:
    lists = await wildcards() if any("__" in words for words in typed.values()) else NO_WILDCARDS
    syntax = workflow.prompt_syntax
    # thousands of lines may have to be counted
    return await asyncio.to_thread(several_combinations, typed, lists, MAX_MEMBERS, syntax=syntax)


def _too_many(count: int, repeat: int) -> Text:
    told = str(count) if count <= MOST_TOLD else f"> {MOST_TOLD}"
    if repeat > 1:
        return text("all-too-many-repeated", count=told, repeat=repeat, most=MAX_MEMBERS)
    return text("all-too-many", count=told, most=MAX_MEMBERS)
