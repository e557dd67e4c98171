"""A job's life in the log, in three lines: queued, claimed, ended. Each says who, where, and what came of it."""

from bot.jobs.claim import Claim
from bot.jobs.job import Cancelled, Done, Failed, Job, NewJob, Outcome, Timing
from bot.texts import DEFAULT_LOCALE, render

MAX_REASON = 300


def queued(job: NewJob | Job) -> str:
    return f"job {job.id}: queued; {_what(job)}"


def claimed(claim: Claim, backend: str, now: float) -> str:
    waited = max(0.0, now - claim.job.created_at)
    return f"job {claim.job.id}: claimed for {backend} after {waited:.1f} s; {_what(claim.job)}"


def ended(job: Job, backend: str, outcome: Outcome, timing: Timing | None, now: float) -> str:
    ran = "" if timing is None else f", of which it ran {timing.seconds:.1f} s"
    end = f"{_end(outcome)} on {backend} after {max(0.0, now - job.created_at):.1f} s{ran}"
    return f"job {job.id}: {end}; {_what(job)}{_why(outcome)}"


def _what(job: NewJob | Job) -> str:
    place = job.place
    guild = "direct message" if place.guild_id is None else f"guild {place.guild_id}"
    return f"workflow {job.workflow}, {guild}, channel {place.channel_id}, person {place.user_id}"


def _end(outcome: Outcome) -> str:
    match outcome:
        case Done(outputs, texts):
            return f"done ({len(outputs)} files, {len(texts)} texts)"
        case Failed():
            return "failed"
        case Cancelled(None):
            return "cancelled by the bot"
        case Cancelled(user_id):
            return f"cancelled by person {user_id}"


def _why(outcome: Outcome) -> str:
    if not isinstance(outcome, Failed):
        return ""
    words = " ".join(render(outcome.reason, DEFAULT_LOCALE).split())
    return f": {words if len(words) <= MAX_REASON else words[:MAX_REASON] + '…'}"
