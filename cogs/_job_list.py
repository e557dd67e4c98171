"""A person's own jobs as pages, and one of them by itself. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from discord import ui
from msgspec import Struct

from bot.delivery.action_rows import rows
from bot.delivery.actions import Offered
from bot.delivery.marks import short_id
from bot.delivery.status_layout import cancel_id, link_of
from bot.delivery.words import LONG_PROMPT, SHORT_PROMPT, escaped, moment, quoted, shortened
from bot.jobs.job import Cancelled, Failed, Job, MessageRef, State
from bot.texts import Text, render, text
from bot.workflows.after import Button
from cogs._forms import choice
from cogs._notices import framed

ON_A_PAGE = 5
LIST_ID = r"jobs:(?P<filter>all|open|done|failed):(?P<page>[0-9]{1,4})(?::(?:back|on|mentions))?"
"""Of what turns the pages: the filter and the page that come next. What follows only tells apart two that are alike."""
FILTER_ID = "jobs-filter"
OPEN_ID = "jobs-open"
_MARKS: Mapping[State, str] = {
    State.PREPARING: "⏳",
    State.QUEUED: "⏳",
    State.RUNNING: "▶",
    State.DONE: "✅",
    State.FAILED: "⚠",
    State.CANCELLED: "✖",
}


class Filter(StrEnum):
    ALL = "all"
    OPEN = "open"
    DONE = "done"
    FAILED = "failed"

    @property
    def states(self) -> tuple[State, ...]:
        match self:
            case Filter.ALL:
                return tuple(State)
            case Filter.OPEN:
                return (State.PREPARING, State.QUEUED, State.RUNNING)
            case Filter.DONE:
                return (State.DONE,)
            case Filter.FAILED:
                return (State.FAILED, State.CANCELLED)

    @property
    def called(self) -> Text:
        match self:
            case Filter.ALL:
                return text("jobs-filter-all")
            case Filter.OPEN:
                return text("jobs-filter-open")
            case Filter.DONE:
                return text("jobs-filter-done")
            case Filter.FAILED:
                return text("jobs-filter-failed")


class Listed(Struct, frozen=True):
    """One page."""

    jobs: Sequence[Job]
    count: int
    page: int
    """From 0."""
    filter: Filter
    mentions: bool
    thumbnails: Mapping[UUID, str]
    """Job → the name of the attachment that shows what it made."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // ON_A_PAGE))


def list_layout(listed: Listed, locale: str) -> ui.LayoutView:
    head = render(text("jobs-title", count=listed.count), locale)
    if listed.pages > 1:
        head += f" · {render(text('jobs-page', page=listed.page + 1, pages=listed.pages), locale)}"
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(f"**{head}**")]
    items += [_entry(job, listed.thumbnails.get(job.id), locale) for job in listed.jobs]
    if listed.jobs:
        items.append(ui.ActionRow(_opener(listed.jobs, locale)))
    items.append(ui.ActionRow(_filter(listed.filter, locale)))
    items.append(ui.ActionRow(*_buttons(listed, locale)))
    return framed(*items)


def _entry(job: Job, thumbnail: str | None, locale: str) -> ui.Item[ui.LayoutView]:
    words = ui.TextDisplay[ui.LayoutView]("\n".join(_lines(job, SHORT_PROMPT, locale)))
    if thumbnail is None:
        return words
    alt = shortened(job.prompt or job.command, 200)
    return ui.Section(
        words, accessory=ui.Thumbnail(f"attachment://{thumbnail}", description=alt, spoiler=job.spoiler)
    )


def _lines(job: Job, prompt_characters: int, locale: str) -> Iterator[str]:
    when = moment(job.finished_at or job.created_at)
    name = escaped(job.command)
    alone = f" · {render(text('job-private'), locale)}" if job.private else ""
    yield f"{_MARKS[job.state]} **{name}** · {render(_state(job), locale)} · {when} · `{short_id(job.id)}`{alone}"
    if job.prompt:
        yield quoted(job.prompt, prompt_characters)
    if job.result_message_id is not None:
        yield f"[{render(text('jobs-result'), locale)}]({_result_link(job, job.result_message_id)})"


