"""What moderators do: each thing in the ledger with its line in the audit, told in the guild's log, and to whom it concerns.

What was done already, by a second click or by somebody else, is done once and told once.
"""

import logging
from collections.abc import Mapping, Sequence
from uuid import uuid4

from discord import ui

from bot.delivery.deleting import Deletion
from bot.delivery.discord_errors import DiscordError
from bot.delivery.guild_log import GuildLog
from bot.delivery.guild_log_layout import MAX_REASON, LogEntry
from bot.delivery.marks import nonce, short_id
from bot.delivery.messages import Messages
from bot.delivery.words import escaped, quoted
from bot.jobs.audit_store import AuditAction
from bot.jobs.block_store import Block
from bot.jobs.job import CancelResult, Job
from bot.jobs.pause_store import PauseKind
from bot.jobs.store import JobStore
from bot.texts import Text, render, text

log = logging.getLogger(__name__)

MOST_LISTED = 20

_HELD_UP: Mapping[PauseKind, Text] = {
    PauseKind.PAUSE: text("mod-paused"),
    PauseKind.DRAIN: text("mod-drained"),
}
_HELD_UP_BEFORE: Mapping[PauseKind, Text] = {
    PauseKind.PAUSE: text("mod-paused-before"),
    PauseKind.DRAIN: text("mod-drained-before"),
}


class Moderation:
    """``by``: the moderator. Each method returns what the moderator is told."""

    def __init__(
        self,
        *,
        store: JobStore,
        deletion: Deletion,
        guild_log: GuildLog,
        messages: Messages,
    ) -> None:
        self._store = store
        self._deletion = deletion
        self._log = guild_log
        self._messages = messages

    async def block(
        self, guild_id: int, user_id: int, *, seconds: float | None, reason: str, by: int, locale: str
    ) -> Text:
        """``locale``: of the guild, in which the person is told."""
        block = await self._store.block(guild_id, user_id, seconds=seconds, reason=reason, by=by)
        who = f"<@{user_id}>"
        if block is None:
            return text("mod-blocked-before", who=who)
        until, quote = _until(block), _quoted(reason)
        entry = text("log-blocked", who=f"<@{by}>", whom=who, until=until, reason=quote)
        self._log.tell(guild_id, LogEntry(entry))
        if await self._told_directly(block, locale):
            return text("mod-blocked", who=who, until=until)
        return text("mod-blocked-untold", who=who, until=until)

    async def unblock(self, guild_id: int, user_id: int, *, by: int) -> Text:
        who = f"<@{user_id}>"
        if not await self._store.unblock(guild_id, user_id, by=by):
            return text("mod-not-blocked", who=who)
        self._log.tell(guild_id, LogEntry(text("log-unblocked", who=f"<@{by}>", whom=who)))
        return text("mod-unblocked", who=who)

    async def blocked(self, guild_id: int) -> Sequence[Block]:
        """Who is blocked now, the newest first; as many as a message has room for."""
        return await self._store.blocks(guild_id, MOST_LISTED)

    async def hold_up(self, guild_id: int, kind: PauseKind, *, by: int) -> Text:
        if not await self._store.pause(guild_id, kind, by=by):
            return _HELD_UP_BEFORE[kind]
        who = f"<@{by}>"
        entry = text("log-paused", who=who) if kind is PauseKind.PAUSE else text("log-drained", who=who)
        self._log.tell(guild_id, LogEntry(entry))
        return _HELD_UP[kind]

    async def resume(self, guild_id: int, *, by: int) -> Text:
        if not await self._store.resume(guild_id, by=by):
            return text("mod-not-held-up")
        self._log.tell(guild_id, LogEntry(text("log-resumed", who=f"<@{by}>")))
        is_everybody_held_up = None in await self._store.pauses()
        return text("mod-resumed-in-vain") if is_everybody_held_up else text("mod-resumed")

    async def cancel_all(self, guild_id: int, *, user_id: int | None, by: int) -> Text:
        """Everything that a person has open in the guild; None: that anybody has."""
        action = AuditAction.CANCEL_ALL if user_id is None else AuditAction.CANCEL_OF_PERSON
        results = await self._store.cancel_all(guild_id, by, action, user_id=user_id)
        if not results:
            return text("mod-nothing-open")
        running = results.count(CancelResult.REQUESTED)
        whose = text("log-everybody") if user_id is None else f"<@{user_id}>"
        entry = text("log-cancelled", who=f"<@{by}>", whose=whose, count=len(results))
        self._log.tell(guild_id, LogEntry(entry, blocks=user_id))
        return text("cancel-group", count=len(results), running=running)

    async def delete(self, guild_id: int, job: Job, *, by: int) -> Text:
        """A result, of this guild.

        Raises:
            Refused: it cannot be deleted.
        """
        whose, called = f"<@{job.place.user_id}>", short_id(job.id)
        if await self._deletion.delete(job, by, forgets=True):
            entry = text("log-deleted", who=f"<@{by}>", whose=whose, id=called)
            self._log.tell(guild_id, LogEntry(entry, blocks=job.place.user_id))
        return text("mod-deleted", id=called, who=whose)

    async def _told_directly(self, block: Block, locale: str) -> bool:
        """Whether the person could be told by a direct message; else they are told when they next ask for something."""
        words = text(
            "block-direct",
            guild=escaped(self._messages.guild_name(block.guild_id) or str(block.guild_id)),
            until=_until(block),
            reason=_quoted(block.reason),
        )
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.TextDisplay[ui.LayoutView](render(words, locale)))
        try:
            channel_id = await self._messages.direct_channel(block.user_id)
            await self._messages.post(channel_id, view, (), nonce=nonce(uuid4(), "block"), mention=None)
        except DiscordError as error:
            log.info("person %d is not told directly that they are blocked: %s", block.user_id, error)
            return False
        return True


def _until(block: Block) -> Text | str:
    return text("block-for-good") if block.until is None else f"<t:{int(block.until)}:f>"


def _quoted(reason: str) -> Text | str:
    return quoted(reason, MAX_REASON) if reason else text("log-no-reason")
