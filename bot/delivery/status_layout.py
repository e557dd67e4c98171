"""What a status message looks like: from a value to a layout. Pure; sends nothing."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias
from uuid import UUID

import discord
from discord import ui
from msgspec import Struct

from bot.delivery.ways_out import buttons_of, menus_of, rows_of
from bot.delivery.words import SHORT_PROMPT, bar, clipped, duration, escaped, moment, quoted, shortened
from bot.generation import Waiting
from bot.generation.remedies import Remedy, Remind
from bot.jobs.group import GroupKind
from bot.jobs.inputs import InputKind
from bot.jobs.job import Job, MessageRef, Place
from bot.texts import Text, render, text

MAX_REASON = 2500
MAX_NAME = 80
MAX_STAND_INS = 3
MAX_LACKING = 3
MAX_NOTICES = 5
CANCEL_ID = re.compile(r"comfycord:cancel:(?P<job>[0-9a-f]{32})")

_WAITING = discord.Colour(0x9AA0A6)
_RUNNING = discord.Colour(0x4C8DFF)
_DONE = discord.Colour(0x3BA55D)
_FAILED = discord.Colour(0xD9534F)


class Subject(Struct, frozen=True):
    """Whose status it is; the same in every version of the message."""

    job_id: UUID
    workflow: str
    prompt: str | None
    locale: str
    stand_ins: tuple[Text, ...] = ()
    notices: tuple[Text, ...] = ()
    """What became of the person's words, where they should know of it."""


class Together(Struct, frozen=True):
    """Of a group: how far all of it is. The status beside it is one member's."""

    count: int
    done: int = 0
    failed: int = 0
    percent: int = 0
    """Over all members."""
    label: str | None = None
    """Of the member that the status tells of."""


class Fetching(Struct, frozen=True):
    """It is made ready: its words are being bettered, or the files that it starts from fetched."""

    kinds: tuple[InputKind, ...]
    again: bool = False
    """They could not be had at first."""
    words: bool = False
    """It is the words' turn."""


class Queued(Struct, frozen=True):
    ahead: int
    starts_at: float | None
    servers_away: bool = False
    overlay: str | None = None
    """The attachment that shows which part of the picture is to change."""
    lacking: tuple[str, ...] = ()
    """What it needs and no backend has."""
    ways_out: tuple[Remedy, ...] = ()
    """What would do instead."""
    people_ahead: int = 0
    """Of so many other ``people`` who wait, those who stand before it."""
    people: int = 0
    paused: bool = False
    """Nothing is begun here until somebody lets it go on."""


class Starting(Struct, frozen=True):
    """It has been given to a backend, which has not begun."""

    notice: Text | None = None
    waiting: Waiting | None = None
    """What stands before it in the backend's own queue."""
    starts_at: float | None = None
    overlay: str | None = None


class Running(Struct, frozen=True):
    percent: int
    node: str | None
    step: int | None
    steps: int | None
    started_at: float
    ends_at: float | None
    preview: str | None = None
    """The attachment that shows the latest preview."""
    notice: Text | None = None


class Finished(Struct, frozen=True):
    seconds: float
    link: str | None
    notes: tuple[Text, ...] = ()


class Broken(Struct, frozen=True):
    """It failed, or its result cannot be shown here; ``reason`` says why and what to do."""

    reason: Text
    link: str | None = None
    """To what there is to see all the same."""
    ways_out: tuple[Remedy, ...] = ()


class Unsent(Struct, frozen=True):
    """It is done and waits to be posted; ``reason`` says for what."""

    reason: Text


class InReview(Struct, frozen=True):
    """It is done, and a moderator decides whether it is shown."""

    lacking: Text | None = None
    """Why it cannot be shown to moderators either."""
    answers_directly: bool = False
    """What they decide may be told in a direct message: nobody can write here that long."""


class Withheld(Struct, frozen=True):
    """It is done and is not shown; ``reason`` says why."""

    reason: Text


