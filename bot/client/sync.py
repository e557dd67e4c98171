"""Keep Discord's list of commands equal to what the bot offers, with as few calls as possible.

Stateless: what Discord has is asked for and compared, so that nothing is sent when nothing changed,
whoever changed it. Discord allows 200 new commands a day.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any, Protocol, cast

import discord
from discord import app_commands
from discord.http import Route

from bot.backoff import Backoff
from bot.bugs import report
from bot.client.connection import ComfycordClient
from bot.client.payloads import (
    ENTRY_POINT,
    AnyCommand,
    AnyOfBoth,
    InMenu,
    Payload,
    comparable,
    sendable,
    with_file_types,
)
from bot.client.presence import Presence
from bot.delivery.discord_errors import DiscordError, TryAgain, translated

log = logging.getLogger(__name__)

PAUSES = Backoff(first_seconds=2.0, longest_seconds=1800.0)
"""After a sync that created commands; longer each time, so that a backend that comes and goes does not eat the day's
allowance. A command that is only changed costs nothing of it, and its author wants to see it."""
MAX_COMMANDS = 100
"""Slash commands that Discord takes of one bot; those of a message's menu do not count."""
INVALID_FORM_BODY = 50035

_REFUSED = re.compile(r"^In (\d+)\b.*", re.MULTILINE)
"""As discord.py words Discord's refusal of one command in the list: the place in the list, and why."""


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
        self._refused: dict[str, Payload] = {}
        """Name → the command that Discord refused; it is not sent again until it is another."""
        self._left_out: tuple[str, ...] = ()
        client.add_dynamic_items(*source.buttons)
        client.tree.error(source.answer_error)
        client.on_form = source.answer_form
        client.on_press = source.answer_unknown
        client.admits = source.admits
        client.before_closing = source.all_answered
        presence.on_lead = source.changed.set
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
        """Whether commands were created, or nothing could be sent."""
        before = self.created
        try:
            await self.sync()
        except TryAgain as error:
            log.warning("the commands could not be synced yet: %s", error)
        except DiscordError as error:
            report(error, "the sync of the commands, which stay as they were for now")
        else:
            return self.created != before
        self._source.changed.set()
        return True

    async def sync(self) -> bool:
        """Make Discord's list equal to ours. False: it was already."""
        self._choose_places()
        self._fill_tree()
        wanted = await self._payloads()
        there = await self._fetch()
        # an Activity's entry point is not ours to delete
        kept = [sendable(payload) for payload in there if payload.get("type") == ENTRY_POINT]
        sent = False
        while True:
            wanted = [each for each in wanted if self._refused.get(each["name"]) != each]
            if comparable(wanted) == comparable(there):
                break
            sent = True
            if await self._overwrite(wanted, kept):
                self.created += len(comparable(wanted).keys() - comparable(there).keys())
                break
        log.info("%d commands, %s", len(wanted), "synced" if sent else "unchanged")
        return sent

    async def _overwrite(self, wanted: Sequence[Payload], kept: Sequence[Payload]) -> bool:
        """False: Discord refused single commands, which are known as refused now."""
        try:
            with translated():
                await self._client.http.bulk_upsert_global_commands(self._application_id, [*wanted, *kept])
        except DiscordError as error:
            refused = _refused(error.__cause__, wanted)
            if not refused:
                raise
            for payload, reason in refused:
                self._refused[payload["name"]] = payload
                log.warning("Discord refuses /%s, which is left out: %s", payload["name"], reason)
            return False
        return True

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
        for command in (*commands[:MAX_COMMANDS], *self._source.menu):
            tree.add_command(command)
        left_out = tuple(command.name for command in commands[MAX_COMMANDS:])
        if left_out and left_out != self._left_out:
            names = ", ".join(f"/{name}" for name in left_out)
            log.warning("Discord takes %d commands of one bot; left out: %s", MAX_COMMANDS, names)
        self._left_out = left_out

    async def _payloads(self) -> list[Payload]:
        tree = self._client.tree
        translator = tree.translator
        if translator is None:
            raise AssertionError("the translator is set at login")
        commands: Sequence[AnyOfBoth] = tree.get_commands()
        return [
            with_file_types(command, await command.get_translated_payload(tree, translator))
            for command in commands
        ]

    async def _fetch(self) -> list[Payload]:
        # discord.py's own call leaves the localisations out
        route = Route("GET", "/applications/{application_id}/commands", application_id=self._application_id)
        with translated():
            answer: object = await self._client.http.request(route, params={"with_localizations": "true"})
        return _as_commands(answer)

    @property
    def _application_id(self) -> int:
        if self._client.application_id is None:
            raise AssertionError("the application is known at login")
        return self._client.application_id


def _as_commands(answer: object) -> list[Payload]:
    """What Discord has.

    Raises:
        TryAgain: the answer is no list of commands; something between the bot and Discord gave it.
    """
    commands = cast("list[Payload]", answer)
    try:
        comparable(commands)
    except (AttributeError, KeyError, TypeError) as error:
        raise TryAgain(f"what was answered is no list of commands ({error!r})") from error
    return commands


def _refused(error: BaseException | None, wanted: Sequence[Payload]) -> list[tuple[Payload, str]]:
    """Which of the commands Discord found wrong, each with the first reason."""
    if not isinstance(error, discord.HTTPException) or error.code != INVALID_FORM_BODY:
        return []
    reasons: dict[int, str] = {}
    for match in _REFUSED.finditer(error.text):
        reasons.setdefault(int(match[1]), match[0])
    return [(wanted[index], reason) for index, reason in reasons.items() if index < len(wanted)]
