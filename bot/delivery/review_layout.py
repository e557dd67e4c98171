"""What moderators see of a result before anybody else, and what they decide with: from values to layouts. Pure.

What was made comes in messages of its own, hidden until it is uncovered; the card below them changes with the decision.
"""

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

import discord
from discord import ui
from msgspec.structs import replace

from bot.delivery.marks import Part, review_mark, review_part_marked, short_id
from bot.delivery.result_layout import About, ResultMessage, last_line_of, what_was_made
from bot.delivery.status_layout import asked_prompt, link_from
from bot.delivery.words import LONG_PROMPT, clipped, escaped, moment, quoted
from bot.jobs.job import Job
from bot.jobs.review_store import Review, ReviewState
from bot.texts import Text, render, text

MAX_WHY = 500
MAX_REASON = 300
"""What a moderator can write to the requester."""

APPROVE, REJECT = "approve", "reject"
REVIEW_ID = re.compile(rf"(?P<how>{APPROVE}|{REJECT}):(?P<job>[0-9a-f]{{32}})")
"""Of the buttons; that of Reject is its form's, too."""

_WAITING = discord.Colour(0xE0A030)
_APPROVED = discord.Colour(0x3BA55D)
_NOT_SHOWN = discord.Colour(0xD9534F)


def review_id(how: str, job_id: UUID) -> str:
    return f"{how}:{job_id.hex}"


def reviewed_layout(job: About, message: ResultMessage) -> ui.LayoutView:
    """A part of what was made."""
    view = ui.LayoutView(timeout=None)
    for item in what_was_made(replace(job, spoiler=True), message):
        view.add_item(item)
    foot = [*(clipped(render(note, job.locale), MAX_WHY) for note in message.notes)]
    foot.append(f"{job.workflow} · {review_mark(job.job_id, message.part)}")
    view.add_item(ui.TextDisplay("\n".join(f"-# {line}" for line in foot)))
    return view


def part_of_review(components: Sequence[discord.Component], job_id: UUID) -> Part | None:
    """Which part of what was made a message with these components shows moderators; None: no part of it."""
    last = last_line_of(components)
    return None if last is None else review_part_marked(last, job_id)


def card_layout(job: Job, review: Review) -> ui.LayoutView:
    """What moderators read, and decide with as long as nobody has decided."""
    locale = job.place.locale
    words = ui.TextDisplay[ui.LayoutView]("\n".join(_lines(job, review, locale)))
    container = ui.Container[ui.LayoutView](words, accent_colour=_colour(review.state))
    if review.state is ReviewState.WAITING:
        container.add_item(ui.ActionRow(*_buttons(job.id, locale)))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def is_card_of(components: Sequence[discord.Component], job_id: UUID) -> bool:
    """Whether it is the card of a job about which nobody has decided."""
    wanted = review_id(APPROVE, job_id)
    return any(
        button.custom_id == wanted
        for card in components
        if isinstance(card, discord.Container)
        for row in card.children
        if isinstance(row, discord.ActionRow)
        for button in row.children
    )


def refusal_of(review: Review) -> Text | None:
    """Why a result is not shown, for its requester; None: it may be."""
    match review.state:
        case ReviewState.REJECTED if review.reason:
            return text("review-rejected-because", reason=escaped(review.reason))
        case ReviewState.REJECTED:
            return text("review-rejected")
        case ReviewState.UNDECIDED:
            return text("review-undecided")
        case ReviewState.WAITING | ReviewState.APPROVED:
            return None


def _lines(job: Job, review: Review, locale: str) -> Iterator[str]:
    yield f"**{render(_verdict(review), locale)}**"
    if review.reason:
        yield quoted(review.reason, LONG_PROMPT)
    yield f"<@{job.place.user_id}> · {escaped(job.command)} · `{short_id(job.id)}`"
    if prompt := asked_prompt(job):
        yield quoted(prompt, LONG_PROMPT)
    if job.review is not None:
        yield f"-# {clipped(render(text('review-why', why=job.review), locale), MAX_WHY)}"
    if job.status_message is not None and not job.private:
        link = link_from(job.place, job.status_message)
        yield f"-# {render(text('review-status', link=link), locale)}"
    if review.state is ReviewState.WAITING:
        yield f"-# {render(text('review-ends', when=moment(review.ends_at)), locale)}"


def _verdict(review: Review) -> Text:
    who = "" if review.decided_by is None else f"<@{review.decided_by}>"
    match review.state:
        case ReviewState.WAITING:
            return text("review-asked")
        case ReviewState.APPROVED:
            return text("review-approved-by", who=who)
        case ReviewState.REJECTED:
            return text("review-rejected-by", who=who)
        case ReviewState.UNDECIDED:
            return text("review-ended-undecided")


def _colour(state: ReviewState) -> discord.Colour:
    match state:
        case ReviewState.WAITING:
            return _WAITING
        case ReviewState.APPROVED:
            return _APPROVED
        case ReviewState.REJECTED | ReviewState.UNDECIDED:
            return _NOT_SHOWN


def _buttons(job_id: UUID, locale: str) -> Iterator["ui.Button[ui.LayoutView]"]:
    for how, label, style in (
        (APPROVE, text("button-approve"), discord.ButtonStyle.success),
        (REJECT, text("button-reject"), discord.ButtonStyle.danger),
    ):
        yield ui.Button(label=render(label, locale), style=style, custom_id=review_id(how, job_id))