def _state(job: Job) -> Text:
    match job.state:
        case State.PREPARING | State.QUEUED:
            return text("job-waits")
        case State.RUNNING:
            return text("cancel-choice-running")
        case State.DONE:
            return text("job-done")
        case State.FAILED:
            return text("job-failed")
        case State.CANCELLED:
            return text("job-cancelled")


def _opener(jobs: Sequence[Job], locale: str) -> "ui.Select[ui.LayoutView]":
    options = [choice(job.id.hex, f"{job.command} · {short_id(job.id)}", job.prompt or "") for job in jobs]
    hint = render(text("jobs-open-one"), locale)
    return ui.Select(custom_id=OPEN_ID, placeholder=hint, options=options)


def _filter(chosen: Filter, locale: str) -> "ui.Select[ui.LayoutView]":
    options = [choice(each, render(each.called, locale), chosen=each is chosen) for each in Filter]
    return ui.Select(custom_id=FILTER_ID, options=options)


def _buttons(listed: Listed, locale: str) -> Iterator["ui.Button[ui.LayoutView]"]:
    page, last = listed.page, listed.pages - 1
    yield _turn(listed.filter, max(0, page - 1), "back", "◀", is_end=page <= 0)
    yield _turn(listed.filter, min(last, page + 1), "on", "▶", is_end=page >= last)
    told = text("jobs-mentions-off") if listed.mentions else text("jobs-mentions-on")
    yield ui.Button(label=render(told, locale), custom_id=f"jobs:{listed.filter}:{page}:mentions")


def _turn(chosen: Filter, page: int, way: str, label: str, *, is_end: bool) -> "ui.Button[ui.LayoutView]":
    return ui.Button(label=label, custom_id=f"jobs:{chosen}:{page}:{way}", disabled=is_end)


def job_layout(
    job: Job, locale: str, *, offered: Offered | None, parent: Job | None, may_cancel: bool
) -> ui.LayoutView:
    """One job: what it is, where it is told, and what can be done with it.

    ``offered``: what can be done with its result; None: its workflow cannot be run now.
    """
    words = ui.TextDisplay[ui.LayoutView](
        "\n".join(_told(job, parent, locale, is_offered=offered is not None))
    )
    if job.ended:
        whole = (Button.RECIPE,) if offered is None else offered.whole
        return framed(words, *rows(Offered(whole), job.id, (), locale, begins=True))
    if not may_cancel:
        return framed(words)
    label = render(text("button-cancel"), locale)
    return framed(words, ui.ActionRow(ui.Button(label=label, custom_id=cancel_id(job.id))))


def _told(job: Job, parent: Job | None, locale: str, *, is_offered: bool) -> Iterator[str]:
    yield from _lines(job, LONG_PROMPT, locale)
    if isinstance(job.outcome, Failed):
        yield escaped(render(job.outcome.reason, locale))
    if isinstance(job.outcome, Cancelled) and job.outcome.by_user_id is not None:
        yield render(text("job-cancelled-by", who=f"<@{job.outcome.by_user_id}>"), locale)
    if job.origin is not None:
        yield _made_of(parent, locale)
    if not is_offered:
        yield render(text("job-workflow-gone", workflow=job.command), locale)


def _made_of(parent: Job | None, locale: str) -> str:
    if parent is None:
        return render(text("job-made-of-forgotten"), locale)
    where = parent.result_message_id
    link = _result_link(parent, where) if where else ""
    return f"{render(text('job-made-of', job=short_id(parent.id)), locale)} {link}".rstrip()


def _result_link(job: Job, message_id: int) -> str:
    moved = job.status_message if job.has_moved else None
    channel_id = job.place.channel_id if moved is None else moved.channel_id
    return link_of(job, MessageRef(job.result_thread_id or channel_id, message_id))
