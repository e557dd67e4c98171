"""Which guilds may have the bot, answered from memory: the operator's setting, and what they decided of single ones since."""

import logging
from collections.abc import Mapping
from typing import NoReturn

from bot.errors import NotAllowed
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic
from bot.moderation.submission import Submission
from bot.texts import text

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""A wake-up is a hint: the ledger is looked at this often all the same."""


class AllowedGuilds:
    def __init__(self, store: JobStore, listed: frozenset[int] | None = None) -> None:
        """``listed``: those of the setting; None: all."""
        self._store = store
        self._listed = listed
        self.rulings: Mapping[int, bool] = {}
        """Guild → whether it may have the bot, where that was decided of it alone."""

    async def run(self) -> NoReturn:
        """Look again and again until cancelled."""
        while True:
            await self.look()
            await self._store.wait(Topic.OPERATOR, LOOK_SECONDS)

    async def look(self) -> None:
        """See what the ledger tells now."""
        self.rulings = await when_available(self._store.guild_rulings)

    def allows(self, guild_id: int | None) -> bool:
        """Direct messages (None) are of no guild, so they are not asked about."""
        if guild_id is None:
            return True
        return self.rulings.get(guild_id, self._listed is None or guild_id in self._listed)

    async def check(self, submission: Submission) -> Submission:
        """
        Raises:
            NotAllowed: it is asked for where the bot may not be.
        """  # noqa: D205, D212  # the name says the rest
        if not self.allows(submission.job.place.linked_guild_id):
            raise NotAllowed(text("guild-not-allowed"))
        return submission

    async def rule(self, guild_id: int, *, allowed: bool, by: int) -> None:
        """Decide of one guild, whatever the setting says. May raise ``StoreUnavailable``."""
        await self._store.rule_guild(guild_id, allowed=allowed, by=by)
        await self.look()