class Moved(Struct, frozen=True):
    """It goes on elsewhere, for here the bot may not write that long."""

    link: str | None
    """To where it goes on; None: nowhere, for the requester takes no direct messages."""


class Stopped(Struct, frozen=True):
    by_user_id: int | None
    left: bool = False
    """The bot did it: whoever asked is no member any more."""


Open: TypeAlias = Fetching | Queued | Starting | Running
"""It can still change, and be cancelled."""

Status: TypeAlias = Open | Finished | Broken | Unsent | InReview | Withheld | Moved | Stopped


def stopped(job: Job, by_user_id: int | None) -> Stopped:
    """A bot has the number of its application, see https://docs.discord.com/developers/resources/application."""
    return Stopped(by_user_id, left=by_user_id == job.reply.application_id)


def subject_of(job: Job, *, with_prompt: bool = True) -> Subject:
    prompt = asked_prompt(job) if with_prompt else None
    return Subject(job.id, job.command, prompt, job.place.locale, stand_ins_of(job), notices_of(job))


def asked_prompt(job: Job) -> str | None:
    """What the person asked for; of a group over all combinations, the words that have them all."""
    if job.group is not None and job.group.kind is GroupKind.ALL:
        return job.typed.get(job.prompt_option or "prompt", job.prompt)
    return job.prompt


def stand_ins_of(job: Job) -> tuple[Text, ...]:
    """Which models took the place of the workflow's own, which no backend has."""
    return tuple(
        text(
            "stand-in",
            option=_name(option),
            used=_name(job.values.get(option, "?")),
            wished=_name(wished),
        )
        for option, wished in list(job.stand_ins.items())[:MAX_STAND_INS]
    )


def notices_of(job: Job) -> tuple[Text, ...]:
    """With the person's own words in them made harmless."""
    return tuple(
        Text(
            notice.id,
            {
                name: _name(value) if isinstance(value, str) else value
                for name, value in notice.arguments.items()
            },
        )
        for notice in job.notices[:MAX_NOTICES]
    )


def _name(words: str) -> str:
    return escaped(shortened(words, MAX_NAME))


def cancel_id(job_id: UUID) -> str:
    """The custom id of a job's Cancel button: all that is needed to serve it after a restart."""
    return f"comfycord:cancel:{job_id.hex}"


def link_to(message: MessageRef, guild_id: int | None) -> str:
    return f"https://discord.com/channels/{guild_id or '@me'}/{message.channel_id}/{message.message_id}"


def link_from(place: Place, message: MessageRef) -> str:
    """To a message that tells of a job: it is where the job was asked for, or a direct message."""
    return link_to(message, place.linked_guild_id if message.channel_id == place.channel_id else None)


def link_of(job: Job, message: MessageRef) -> str:
    """To a message that tells of the job, which may be in a thread of its own: that has the id of the status message."""
    threads = {job.result_thread_id, None if job.status_message is None else job.status_message.message_id}
    if message.channel_id in threads:
        return link_to(message, job.place.linked_guild_id)
    return link_from(job.place, message)


def status_layout(
    subject: Subject, status: Status, notices: Sequence[Text] = (), together: Together | None = None
) -> ui.LayoutView:
    """``notices``: what people should know while the job is open."""
    locale = subject.locale
    match status:
        case Fetching() | Queued() | Starting() | Running():
            notes = [_small(render(each, locale)) for each in notices]
            return _open_layout(subject, status, notes, together)
        case Finished():
            return _closed(subject, _DONE, _finished(status, locale))
        case Broken():
            rows = rows_of(subject.job_id, status.ways_out, locale)
            return _closed(subject, _FAILED, _broken(status, locale), rows)
        case Unsent() | InReview() | Withheld():
            return _unshown(subject, status)
        case Moved():
            return _moved(subject, status)
        case Stopped(left=True):
            return _closed(subject, _WAITING, [render(text("status-left"), locale)])
        case Stopped(None):
            return _closed(subject, _WAITING, [render(text("status-stopped"), locale)])
        case Stopped(user_id):
            message = text("status-cancelled", who=f"<@{user_id}>")
            return _closed(subject, _WAITING, [render(message, locale)])


