"""Who is timed out in a guild asks for nothing there, whichever way Discord still lets them."""

from bot.errors import NotAllowed
from bot.moderation.submission import Submission
from bot.texts import text


async def not_timed_out(submission: Submission) -> Submission:
    """A :data:`bot.moderation.submission.Check`. Both moments are by Discord's clock."""
    until = submission.requester.timed_out_until
    if until is not None and until > submission.job.reply.created_at:
        raise NotAllowed(text("timed-out", when=str(int(until))))
    return submission
