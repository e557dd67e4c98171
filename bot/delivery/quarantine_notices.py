"""Tells the operator, in the log of their own guild, what was set aside. In the log of the process it stands anyhow."""

import hashlib
import logging
from typing import NoReturn

from bot.delivery.guild_log import GuildLog
from bot.delivery.guild_log_layout import LogEntry
from bot.delivery.members import Members
from bot.jobs.audit_store import AuditAction
from bot.jobs.quarantine_store import Quarantined
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic
from bot.texts import text

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0


class QuarantineNotices:
    """Of several bots with one ledger the first that adds the line to the audit tells."""

    def __init__(
        self, store: JobStore, members: Members, guild_log: GuildLog, guild_id: int | None = None
    ) -> None:
        """``guild_id``: the operator's own; None: nobody named one, and only the audit is told."""
        self._store = store
        self._members = members
        self._guild_log = guild_log
        self._guild_id = guild_id
        self._told: frozenset[str] = frozenset()

    async def run(self) -> NoReturn:
        """Tell again and again until cancelled."""
        await self._members.available()
        while True:
            now = {_key(each): each for each in await when_available(self._store.quarantined)}
            for key in now.keys() - self._told:
                await self._tell(key, now[key])
            self._told = frozenset(now)
            await self._store.wait(Topic.OPERATOR, LOOK_SECONDS)

    async def _tell(self, key: str, each: Quarantined) -> None:
        details = {"workflow": each.command}
        if each.option is not None:
            details |= {"option": each.option, "value": each.value or ""}
        is_first = await when_available(
            lambda: self._store.audit(
                None, self._members.own_id, AuditAction.QUARANTINE, details=details, once=key
            )
        )
        if is_first and self._guild_id is not None:
            words = text("log-quarantined", reason=each.reason, backend=f"`{each.backend}`")
            self._guild_log.tell(self._guild_id, LogEntry(words))


def _key(each: Quarantined) -> str:
    parts = [each.workflow, each.fingerprint, each.option or "", each.value or "", str(each.since)]
    return "quarantine:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()