def _unshown(subject: Subject, status: Unsent | InReview | Withheld) -> ui.LayoutView:
    locale = subject.locale
    match status:
        case Unsent(reason):
            return _closed(subject, _WAITING, [render(reason, locale)])
        case InReview():
            return _closed(subject, _WAITING, _in_review(status, locale))
        case Withheld(reason):
            head = f"**{render(text('status-withheld'), locale)}**"
            return _closed(subject, _FAILED, [head, clipped(render(reason, locale), MAX_REASON)])


def _moved(subject: Subject, status: Moved) -> ui.LayoutView:
    if status.link is None:
        return _open(subject, _WAITING, [render(text("status-moved-nowhere"), subject.locale)])
    return _closed(subject, _WAITING, [render(text("status-moved", link=status.link), subject.locale)])


def _open_layout(
    subject: Subject, status: Open, notices: list[str], together: Together | None
) -> ui.LayoutView:
    locale = subject.locale
    head = [] if together is None else _together(together, locale)
    match status:
        case Fetching(words=True):
            return _open(subject, _WAITING, [render(text("status-wording"), locale), *notices])
        case Fetching(kinds, again):
            lines = [
                render(_fetching(kinds), locale),
                *_notice(text("status-fetching-again") if again else None, locale),
            ]
            return _open(subject, _WAITING, [*head, *lines, *notices])
        case Queued():
            lines = [*head, *_queued(status, locale), *notices]
            away: tuple[Remedy, ...] = (Remind(),) if status.servers_away else ()
            ways = (*status.ways_out, *away)
            return _open(subject, _WAITING, lines, status.overlay, text("status-overlay"), ways_out=ways)
        case Starting():
            lines = [*head, *_starting(status, locale), *notices]
            return _open(subject, _WAITING, lines, status.overlay, text("status-overlay"))
        case Running():
            lines = [*(head or [bar(status.percent)]), *_running(status, locale), *notices]
            return _open(subject, _RUNNING, lines, status.preview, text("status-preview"))


def _together(together: Together, locale: str) -> list[str]:
    """How far all are, and which one the lines below tell of."""
    told = [render(text("status-together", done=together.done, count=together.count), locale)]
    if together.failed:
        told.append(render(text("status-together-failed", count=together.failed), locale))
    lines = [" · ".join(told), bar(together.percent)]
    if together.label:
        lines.append(escaped(shortened(together.label, MAX_NAME)))
    return lines


def _fetching(kinds: tuple[InputKind, ...]) -> Text:
    if len(kinds) > 1:
        return text("status-fetching", what="several")
    what = InputKind.IMAGE if InputKind.MASK in kinds else next(iter(kinds), InputKind.FILE)
    return text("status-fetching", what=what.value)


def _broken(status: Broken, locale: str) -> list[str]:
    lines = [
        f"**{render(text('status-failed'), locale)}**",
        clipped(render(status.reason, locale), MAX_REASON),
    ]
    if status.link is not None:
        lines.append(_small(render(text("status-partial-link", link=status.link), locale)))
    return lines


def _in_review(status: InReview, locale: str) -> list[str]:
    lines = [render(text("status-in-review"), locale), *_notice(status.lacking, locale)]
    return [*lines, *_notice(text("status-answers-directly") if status.answers_directly else None, locale)]


def _queued(status: Queued, locale: str) -> list[str]:
    line = render(text("status-queued", ahead=status.ahead), locale)
    if status.servers_away:
        return [line, _small(render(text("status-servers-away"), locale))]
    if status.lacking:
        names = ", ".join(map(_name, status.lacking[:MAX_LACKING]))
        return [line, _small(render(text("status-nobody-has", names=names), locale))]
    told = [render(each, locale) for each in _prospects(status)]
    return [line, _small(" · ".join(told))] if told else [line]


