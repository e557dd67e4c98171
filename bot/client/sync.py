"""Keep Discord's list of commands equal to what the bot offers, with as few calls as possible.

Stateless: what Discord has is asked for and compared, so that nothing is sent when nothing changed,
whoever changed it. Discord allows 200 new commands a day.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias, cast

import discord
from discord import app_commands
from discord.http import Route

from bot.client.connection import ComfycordClient
from bot.delivery.discord_errors import Busy, DiscordError, translated

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
"""After a sync; doubled each time, so that a backend that comes and goes does not eat the day's allowance."""
LONGEST_PAUSE_SECONDS = 1800.0
ENTRY_POINT = 4

AnyCommand: TypeAlias = "app_commands.Command[Any, ..., Any]"
Payload: TypeAlias = "dict[str, Any]"


class CommandSource(Protocol):
    """What the bot offers: the cogs."""

    @property
    def changed(self) -> asyncio.Event:
        """Set when :meth:`commands` has become another list; cleared by whoever acts on it."""
        ...

    def commands(self) -> Sequence[AnyCommand]: ...

    @property
    def buttons(self) -> Sequence[type[discord.ui.DynamicItem[Any]]]:
        """Buttons that are served whenever and wherever they were posted."""
        ...

    async def answer_error(
        self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError
    ) -> None: ...

    async def at_rest(self) -> None:
        """Return, soon, when nobody is being served any more."""
        ...


class CommandSync:
    def __init__(self, client: ComfycordClient, source: CommandSource) -> None:
        self._client = client
        self._source = source
        client.add_dynamic_items(*source.buttons)
        client.tree.error(source.answer_error)
        client.before_closing = source.at_rest
        self._fill_tree()

    async def run(self) -> None:
        """Offer what there is, and again whenever that changes."""
        await self._client.logged_in.wait()
        pause = PAUSE_SECONDS
        while True:
            self._source.changed.clear()
            pause = await self._sync_and_pause(pause)
            await self._source.changed.wait()

    async def _sync_and_pause(self, pause: float) -> float:
        """Returns the pause to make next time."""
        try:
            sent = await self.sync()
        except Busy as error:
            log.warning("the commands could not be synced yet: %s", error)
            self._source.changed.set()
            sent = True
        except DiscordError:
            log.exception("Discord refuses the commands; they stay as they were")
            sent = True
        await asyncio.sleep(pause)
        return min(LONGEST_PAUSE_SECONDS, pause * 2) if sent else max(PAUSE_SECONDS, pause / 2)

    async def sync(self) -> bool:
        """Make Discord's list equal to ours. False: it was already."""
        self._fill_tree()
        wanted = await self._payloads()
        with translated():
            there = await self._fetch()
            if _comparable(wanted) == _comparable(there):
                log.info("%d commands, unchanged", len(wanted))
                return False
            # an Activity's entry point is not ours to delete
            kept = [_sendable(payload) for payload in there if payload.get("type") == ENTRY_POINT]
            await self._client.http.bulk_upsert_global_commands(self._application_id, [*wanted, *kept])
        log.info("%d commands, synced", len(wanted))
        return True

    def _fill_tree(self) -> None:
        tree = self._client.tree
        tree.clear_commands(guild=None)
        for command in self._source.commands():
            tree.add_command(command)

    async def _payloads(self) -> list[Payload]:
        tree = self._client.tree
        translator = tree.translator
        if translator is None:
            raise AssertionError("the translator is set at login")
        commands = cast("list[AnyCommand]", tree.get_commands())
        return [await command.get_translated_payload(tree, translator) for command in commands]

    async def _fetch(self) -> list[Payload]:
        # discord.py's own call leaves the localisations out
        route = Route("GET", "/applications/{application_id}/commands", application_id=self._application_id)
        return cast(
            "list[Payload]", await self._client.http.request(route, params={"with_localizations": "true"})
        )

    @property
    def _application_id(self) -> int:
        if self._client.application_id is None:
            raise AssertionError("the application is known at login")
        return self._client.application_id


_COMPARED = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "type",
    "options",
    "nsfw",
    "contexts",
    "integration_types",
    "default_member_permissions",
)
_OPTION_COMPARED = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "type",
    "required",
    "choices",
    "autocomplete",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
)


def _sendable(payload: Payload) -> Payload:
    """A command as Discord told it, without what only Discord may say."""
    return {key: payload[key] for key in (*_COMPARED, "id", "handler") if payload.get(key) is not None}


def _comparable(payloads: Sequence[Payload]) -> Mapping[str, object]:
    """Commands by name, with only what we decide and Discord keeps, and nothing that equals Discord's default."""
    return {
        payload["name"]: _told(payload, _COMPARED)
        for payload in payloads
        if payload.get("type") != ENTRY_POINT
    }


def _told(payload: Payload, keys: Sequence[str]) -> Payload:
    told = {key: payload[key] for key in keys if payload.get(key)}
    told |= {key: payload[key] for key in ("min_value", "max_value", "min_length") if payload.get(key) == 0}
    if "options" in told:
        told["options"] = [_told(option, _OPTION_COMPARED) for option in told["options"]]
    if "choices" in told:
        told["choices"] = [
            _told(choice, ("name", "name_localizations", "value")) for choice in told["choices"]
        ]
    if "default_member_permissions" in told:
        told["default_member_permissions"] = str(told["default_member_permissions"])
    for key in ("contexts", "integration_types"):
        if key in told:
            told[key] = sorted(told[key])
    return told
