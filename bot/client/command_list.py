"""The commands that Discord has of the application, everywhere or in one guild, made equal to ours with as few calls as possible.

Stateless: what Discord has is asked for and compared, so that nothing is sent when nothing changed, whoever changed it.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import cast

import discord
from discord.http import Route
from msgspec import Struct

from bot.client.connection import ComfycordClient
from bot.client.payloads import ENTRY_POINT, AnyOfBoth, Payload, comparable, sendable, told_of
from bot.delivery.discord_errors import DiscordError, TryAgain, translated

log = logging.getLogger(__name__)

MAX_COMMANDS = 100
"""Slash commands that Discord takes of one bot in one place; those of a message's menu do not count."""
MAX_CREATES = 200
"""Commands that Discord did not have, and takes in one place within a day."""
CREATES_SPENT = 30034
INVALID_FORM_BODY = 50035

_REFUSED = re.compile(r"^In (\d+)\b.*", re.MULTILINE)
"""As discord.py words Discord's refusal of one command in the list: the place in the list, and why."""


class Made(Struct, frozen=True, kw_only=True):
    """How the lists became equal."""

    count: int
    """Of our commands that Discord has now."""
    sent: bool
    """False: the lists were equal already."""
    created: int
    """How many of our commands Discord did not have."""
    waiting: Sequence[str]
    """Those that Discord still does not have, because it takes no more new ones for now."""
    wait_seconds: float
    """Until it takes some, where it said so; else 0."""


class CommandList:
    def __init__(self, client: ComfycordClient, guild_id: int | None = None) -> None:
        """``guild_id``: the guild that has them; None: they are everywhere."""
        self._client = client
        self._guild_id = guild_id
        self._refused: dict[str, Payload] = {}
        """Name → the command that Discord refused; it is not sent again until it is another."""

    async def make(
        self,
        commands: Sequence[AnyOfBoth],
        *,
        kept: Collection[str] = (),
        room: Callable[[], Awaitable[int]] | None = None,
    ) -> Made:
        """Have Discord know of these, and of no others but those named in ``kept``, which stay as it has them.

        ``room``: how many it may be told of that it does not have; asked if there are any.

        Raises:
            DiscordError: it did not come to that.
        """
        in_guild = self._guild_id is not None
        ours = [await told_of(self._client.tree, each, in_guild=in_guild) for each in commands]
        there = await self._fetch()
        known = comparable(there, in_guild=in_guild)
        ours += [known[name] for name in known.keys() & set(kept) - {each["name"] for each in ours}]
        # an Activity's entry point is not ours to delete
        foreign = [sendable(each) for each in there if each.get("type") == ENTRY_POINT]
        new = [each["name"] for each in ours if each["name"] not in known]
        waiting = frozenset(new[await room() :] if new and room is not None else ())
        sent, wait_seconds = False, 0.0
        while True:
            wanted = [
                each
                for each in ours
                if each["name"] not in waiting and self._refused.get(each["name"]) != each
            ]
            if comparable(wanted, in_guild=in_guild) == known:
                created = 0
                break
            sent = True
            created = len({each["name"] for each in wanted} - known.keys())
            try:
                await self._overwrite([*wanted, *foreign])
                break
            except DiscordError as error:
                if created and _are_creates_spent(error):
                    waiting, wait_seconds = frozenset(new), _wait_of(error)
                elif not self._note_refused(error, wanted):
                    raise
        return Made(
            count=len(wanted),
            sent=sent,
            created=created,
            waiting=[name for name in new if name in waiting],
            wait_seconds=wait_seconds,
        )

    async def _fetch(self) -> list[Payload]:
        """What Discord has.

        Raises:
            TryAgain: the answer is no list of commands; something between the bot and Discord gave it.
        """
        # discord.py's own calls leave the localisations of some fields out
        with translated():
            answer: object = await self._client.http.request(
                self._route("GET"), params={"with_localizations": "true"}
            )
        found = cast("list[Payload]", answer)
        try:
            comparable(found)
        except (AttributeError, KeyError, TypeError) as error:
            raise TryAgain(f"what was answered is no list of commands ({error!r})") from error
        return found

    async def _overwrite(self, commands: Sequence[Payload]) -> None:
        with translated():
            await self._client.http.request(self._route("PUT"), json=commands)

    def _route(self, method: str) -> Route:
        if self._client.application_id is None:
            raise AssertionError("the application is known at login")
        ids = {"application_id": self._client.application_id}
        if self._guild_id is None:
            return Route(method, "/applications/{application_id}/commands", metadata=None, **ids)
        path = "/applications/{application_id}/guilds/{guild_id}/commands"
        return Route(method, path, metadata=None, **ids, guild_id=self._guild_id)

    def _note_refused(self, error: DiscordError, wanted: Sequence[Payload]) -> bool:
        """Whether Discord found single commands wrong; the others may be sent without them."""
        refused = _refused(error.__cause__, wanted)
        for payload, reason in refused:
            self._refused[payload["name"]] = payload
            where = "" if self._guild_id is None else f" in guild {self._guild_id}"
            log.warning("Discord refuses /%s%s, which is left out: %s", payload["name"], where, reason)
        return bool(refused)


def _refused(error: BaseException | None, wanted: Sequence[Payload]) -> list[tuple[Payload, str]]:
    """Which of the commands Discord found wrong, each with the first reason."""
    if not isinstance(error, discord.HTTPException) or error.code != INVALID_FORM_BODY:
        return []
    reasons: dict[int, str] = {}
    for match in _REFUSED.finditer(error.text):
        reasons.setdefault(int(match[1]), match[0])
    return [(wanted[index], reason) for index, reason in reasons.items() if index < len(wanted)]


def _are_creates_spent(error: DiscordError) -> bool:
    """Whether it may pass without new commands. Discord says so as a rate limit of hours, and said it as a refusal once."""
    cause = error.__cause__
    if isinstance(cause, discord.HTTPException):
        return cause.code == CREATES_SPENT
    return isinstance(cause, discord.RateLimited)


def _wait_of(error: DiscordError) -> float:
    return error.retry_after_seconds if isinstance(error, TryAgain) else 0.0
