"""Commands of guilds' workflows that people change: what they say, and one change after the other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.errors import NotThere, Refused
from bot.generation.offerings import Offerings
from bot.generation.reasons import told_to_people
from bot.texts import text
from bot.workflows import Template, Unavailable, WorkflowError
from bot.workflows.brought import Brought, as_found
from bot.workflows.command_writing import command_text
from bot.workflows.edited import Edited
from bot.workflows.offering import Offering

Change = Callable[[Edited], Template]


class Editing:
    def __init__(self, offerings: Offerings) -> None:
        self._offerings = offerings

    async def look(self, brought: Brought) -> Edited:
        """What its command says.

        Raises:
            UserError: it cannot be read: on these servers, or on any.
        """
        found = await self._offerings.ask(lambda offering: _edited(brought, offering), without=None)
        if found is None:
            raise NotThere(text("workflow-waits-for-server"))
        return found

    async def change(
        self, brought: Brought, change: Change, *, name: str | None = None
    ) -> tuple[Brought, Edited]:
        """With another command. ``name``: what it is called then; None: as before.

        Raises:
            UserError: it cannot be changed so.
        """
        called = brought.name if name is None else name
        found = await self._offerings.ask(
            lambda offering: _changed(brought, called, change, offering), without=None
        )
        if found is None:
            raise NotThere(text("workflow-waits-for-server"))
        return found

    async def renamed(self, brought: Brought, name: str) -> Brought:
        """The same, called otherwise.

        Raises:
            UserError: its command cannot be read.
        """
        found, _ = await self.change(brought, lambda made: made.template, name=name)
        return found


def _edited(brought: Brought, offering: Offering) -> Edited:
    from bot.workflows.editable import editable, problem_of  # noqa: PLC0415  # a bot in which nobody edits starts sooner without it

    try:
        made = editable(brought.draft(), offering)
    except WorkflowError as error:
        raise Refused(text("workflow-edit-unreadable", problem=problem_of(error))) from error
    if isinstance(made, Unavailable):
        raise NotThere(told_to_people(made.reasons))
    return made


def _changed(brought: Brought, name: str, change: Change, offering: Offering) -> tuple[Brought, Edited]:
    """If all that was offered before still can be. As long as nobody changes an option, others may be found later."""
    before = _edited(brought, offering)
    template = replace(change(before), name=name, folder=Path(name))
    is_as_found = brought.is_as_found and template.options == before.template.options
    heading = [as_found()] if is_as_found else []
    made = Brought(name, brought.source, command_text(template, heading=heading))
    after = _edited(made, offering)
    for option, problem in after.problems.items():
        if option not in before.problems:
            raise Refused(text("workflow-edit-option-wrong", option=option, problem=problem))
    return made, after
