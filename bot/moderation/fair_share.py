"""How large a person's share of what falls to their guild is, as its moderators say by role."""

from msgspec.structs import replace

from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import WEIGHT
from bot.moderation.submission import Submission


class FairShare:
    """Answers from memory. May raise ``StoreUnavailable``."""

    def __init__(self, settings: GuildSettings) -> None:
        self._settings = settings

    async def weigh(self, submission: Submission) -> Submission:
        """A :data:`bot.moderation.submission.Check` that refuses nothing. In direct messages all weigh the same."""
        job = submission.job
        if job.place.guild_id is None:
            return submission
        chosen = await self._settings.at(job.place)
        weight = chosen.of(WEIGHT).of(submission.requester.role_ids)
        if weight == job.weight:
            return submission
        return replace(submission, job=replace(job, weight=weight))
