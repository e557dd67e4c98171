"""Drafts of guilds' workflows that people change: what they say, and one change after the other.

What takes long (converting, asking what the servers would allow) is done in threads, of a few at a time.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from bot.comfy import ObjectInfo
from bot.errors import NotThere, Refused
from bot.generation.orders import Rules
from bot.generation.reasons import told_to_people
from bot.jobs.guild_workflow import WorkflowVersion
from bot.texts import text
from bot.workflows import Template, Unavailable, WorkflowError
from bot.workflows.bringing import Brought
from bot.workflows.command_writing import command_text
from bot.workflows.edited import Edited, edited, problem_of
from bot.workflows.offering import Offering
from bot.workflows.own_names import wrong_own_name

AT_ONCE = 2

T = TypeVar("T")
Change = Callable[[Edited], Template]


class Drafts(Protocol):
    """Of the ledger; see :class:`bot.jobs.guild_workflow_store.GuildWorkflowStore`."""

    async def workflow_version(self, workflow_id: int, number: int) -> WorkflowVersion | None: ...

    async def change_draft(
        self,
        guild_id: int,
        workflow_id: int,
        number: int,
        revision: int,
        *,
        name: str,
        source: bytes,
        command: str,
    ) -> WorkflowVersion: ...


class Editing:
    def __init__(
        self,
        store: Drafts,
        knowledge: Callable[[], Sequence[ObjectInfo]],
        rules: Rules,
        operators: Callable[[], Collection[str]],
    ) -> None:
        """``knowledge``: what the servers have that have told. ``operators``: what the operator's workflows are called."""
        self._store = store
        self._knowledge = knowledge
        self._operators = operators
        self._rules = rules
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def draft(self, guild_id: int, workflow_id: int, number: int) -> WorkflowVersion:
        """One version of a workflow of this guild.

        Raises:
            NotThere: the guild has none such.
        """
        version = await self._store.workflow_version(workflow_id, number)
        if version is None or version.guild_id != guild_id:
            raise NotThere(text("guild-workflow-gone"))
        return version

    async def look(self, version: WorkflowVersion) -> Edited:
        """What its command says.

        Raises:
            UserError: it cannot be read: on these servers, or on any.
        """
        return await self._in_thread(lambda offering: _edited(_brought(version), offering))

    async def change(
        self, version: WorkflowVersion, change: Change, *, name: str | None = None
    ) -> tuple[WorkflowVersion, Edited]:
        """Change the command of a draft, and keep it. ``name``: what the workflow is called then; None: as before.

        Raises:
            UserError: it cannot be changed or called so, or somebody else changed it meanwhile.
        """
        called = version.name if name is None else name
        problem = None if called == version.name else wrong_own_name(called, self._operators())
        if problem is not None:
            raise Refused(problem)
        brought, made = await self._in_thread(lambda offering: _changed(version, called, change, offering))
        kept = await self._store.change_draft(
            version.guild_id,
            version.workflow_id,
            version.number,
            version.revision,
            name=brought.name,
            source=brought.source,
            command=brought.command,
        )
        return kept, made

    async def _in_thread(self, work: Callable[[Offering], T]) -> T:
        known = tuple(self._knowledge())
        if not known:
            raise NotThere(text("workflow-waits-for-server"))
        offering = Offering(known, self._rules.caps, self._rules.policy, self._rules.allow_stand_ins)
        async with self._turns:
            try:
                return await asyncio.to_thread(work, offering)
            except WorkflowError as error:
                raise Refused(text("workflow-edit-unreadable", problem=problem_of(error))) from error


def _brought(version: WorkflowVersion) -> Brought:
    return Brought(version.name, version.source, version.command)


def _edited(brought: Brought, offering: Offering) -> Edited:
    made = edited(brought.draft(), offering)
    if isinstance(made, Unavailable):
        raise NotThere(told_to_people(made.reasons))
    return made


def _changed(
    version: WorkflowVersion, name: str, change: Change, offering: Offering
) -> tuple[Brought, Edited]:
    """The version with another command, if all that was offered before still can be."""
    before = _edited(_brought(version), offering)
    template = replace(change(before), name=name, folder=Path(name))
    made = Brought(name, version.source, command_text(template))
    after = _edited(made, offering)
    for option, problem in after.problems.items():
        if option not in before.problems:
            raise Refused(text("workflow-edit-option-wrong", option=option, problem=problem))
    return made, after
