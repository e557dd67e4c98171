"""How much somebody may ask for, as the moderators of a guild say by role."""

from math import ceil

from bot.comfy import parse_graph
from bot.errors import NotAllowed
from bot.jobs.limits import NO_MEMBER_LIMITS, MemberLimits
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import (
    COOLDOWN,
    LIMIT_AT_ONCE,
    LIMIT_DAY,
    LIMIT_GPU_MINUTES,
    LIMIT_SIZE,
    LIMIT_WAITING,
)
from bot.moderation.submission import Submission
from bot.texts import text
from bot.workflows.work import megapixel_steps


class Amounts:
    """Answers from memory. Every method may raise ``StoreUnavailable``."""

    def __init__(self, settings: GuildSettings) -> None:
        self._settings = settings

    async def check_size(self, submission: Submission) -> Submission:
        """A :data:`bot.moderation.submission.Check` of one job's work: see :mod:`bot.workflows.work`."""
        chosen = await self._settings.at(submission.job.place)
        most = chosen.of(LIMIT_SIZE).of(submission.requester.role_ids)
        if most:
            size = megapixel_steps(submission.workflow.amounts, parse_graph(submission.job.graph))
            if size > most:
                raise NotAllowed(text("limit-size", size=ceil(size * 10) / 10, limit=most))
        return submission

    async def of(self, submission: Submission) -> MemberLimits:
        """What the ledger is to count for this person. In direct messages nothing is limited."""
        if submission.job.place.guild_id is None:
            return NO_MEMBER_LIMITS
        chosen, roles = await self._settings.at(submission.job.place), submission.requester.role_ids
        return MemberLimits(
            waiting=chosen.of(LIMIT_WAITING).of(roles),
            at_once=chosen.of(LIMIT_AT_ONCE).of(roles),
            a_day=chosen.of(LIMIT_DAY).of(roles),
            gpu_seconds_a_day=chosen.of(LIMIT_GPU_MINUTES).of(roles) * 60,
            cooldown_seconds=chosen.of(COOLDOWN).of(roles),
        )
