"""Keep Discord's list of the commands that are everywhere equal to what the bot offers. Discord allows 200 new ones a day."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.backoff import Backoff
from bot.bugs import report
from bot.client.command_list import MAX_COMMANDS, CommandList, Made
from bot.client.connection import ComfycordClient
from bot.client.payloads import AnyCommand, AnyOfBoth, InMenu
from bot.client.presence import Presence
from bot.delivery.discord_errors import DiscordError, TryAgain

log = logging.getLogger(__name__)

PAUSES = Backoff(first_seconds=2.0, longest_seconds=1800.0)
"""After a sync that created commands; longer each time, so that a backend that comes and goes does not eat the day's
allowance. A command that is only changed costs nothing of it, and its author wants to see it."""


class CommandSource(Protocol):
    """What the bot offers: the cogs."""

    @property
    def changed(self) -> asyncio.Event:
        """Set when :meth:`commands` has become another list; cleared by whoever acts on it."""
        ...

    def commands(self) -> Sequence[AnyCommand]: ...

    @property
    def menu(self) -> Sequence[InMenu]:
        """The commands in the menu of each message: fifteen at most, always the same."""
        ...

    @property
    def buttons(self) -> Sequence[type[discord.ui.DynamicItem[Any]]]:
        """Buttons that are served whenever and wherever they were posted."""
        ...

    async def answer_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError
    ) -> None: ...

    async def answer_form(self, interaction: discord.Interaction[discord.Client]) -> None:
        """A form came back filled in, perhaps one that another process opened."""
        ...

    async def answer_unknown(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Something was pressed: answer where none of :attr:`buttons` does."""
        ...

    async def admits(self, interaction: discord.Interaction[discord.Client]) -> bool:
        """Whether a command is to be served; who gave it is told why not."""
        ...

    async def all_answered(self) -> None:
        """Return, soon, when nobody is being served any more."""
        ...


class CommandSync:
    def __init__(
        self, client: ComfycordClient, source: CommandSource, presence: Presence, *, user_install: bool = True
    ) -> None:
        """``user_install``: whether people may bring the bot to where it is no member, if Discord's application allows it."""
        self.created = 0
        """How many commands Discord was told of that it did not have."""
        self._client = client
        self._source = source
        self._presence = presence
        self._user_install = user_install
        self._list = CommandList(client)
        self._left_out: tuple[str, ...] = ()
        client.add_dynamic_items(*source.buttons)
        client.tree.error(source.answer_error)
        client.on_form = source.answer_form
        client.on_press = source.answer_unknown
        client.admits = source.admits
        client.before_closing = source.all_answered
        presence.on_lead.append(source.changed.set)
        self._fill_tree()

    async def run(self) -> None:
        """Offer what there is, and again whenever that changes."""
        await self._client.logged_in.wait()
        self._source.changed.set()
        costly = 0
        while True:
            await self._source.changed.wait()
            self._source.changed.clear()
            if not self._presence.leads:
                self._fill_tree()  # another bot tells Discord of the same commands
                continue
            costly = costly + 1 if await self._try_sync() else max(0, costly - 1)
            await PAUSES.pause(costly)

    async def _try_sync(self) -> bool:
        """Whether commands were created, or not everything could be sent."""
        before = self.created
        try:
            made = await self._make()
        except TryAgain as error:
            log.warning("the commands could not be synced yet: %s", error)
        except DiscordError as error:
            report(error, "the sync of the commands, which stay as they were for now")
        else:
            if not made.waiting:
                return self.created != before
            log.warning("Discord takes no new commands for now; still left out: %s", ", ".join(made.waiting))
        self._source.changed.set()
        return True

    async def sync(self) -> bool:
        """Make Discord's list equal to ours. False: it was already."""
        return (await self._make()).sent

    async def _make(self) -> Made:
        self._choose_places()
        self._fill_tree()
        commands: Sequence[AnyOfBoth] = self._client.tree.get_commands()
        made = await self._list.make(commands)
        self.created += made.created
        log.info("%d commands, %s", made.count, "synced" if made.sent else "unchanged")
        return made

    def _choose_places(self) -> None:
        """Where commands are offered that say nothing else of themselves."""
        application = self._client.application
        by_persons = self._user_install and (
            application is not None and application.user_integration_config is not None
        )
        tree = self._client.tree
        tree.allowed_installs = app_commands.AppInstallationType(guild=True, user=by_persons)
        tree.allowed_contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=by_persons
        )

    def _fill_tree(self) -> None:
        tree = self._client.tree
        tree.clear_commands(guild=None)
        commands = self._source.commands()
        for command in commands[:MAX_COMMANDS]:
            tree.add_command(command)
        for command in self._source.menu:
            tree.add_to_menu(command)
        left_out = tuple(command.name for command in commands[MAX_COMMANDS:])
        if left_out and left_out != self._left_out:
            names = ", ".join(f"/{name}" for name in left_out)
            log.warning("Discord takes %d commands of one bot; left out: %s", MAX_COMMANDS, names)
        self._left_out = left_out
