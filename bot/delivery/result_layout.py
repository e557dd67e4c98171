"""What a result message looks like: from a value to a layout. Pure; sends nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import discord
from discord import ui

from bot.delivery.marks import mark, part_marked
from bot.delivery.status_layout import stand_ins_of
from bot.delivery.words import LONG_PROMPT, clipped, duration, escaped, in_code, quoted, shortened
from bot.jobs.job import Job
from bot.texts import Text, render, text

GALLERY = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".mp4", ".webm", ".mov"})
MAX_DESCRIPTION = 1024
# together with the prompt well below the 4000 characters of a message
MAX_TEXTS = 2
MAX_TEXT = 600
MAX_NOTES = 4
MAX_NOTE = 300
MAX_REASON = 2000


@dataclass(frozen=True, slots=True)
class Credits:
    """What a result says of how it came about."""

    job_id: UUID
    workflow: str
    user_id: int
    prompt: str | None
    seed: str | None
    seconds: float
    locale: str
    stand_ins: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message of a result."""

    files: tuple[str, ...] = ()
    """Names of its attachments."""
    size: tuple[int, int] | None = None
    texts: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    part: int | None = None
    """None: this message is the whole result."""


def credits_of(job: Job) -> Credits:
    begun = job.started_at if job.started_at is not None else job.created_at
    ended = job.finished_at if job.finished_at is not None else begun
    return Credits(
        job_id=job.id,
        workflow=job.workflow,
        user_id=job.place.user_id,
        prompt=job.prompt,
        seed=job.values.get("seed"),
        seconds=ended - begun,
        locale=job.place.locale,
        stand_ins=stand_ins_of(job),
    )


def result_layout(about: Credits, sheet: Sheet) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    head = [f"<@{about.user_id}>"]
    if about.prompt:
        head.append(quoted(about.prompt, LONG_PROMPT))
    view.add_item(ui.TextDisplay("\n".join(head)))
    for item in _pictures_and_files(about, sheet.files):
        view.add_item(item)
    for words in sheet.texts[:MAX_TEXTS]:
        view.add_item(ui.TextDisplay(in_code(words, MAX_TEXT)))
    for note in (*about.stand_ins, *sheet.notes)[:MAX_NOTES]:
        view.add_item(ui.TextDisplay(f"-# {clipped(render(note, about.locale), MAX_NOTE)}"))
    view.add_item(ui.TextDisplay(f"-# {_footer(about, sheet)}"))
    return view


def failure_layout(job: Job, reason: Text) -> ui.LayoutView:
    """What a person reads of a failed job whose status message is gone."""
    view = ui.LayoutView(timeout=None)
    about = credits_of(job)
    head = render(text("result-failed", workflow=about.workflow), about.locale)
    lines = [f"<@{about.user_id}> **{head}**", clipped(render(reason, about.locale), MAX_REASON)]
    if about.prompt:
        lines.append(quoted(about.prompt, LONG_PROMPT))
    lines.append(f"-# {about.workflow} · {mark(about.job_id, None)}")
    view.add_item(ui.TextDisplay("\n".join(lines)))
    return view


def part_of_result(components: Sequence[discord.Component], job_id: UUID) -> int | None:
    """Which part of the job's result a message with these components is; None: no part of it.

    Only the last line counts: nobody can write there.
    """
    last = components[-1] if components else None
    if not isinstance(last, discord.TextDisplay):
        return None
    return part_marked(last.content.rsplit("\n", 1)[-1], job_id)


def _pictures_and_files(about: Credits, names: Sequence[str]) -> Iterator[ui.Item[ui.LayoutView]]:
    shown = [name for name in names if _suffix(name) in GALLERY]
    if shown:
        alt = shortened(about.prompt or "", MAX_DESCRIPTION) or None
        yield ui.MediaGallery(
            *(discord.MediaGalleryItem(f"attachment://{name}", description=alt) for name in shown)
        )
    for name in names:
        if _suffix(name) not in GALLERY:
            yield ui.File(f"attachment://{name}")


def _footer(about: Credits, sheet: Sheet) -> str:
    parts = [about.workflow]
    if sheet.size is not None:
        parts.append(f"{sheet.size[0]}×{sheet.size[1]}")
    if about.seed is not None:
        parts.append(render(text("result-seed", seed=escaped(about.seed)), about.locale))
    parts += [duration(about.seconds), mark(about.job_id, sheet.part)]
    return " · ".join(parts)


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]
