"""What a message that tells of a job's end looks like: from a value to a layout. Pure; sends nothing."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import discord
from discord import ui
from msgspec import Struct

from bot.delivery.action_rows import rows
from bot.delivery.actions import NOTHING, Offered, is_still
from bot.delivery.file_kinds import GALLERY, suffix_of
from bot.delivery.group_controls import GroupControls
from bot.delivery.group_controls import rows_of as group_rows
from bot.delivery.group_words import listed
from bot.delivery.marks import WHOLE, Part, mark, part_marked
from bot.delivery.status_layout import Broken, Withheld, asked_prompt, notices_of, stand_ins_of
from bot.delivery.ways_out import rows_of as ways_out_rows
from bot.delivery.words import LONG_PROMPT, clipped, duration, escaped, in_code, quoted, shortened
from bot.jobs.job import Job
from bot.texts import Text, render, text

MAX_DESCRIPTION = 1024
# together with the prompt well below the 4000 characters of a message
MAX_TEXTS = 2
MAX_TEXT = 500
MAX_NOTES = 5
MAX_NOTE = 250
MAX_SEEDS = 10
MAX_REASON = 2000
MAX_REASON_WITH_OUTPUTS = 400


class About(Struct, frozen=True):
    """What every message about a job's end says of it."""

    job_id: UUID
    workflow: str
    """What people call it."""
    user_id: int
    prompt: str | None
    seed: str | None
    seconds: float
    locale: str
    stand_ins: tuple[Text, ...] = ()
    notices: tuple[Text, ...] = ()
    """What became of the person's words, where they should know of it."""
    spoiler: bool = False
    """Its files are hidden until a reader uncovers them: Discord's rule for files in components is the component's own."""


class ResultMessage(Struct, frozen=True):
    """What one message of a result shows."""

    files: tuple[str, ...] = ()
    """Names of its attachments."""
    alts: Mapping[str, str] = {}
    """What attachments show, where that is something else than what was asked for."""
    controls: GroupControls | None = None
    size: tuple[int, int] | None = None
    texts: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    part: Part = WHOLE
    failure: Text | None = None
    """Why the job failed, where these are the outputs that it had made before."""
    numbers: tuple[int, ...] = ()
    """Which of the job's outputs the files are; 0: none of them."""
    offered: Offered = NOTHING
    """What can be done with it."""
    lineage: Text | None = None
    """What it was made of."""


def about(job: Job, members: Sequence[Job] = ()) -> About:
    """``members``: all of its group, where it speaks for one."""
    begun = min(map(_begun, members or (job,)))
    ended = max(each.finished_at or begun for each in (*members, job))
    return About(
        job_id=job.id,
        workflow=job.command,
        user_id=job.place.user_id,
        prompt=asked_prompt(job),
        seed=_seeds(members or (job,)),
        seconds=ended - begun,
        locale=job.place.locale,
        stand_ins=stand_ins_of(job),
        notices=notices_of(job),
        spoiler=any(each.spoiler for each in (job, *members)),
    )


def _begun(job: Job) -> float:
    return job.started_at if job.started_at is not None else job.finished_at or job.created_at


def _seeds(members: Sequence[Job]) -> str | None:
    """Of each that made something, in order."""
    seeds = dict.fromkeys(job.values["seed"] for job in members if "seed" in job.values and job.outputs)
    return listed(list(seeds), MAX_SEEDS) or members[0].values.get("seed")


