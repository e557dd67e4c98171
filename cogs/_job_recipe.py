"""How a job came to what it made, as one person is shown it. Pure."""

from collections.abc import Iterator, Mapping, Sequence

import discord
from discord import ui
from msgspec import Struct

from bot.delivery.copies import Copied
from bot.delivery.marks import short_id
from bot.delivery.status_layout import stand_ins_of
from bot.delivery.words import clipped, duration, escaped, shortened
from bot.jobs.job import Job
from bot.texts import Text, render, text
from bot.workflows import Workflow
from bot.workflows.recipe import is_model
from cogs._notices import framed

MAX_VALUE = 400
MAX_SETTINGS = 1800
MAX_LINE = 300
MAX_NODES = 6
NOTICEABLE_SECONDS = 0.05
MAX_CHILDREN = 8
MAX_NOTES = 6
"""All together within the 4,000 characters of a message."""


class Child(Struct, frozen=True):
    """A job that was made of this one."""

    action: str
    link: str | None


class JobRecipe(Struct, frozen=True):
    """What is known of a job."""

    job: Job
    workflow: Workflow | None
    """The version that it ran with; None: that cannot be run now."""
    node_seconds: Mapping[str, float]
    lineage: Text | None
    children: Sequence[Child]
    for_moderator: bool


def recipe_layout(recipe: JobRecipe, originals: Copied, locale: discord.Locale) -> ui.LayoutView:
    """``originals``: its files, which the message has."""
    words = "\n".join(_lines(recipe, originals, locale.value))
    hidden = recipe.job.spoiler
    files = [ui.File[ui.LayoutView](f"attachment://{each.name}", spoiler=hidden) for each in originals.files]
    return framed(ui.TextDisplay(words), *files)


def _lines(recipe: JobRecipe, originals: Copied, locale: str) -> Iterator[str]:
    job = recipe.job
    heading = text("recipe-of-job", workflow=escaped(job.command), id=short_id(job.id))
    yield f"**{render(heading, locale)}**"
    yield from _settings(recipe, locale)
    if recipe.workflow is None:
        yield f"-# {render(text('recipe-workflow-gone'), locale)}"
    if models := _models_not_chosen(job):
        yield render(text("recipe-models", names=clipped(escaped(", ".join(models)), MAX_LINE)), locale)
    yield from _times(recipe, locale)
    if recipe.for_moderator and job.backend is not None:
        yield render(text("recipe-backend", name=escaped(shortened(job.backend, 80))), locale)
    yield from _family(recipe, locale)
    for note in (*stand_ins_of(job), *job.notices, *originals.notes)[:MAX_NOTES]:
        yield f"-# {clipped(render(note, locale), MAX_LINE)}"


def _settings(recipe: JobRecipe, locale: str) -> Iterator[str]:
    """Each option as this person's Discord calls it; what was typed stands beside what was made of it."""
    job = recipe.job
    options = recipe.workflow.options if recipe.workflow else ()
    names = {each.name: each.name_localisations.get(locale, each.name) for each in options}
    room = MAX_SETTINGS
    for name, value in job.values.items():
        line = f"`{names.get(name, name)}` {escaped(shortened(value, MAX_VALUE))}"
        if (typed := job.typed.get(name)) is not None and typed != value:
            told = text("recipe-typed", words=escaped(shortened(typed, MAX_VALUE)))
            line = f"{line}\n-# {render(told, locale)}"
        room -= len(line)
        if room < 0:
            yield "…"
            return
        yield line


def _models_not_chosen(job: Job) -> list[str]:
    """Those that the workflow needs besides what stands among the options."""
    names = {need.partition("=")[2] for need in job.needs}
    return sorted(name for name in names.difference(job.values.values()) if is_model(name))


def _times(recipe: JobRecipe, locale: str) -> Iterator[str]:
    job = recipe.job
    if job.started_at is not None and job.finished_at is not None:
        yield render(text("recipe-took", duration=duration(job.finished_at - job.started_at, locale)), locale)
    slowest = sorted(recipe.node_seconds.items(), key=lambda each: -each[1])[:MAX_NODES]
    noticeable = [(node, seconds) for node, seconds in slowest if seconds >= NOTICEABLE_SECONDS]
    if noticeable:
        told = ", ".join(f"{_title(job, node)} {_seconds(seconds, locale)}" for node, seconds in noticeable)
        yield f"-# {clipped(told, MAX_LINE)}"


def _title(job: Job, node: str) -> str:
    return escaped(shortened(job.titles.get(node, node), 40))


def _family(recipe: JobRecipe, locale: str) -> Iterator[str]:
    if recipe.lineage is not None:
        yield render(recipe.lineage, locale)
    children = [_child(each, locale) for each in recipe.children[:MAX_CHILDREN]]
    if children:
        count = len(recipe.children)
        yield render(text("recipe-children", count=count, names=" · ".join(children)), locale)


def _child(child: Child, locale: str) -> str:
    words = render(text("recipe-child", action=child.action), locale)
    return words if child.link is None else f"[{words}]({child.link})"


def _seconds(seconds: float, locale: str) -> str:
    return render(text("duration-seconds", seconds=f"{seconds:.1f}"), locale)