def _prospects(status: Queued) -> Iterator[Text]:
    """Behind whom it waits, and until when."""
    if status.paused:
        yield text("status-paused")
        return
    if status.people_ahead:
        yield text("status-behind-people", ahead=status.people_ahead, people=status.people)
    if status.starts_at is not None:
        yield text("status-starts", when=moment(status.starts_at))


def _starting(status: Starting, locale: str) -> list[str]:
    waiting, lines = status.waiting, [render(text("status-starting"), locale)]
    if waiting is not None and (ahead := waiting.ahead_ours + waiting.ahead_others):
        lines = [render(text("status-in-comfyui", place=ahead + 1), locale)]
        if waiting.ahead_others:
            lines.append(_small(render(text("status-behind-others", count=waiting.ahead_others), locale)))
    if status.starts_at is not None:
        lines.append(_small(render(text("status-starts", when=moment(status.starts_at)), locale)))
    return [*lines, *_notice(status.notice, locale)]


def _running(status: Running, locale: str) -> list[str]:
    lines: list[str] = []
    doing = [escaped(status.node)] if status.node else []
    if status.step is not None and status.steps is not None:
        doing.append(render(text("status-step", step=status.step, steps=status.steps), locale))
    if doing:
        lines.append(" · ".join(doing))
    times = [render(text("status-since", when=moment(status.started_at)), locale)]
    if status.ends_at is not None:
        times.append(render(text("status-until", when=moment(status.ends_at)), locale))
    lines.append(_small(" · ".join(times)))
    return [*lines, *_notice(status.notice, locale)]


def _finished(status: Finished, locale: str) -> list[str]:
    took = duration(status.seconds, locale)
    if status.link is None:
        line = render(text("status-done", duration=took), locale)
    else:
        line = render(text("status-done-link", duration=took, link=status.link), locale)
    return [line, *(_small(render(note, locale)) for note in status.notes)]


def _notice(notice: Text | None, locale: str) -> list[str]:
    return [] if notice is None else [_small(render(notice, locale))]


def _small(words: str) -> str:
    return f"-# {words}"


def _open(
    subject: Subject,
    colour: discord.Colour,
    lines: list[str],
    picture: str | None = None,
    shows: Text | None = None,
    *,
    ways_out: Sequence[Remedy] = (),
) -> ui.LayoutView:
    """A status that can still change, and be cancelled. ``shows``: the alternative text of ``picture``."""
    card = _card(subject, colour, lines)
    if picture is not None:
        description = None if shows is None else render(shows, subject.locale)
        card.add_item(
            ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{picture}", description=description))
        )
    label = render(text("button-cancel"), subject.locale)
    for menu in menus_of(subject.job_id, ways_out, subject.locale):
        card.add_item(menu)
    cancel = ui.Button[ui.LayoutView](label=label, custom_id=cancel_id(subject.job_id))
    card.add_item(ui.ActionRow(cancel, *buttons_of(subject.job_id, ways_out, subject.locale)))
    return _view(card)


def _closed(
    subject: Subject,
    colour: discord.Colour,
    lines: list[str],
    rows: Sequence[ui.ActionRow[ui.LayoutView]] = (),
) -> ui.LayoutView:
    card = _card(subject, colour, lines)
    for row in rows:
        card.add_item(row)
    return _view(card)


def _card(subject: Subject, colour: discord.Colour, lines: list[str]) -> ui.Container[ui.LayoutView]:
    head = [f"**{subject.workflow}**"]
    if subject.prompt:
        head.append(quoted(subject.prompt, SHORT_PROMPT))
    foot = [_small(render(words, subject.locale)) for words in (*subject.stand_ins, *subject.notices)]
    return ui.Container(ui.TextDisplay("\n".join([*head, *lines, *foot])), accent_colour=colour)


def _view(card: ui.Container[ui.LayoutView]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(card)
    return view