def result_layout(job: About, message: ResultMessage) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    head = [f"<@{job.user_id}>"]
    if message.failure is not None:
        head += _failure(job, message.failure, MAX_REASON_WITH_OUTPUTS)
        head.append(render(text("result-partial"), job.locale))
    if job.prompt:
        head.append(quoted(job.prompt, LONG_PROMPT))
    view.add_item(ui.TextDisplay("\n".join(head)))
    for item in what_was_made(job, message):
        view.add_item(item)
    for note in (*job.stand_ins, *message.notes, *job.notices)[:MAX_NOTES]:
        view.add_item(ui.TextDisplay(f"-# {clipped(render(note, job.locale), MAX_NOTE)}"))
    foot = [] if message.lineage is None else [render(message.lineage, job.locale)]
    foot.append(_footer(job, message))
    view.add_item(ui.TextDisplay("\n".join(f"-# {line}" for line in foot)))
    for row in rows(message.offered, job.job_id, _pictures(message), job.locale, begins=message.part.begins):
        view.add_item(row)
    if message.controls is not None:
        for row in group_rows(message.controls, job.locale):
            view.add_item(row)
    return view


def _pictures(message: ResultMessage) -> list[int]:
    """The numbers of those of which something can be made."""
    return [
        number
        for number, name in zip(message.numbers, message.files, strict=False)
        if number and is_still(name)
    ]


def failure_layout(job: About, end: Broken | Withheld) -> ui.LayoutView:
    """What a person reads of a job that shows nothing, and whose status message is gone."""
    view = ui.LayoutView(timeout=None)
    match end:
        case Broken(reason, ways_out=ways_out):
            lines = _failure(job, reason, MAX_REASON)
            if job.prompt:
                lines.append(quoted(job.prompt, LONG_PROMPT))
            rows = ways_out_rows(job.job_id, ways_out, job.locale)
        case Withheld(reason):
            head = render(text("status-withheld"), job.locale)
            lines, rows = [f"**{head}**", clipped(render(reason, job.locale), MAX_REASON)], []
    view.add_item(ui.TextDisplay("\n".join([f"<@{job.user_id}>", *lines])))
    for row in rows:
        view.add_item(row)
    view.add_item(ui.TextDisplay(f"-# {job.workflow} · {mark(job.job_id, WHOLE)}"))
    return view


def _failure(job: About, reason: Text, most: int) -> list[str]:
    head = render(text("result-failed", workflow=job.workflow), job.locale)
    return [f"**{head}**", clipped(render(reason, job.locale), most)]


def part_of_result(components: Sequence[discord.Component], job_id: UUID) -> Part | None:
    """Which part of the job's end a message with these components tells; None: no part of it.

    Only the last line above the buttons counts: nobody can write there.
    """
    last = last_line_of(components)
    return None if last is None else part_marked(last, job_id)


def last_line_of(components: Sequence[discord.Component]) -> str | None:
    """The last line above the buttons; None: there stands something else."""
    last = next((each for each in reversed(components) if not isinstance(each, discord.ActionRow)), None)
    return last.content.rsplit("\n", 1)[-1] if isinstance(last, discord.TextDisplay) else None


def what_was_made(job: About, message: ResultMessage) -> Iterator[ui.Item[ui.LayoutView]]:
    """Pictures, files and words."""
    names = message.files
    shown = [name for name in names if suffix_of(name) in GALLERY]
    if shown:
        alt = shortened(job.prompt or "", MAX_DESCRIPTION) or None
        yield ui.MediaGallery(
            *(
                discord.MediaGalleryItem(
                    f"attachment://{name}",
                    description=message.alts.get(name, alt),
                    spoiler=job.spoiler,
                )
                for name in shown
            )
        )
    for name in names:
        if suffix_of(name) not in GALLERY:
            yield ui.File(f"attachment://{name}", spoiler=job.spoiler)
    for words in message.texts[:MAX_TEXTS]:
        yield ui.TextDisplay(in_code(words, MAX_TEXT))


def _footer(job: About, message: ResultMessage) -> str:
    parts = [job.workflow]
    if message.size is not None:
        parts.append(f"{message.size[0]}×{message.size[1]}")
    if job.seed is not None:
        parts.append(render(text("result-seed", seed=escaped(job.seed)), job.locale))
    parts += [duration(job.seconds, job.locale), mark(job.job_id, message.part)]
    return " · ".join(parts)
