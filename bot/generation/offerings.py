"""What the servers would make of a workflow, found out in threads, of which only a few are at work at once."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.comfy import ObjectInfo
from bot.errors import Refused
from bot.generation.orders import Rules
from bot.workflows import WorkflowError
from bot.workflows.offering import Offering

AT_ONCE = 2

T = TypeVar("T")


class Offerings:
    def __init__(self, knowledge: Callable[[], Sequence[ObjectInfo]], rules: Rules) -> None:
        """``knowledge``: what the servers have that have told."""
        self._knowledge = knowledge
        self._rules = rules
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def ask(self, work: Callable[[Offering], T], *, without: T) -> T:
        """What comes of ``work``, which may take long. ``without``: what comes of it while no server has told what it has.

        Raises:
            Refused: where ``work`` raises WorkflowError, the same for people.
        """
        known = tuple(self._knowledge())
        if not known:
            return without
        rules = self._rules
        offering = Offering(known, rules.caps, rules.policy, rules.allow_stand_ins)
        async with self._turns:
            try:
                return await asyncio.to_thread(work, offering)
            except WorkflowError as error:
                raise Refused(error.message) from error
