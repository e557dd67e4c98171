"""What people can do in Discord, one command family a file. Thin: check, one service call, render."""

import asyncio
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from bot.delivery.acknowledging import Acknowledger
from cogs._errors import Errors
from cogs._names import Names
from cogs._service import AnyCommand, Service
from cogs._views import cancel_button
from cogs.cancel import Cancel
from cogs.generate import Generate, Statuses
from cogs.queue import Queue


class Cogs:
    """All of them; what ``bot.client.CommandSync`` offers to Discord."""

    def __init__(self, *, generation: Service, statuses: Statuses, language: str | None = None) -> None:
        """``language``: of messages that everybody reads; None: the guild's own."""
        acknowledger = Acknowledger()
        self._errors = Errors(acknowledger)
        self._service = generation
        names = Names()
        self._generate = Generate(
            generation, statuses, acknowledger, self._errors, names=names, language=language
        )
        self._queue = Queue(generation, acknowledger, self._errors)
        self._cancel = Cancel(generation, acknowledger, self._errors, names)
        self.buttons: Sequence[type[discord.ui.DynamicItem[Any]]] = (
            cancel_button(generation, acknowledger, self._errors),
        )

    @property
    def changed(self) -> asyncio.Event:
        return self._service.changed

    def commands(self) -> Sequence[AnyCommand]:
        """The bot's own first: where Discord takes no more, workflows are what is left out."""
        return [self._queue.command(), self._cancel.command(), *self._generate.commands()]

    async def all_answered(self) -> None:
        await self._errors.all_answered()

    async def answer_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError
    ) -> None:
        await self._errors.answer(interaction, error)
