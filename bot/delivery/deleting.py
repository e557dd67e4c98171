"""Taking a result away: every message that shows it, and where it is wanted what the ledger knows of its files."""

import logging

from bot.delivery.discord_errors import MessageGone, NoAccess, TryAgain
from bot.delivery.lineage import parts_in, result_of
from bot.delivery.messages import Messages
from bot.errors import Refused
from bot.jobs.audit_store import AuditAction
from bot.jobs.job import Job, MessageRef
from bot.jobs.store import JobStore
from bot.texts import text

log = logging.getLogger(__name__)


class Deletion:
    def __init__(self, store: JobStore, messages: Messages, *, forgets: bool) -> None:
        """``forgets``: whether the ledger forgets what was made, whoever deletes it."""
        self._store = store
        self._messages = messages
        self._forgets = forgets

    async def delete(
        self, job: Job, by: int, *, pressed: MessageRef | None = None, forgets: bool = False
    ) -> bool:
        """Delete all that shows the result; of somebody else's, with a line in the audit: whether that was added now.

        ``pressed``: the message whose button was pressed, where it may be all that shows it.

        ``forgets``: that the ledger forgets what the job made, even if it does not do so for everybody's deletions.

        Raises:
            Refused: the bot may not, or nobody but its reader can.
        """
        messages = await self.shown(job, pressed)
        if not messages:
            raise Refused(text("delete-yourself"))
        if any(job.place.is_guest and each.channel_id == job.place.channel_id for each in messages):
            raise Refused(text("delete-there"))
        for message in messages:
            await self.delete_message(message)
        return await self.note(job, by, forgets=forgets)

    async def delete_message(self, message: MessageRef) -> None:
        """
        Raises:
            Refused: the bot may not; or Discord does not answer.
        """  # noqa: D205, D212  # the name says the rest
        try:
            await self._messages.delete(message)
        except MessageGone:  # somebody was quicker
            return
        except NoAccess as error:
            raise Refused(text("delete-no-right")) from error
        except TryAgain as error:
            raise Refused(text("discord-does-not-answer")) from error

    async def note(self, job: Job, by: int, *, forgets: bool = False) -> bool:
        """Write down that the result is gone: whether the audit has a new line. ``forgets``: see :meth:`delete`."""
        if forgets or self._forgets:
            await self._store.forget_outputs(job.id)
        log.info("job %s: its result was deleted by person %d", job.id, by)
        if by == job.place.user_id:
            return False
        return await self._store.audit(
            job.place.guild_id,
            by,
            AuditAction.DELETE,
            user_id=job.place.user_id,
            job_id=job.id,
            once=f"{AuditAction.DELETE}:{job.id.hex}",
        )

    async def shown(self, job: Job, pressed: MessageRef | None = None) -> list[MessageRef]:
        """Every message that shows the result, and its copy in the showcase."""
        posted = await self._store.posted(job.id)
        found = {each.message_id: each for each in parts_in(posted)}
        if (result := result_of(job, posted)) is not None:
            found.setdefault(result.message_id, result)
        if pressed is not None and not found:
            found[pressed.message_id] = pressed
        if (copy := await self._store.exhibit(job.id)) is not None and copy.message_id is not None:
            found[copy.message_id] = MessageRef(copy.channel_id, copy.message_id)
        return list(found.values())
