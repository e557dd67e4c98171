"""What people can do in Discord, one command family a file. Thin: check, one service call, render."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import discord
from discord import app_commands

from bot.client import InMenu, InSlash
from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotThere
from bot.generation import PresetBook
from bot.inputs.fetching import Origins
from bot.texts import text
from bot.workflows.own_options import OwnOption
from cogs import edit, use_as_input
from cogs._edit_form import Recipes
from cogs._edit_views import edit_controls
from cogs._errors import Errors
from cogs._forms import submitted
from cogs._mend_views import mend_controls
from cogs._names import Names
from cogs._service import AnyInteraction, Service
from cogs._submitting import Statuses, Submissions
from cogs._views import cancel_button
from cogs.cancel import Cancel
from cogs.generate import Generate, Suggest
from cogs.jobs import Jobs
from cogs.mend import Mend
from cogs.presets import Presets
from cogs.queue import Queue
from cogs.read_workflow import ReadWorkflow


class Cogs:
    """All of them; what ``bot.client.CommandSync`` offers to Discord."""

    def __init__(
        self,
        *,
        generation: Service,
        statuses: Statuses,
        recipes: Recipes,
        presets: PresetBook,
        origins: Origins,
        language: str | None = None,
    ) -> None:
        """``origins``: where files may come from. ``language``: of messages that everybody reads; None: the guild's own."""
        acknowledger = Acknowledger()
        self._errors = errors = Errors(acknowledger)
        self._service = generation
        names = Names()
        submissions = Submissions(generation, statuses, acknowledger, presets, names=names, language=language)
        self._presets = Presets(generation, submissions, presets, acknowledger, errors)
        self._jobs = Jobs(generation, acknowledger, errors)
        own: Mapping[OwnOption, Suggest | None] = {
            OwnOption.PRESET: self._presets.suggested,
            OwnOption.PRIVATE: None,
        }
        self._generate = Generate(generation, submissions, errors, own)
        self._queue = Queue(generation, acknowledger, errors)
        self._cancel = Cancel(generation, acknowledger, errors, names)
        self._use_as_input = use_as_input.UseAsInput(
            generation, submissions, acknowledger, errors, origins=origins
        )
        self._edit = edit.Edit(generation, submissions, recipes, acknowledger, errors, origins=origins)
        read_workflow = ReadWorkflow(generation, recipes, acknowledger, errors, origins=origins)
        self.menu: Sequence[InMenu] = (self._use_as_input.command(), read_workflow.command())
        self.buttons: Sequence[type[discord.ui.DynamicItem[Any]]] = (
            cancel_button(generation, acknowledger, errors),
            *edit_controls(self._edit),
            *mend_controls(Mend(generation, submissions, acknowledger, errors)),
            *self._jobs.buttons(),
        )

    @property
    def changed(self) -> asyncio.Event:
        return self._service.changed

    def commands(self) -> Sequence[InSlash]:
        """The bot's own first: where Discord takes no more, workflows are what is left out."""
        return [
            self._queue.command(),
            self._cancel.command(),
            *self._jobs.commands(),
            self._presets.command(),
            *self._generate.commands(),
        ]

    async def all_answered(self) -> None:
        await self._errors.all_answered()

    async def answer_form(self, interaction: AnyInteraction) -> None:
        """Whichever form it is: its custom id tells."""
        async with self._errors.answered(interaction):
            form = submitted(interaction)
            if match := use_as_input.FORM.fullmatch(form.custom_id):
                await self._use_as_input.submit(interaction, int(match["message"]), form)
            elif match := edit.FORM.fullmatch(form.custom_id):
                await self._edit.submit(interaction, match["job"], form)
            elif match := edit.PAGE_FORM.fullmatch(form.custom_id):
                await self._edit.submit_page(interaction, UUID(match["order"]), form)
            else:
                raise NotThere(text("form-unknown"))

    async def answer_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError
    ) -> None:
        await self._errors.answer(interaction, error)
