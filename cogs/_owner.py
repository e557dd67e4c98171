"""Who may do what only the operator may: the owner of Discord's application, and of its team whoever may change it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import discord

from bot.delivery.discord_errors import DiscordError, translated
from bot.errors import NotAllowed, Refused
from bot.texts import text

log = logging.getLogger(__name__)

REMEMBERED_SECONDS = 600.0
"""Whoever leaves the team may do nothing more after so long."""
ANSWER_SECONDS = 5.0

Fetch: TypeAlias = "Callable[[], Awaitable[discord.AppInfo]]"


class Owners:
    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        """``fetch``: Discord's own words on the application."""
        self._fetch = fetch
        self._clock = clock
        self._known: frozenset[int] = frozenset()
        self._asked_at: float | None = None

    async def check(self, user_id: int) -> None:
        """
        Raises:
            NotAllowed: it is somebody else.
            Refused: Discord does not say who they are.
        """  # noqa: D205, D212  # the name says the rest
        if self._asked_at is None or self._clock() - self._asked_at >= REMEMBERED_SECONDS:
            await self._ask()
        if user_id not in self._known:
            raise NotAllowed(text("owner-only"))

    async def _ask(self) -> None:
        try:
            with translated():
                async with asyncio.timeout(ANSWER_SECONDS):
                    application = await self._fetch()
        except DiscordError as error:
            log.warning("Discord does not say who owns the application: %s", error)
            if self._asked_at is None:
                raise Refused(text("discord-does-not-answer")) from error
            return  # those of before
        self._known, self._asked_at = owners_of(application), self._clock()


def owners_of(application: discord.AppInfo) -> frozenset[int]:
    """The team's owner, and its administrators and developers who accepted: the others may only look.

    https://docs.discord.com/developers/topics/teams#team-member-roles
    """
    team = application.team
    if team is None:
        return frozenset({application.owner.id})
    may = {discord.TeamMemberRole.admin, discord.TeamMemberRole.developer}
    accepted = discord.TeamMembershipState.accepted
    members = {each.id for each in team.members if each.role in may and each.membership_state is accepted}
    return frozenset(members if team.owner_id is None else {team.owner_id, *members})
