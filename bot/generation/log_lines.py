"""A job's life in the log, in three lines: queued, claimed, ended. Each says who, where, and what came of it.

A job that is made ready first has two lines in place of the first: taken, and queued with its files.
"""

from bot.jobs.claim import Claim, Preparation
from bot.jobs.job import Cancelled, Done, Failed, Job, Outcome, State, Timing
from bot.texts import DEFAULT_LOCALE, Text, render

MAX_REASON = 300


def taken(job: Job) -> str:
    """A new job: it is queued, or it is made ready first."""
    words = ", words" if job.rewordings else ""
    state = (
        f"to be prepared ({len(job.input_kinds)} files{words})" if job.state is State.PREPARING else "queued"
    )
    return f"job {job.id}: {state}; {_what(job)}"


def prepared(job: Job, files: int, now: float) -> str:
    return f"job {job.id}: queued with its {files} files after {_age(job, now)}; {_what(job)}"


def unavailable(preparation: Preparation, reason: Text) -> str:
    return f"job {preparation.job.id}: its files cannot be had, try {preparation.number}: {_in_words(reason)}"


def unprepared(job: Job, failed: Failed, now: float) -> str:
    return f"job {job.id}: failed before it was queued, after {_age(job, now)}; {_what(job)}{_why(failed)}"


def claimed(claim: Claim, backend: str, now: float) -> str:
    return f"job {claim.job.id}: claimed for {backend} after {_age(claim.job, now)}; {_what(claim.job)}"


def ended(job: Job, backend: str, outcome: Outcome, timing: Timing | None, now: float) -> str:
    ran = "" if timing is None else f", of which it ran {timing.seconds:.1f} s"
    end = f"{_end(outcome)} on {backend} after {_age(job, now)}{ran}"
    return f"job {job.id}: {end}; {_what(job)}{_why(outcome)}"


def _age(job: Job, now: float) -> str:
    return f"{max(0.0, now - job.created_at):.1f} s"


def _what(job: Job) -> str:
    place = job.place
    where = "direct message" if place.is_direct else f"guild {place.linked_guild_id or 'none'}"
    guest = ", as a guest" if place.is_guest else ""
    return f"workflow {job.command}, {where}{guest}, channel {place.channel_id}, person {place.user_id}"


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
    return f": {_in_words(outcome.reason)}"


def _in_words(reason: Text) -> str:
    words = " ".join(render(reason, DEFAULT_LOCALE).split())
    return words if len(words) <= MAX_REASON else words[:MAX_REASON] + "…"
