"""Commands of guilds' workflows that people change: what they say, and one change after the other.

What takes long (converting, asking what the servers would allow) is done in threads, of a few at a time.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.comfy import ObjectInfo
from bot.errors import NotThere, Refused
from bot.generation.orders import Rules
from bot.generation.reasons import told_to_people
from bot.texts import text
from bot.workflows import Template, Unavailable, WorkflowError
from bot.workflows.brought import Brought
from bot.workflows.command_writing import command_text
from bot.workflows.edited import Edited
from bot.workflows.offering import Offering

AT_ONCE = 2

T = TypeVar("T")
Change = Callable[[Edited], Template]


class Editing:
    def __init__(self, knowledge: Callable[[], Sequence[ObjectInfo]], rules: Rules) -> None:
        """``knowledge``: what the servers have that have told."""
        self._knowledge = knowledge
        self._rules = rules
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def look(self, brought: Brought) -> Edited:
        """What its command says.

        Raises:
            UserError: it cannot be read: on these servers, or on any.
        """
        return await self._in_thread(lambda offering: _edited(brought, offering))

    async def change(
        self, brought: Brought, change: Change, *, name: str | None = None
    ) -> tuple[Brought, Edited]:
        """With another command. ``name``: what it is called then; None: as before.

        Raises:
            UserError: it cannot be changed so.
        """
        called = brought.name if name is None else name
        return await self._in_thread(lambda offering: _changed(brought, called, change, offering))

    async def renamed(self, brought: Brought, name: str) -> Brought:
        """The same, called otherwise.

        Raises:
            UserError: its command cannot be read.
        """
        found, _ = await self.change(brought, lambda made: made.template, name=name)
        return found

    async def _in_thread(self, work: Callable[[Offering], T]) -> T:
        known = tuple(self._knowledge())
        if not known:
            raise NotThere(text("workflow-waits-for-server"))
        offering = Offering(known, self._rules.caps, self._rules.policy, self._rules.allow_stand_ins)
        from bot.workflows.editable import problem_of  # noqa: PLC0415  # a bot in which nobody edits starts sooner without it

        async with self._turns:
            try:
                return await asyncio.to_thread(work, offering)
            except WorkflowError as error:
                raise Refused(text("workflow-edit-unreadable", problem=problem_of(error))) from error


def _edited(brought: Brought, offering: Offering) -> Edited:
    from bot.workflows.editable import editable  # noqa: PLC0415  # as above

    made = editable(brought.draft(), offering)
    if isinstance(made, Unavailable):
        raise NotThere(told_to_people(made.reasons))
    return made


def _changed(brought: Brought, name: str, change: Change, offering: Offering) -> tuple[Brought, Edited]:
    """If all that was offered before still can be."""
    before = _edited(brought, offering)
    template = replace(change(before), name=name, folder=Path(name))
    made = Brought(name, brought.source, command_text(template))
    after = _edited(made, offering)
    for option, problem in after.problems.items():
        if option not in before.problems:
            raise Refused(text("workflow-edit-option-wrong", option=option, problem=problem))
    return made, after
