"""Who left a guild keeps no place in its queue.

Discord tells of that only those bots that may see all members. So whoever waits is looked for: one person at a time,
each again after a while. What runs is left to run: its result is shown in the guild.
"""

import asyncio
import logging
from functools import partial
from typing import NoReturn

from bot.bugs import contained
from bot.delivery.discord_errors import DiscordError
from bot.delivery.members import Members
from bot.jobs.audit_store import AuditAction
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.jobs.waiting_store import NOBODY, WaitingPerson

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""Between two people: a thirtieth of what Discord lets a bot ask."""
WAITED_SECONDS = 60.0
"""Whoever asked for something less long ago was there then."""
ROUND_SECONDS = 300.0
"""Between two looks for the same people, where few wait."""
AT_ONCE = 100
"""Read from the ledger at a time."""


class LeavingWatch:
    def __init__(
        self,
        *,
        store: JobStore,
        name: str,
        members: Members,
        look_seconds: float = LOOK_SECONDS,
        waited_seconds: float = WAITED_SECONDS,
        round_seconds: float = ROUND_SECONDS,
    ) -> None:
        """``name``: of this bot."""
        self._store = store
        self._name = name
        self._members = members
        self._look_seconds = look_seconds
        self._waited_seconds = waited_seconds
        self._round_seconds = round_seconds

    async def run(self) -> NoReturn:
        """Look until cancelled. May be started again."""
        await self._members.available()
        while True:
            await self._look_for_all()
            await asyncio.sleep(self._round_seconds)

    async def _look_for_all(self) -> None:
        last = NOBODY
        while people := await when_available(partial(self._waiting, last)):
            for person in people:
                await contained(f"the look for person {person.user_id}", self._look_for(person))
                await asyncio.sleep(self._look_seconds)
            last = people[-1]

    async def _waiting(self, last: WaitingPerson) -> list[WaitingPerson]:
        found = await self._store.waiting_people(
            self._name, waited_seconds=self._waited_seconds, after=last, most=AT_ONCE
        )
        return list(found)

    async def _look_for(self, person: WaitingPerson) -> None:
        guild_id, user_id = person.guild_id, person.user_id
        try:
            if await self._members.is_member(guild_id, user_id):
                return
        except DiscordError as error:
            log.info("whether person %d is still in guild %d cannot be told: %s", user_id, guild_id, error)
            return
        cancelled = await when_available(
            lambda: self._store.cancel_all(
                guild_id, self._members.own_id, AuditAction.LEFT, user_id=user_id, with_running=False
            )
        )
        log.info("person %d left guild %d: %d waiting jobs cancelled", user_id, guild_id, len(cancelled))
