"""What made a file, as one person is shown it: words, the workflow as a file, and a button. Pure."""

import json
from collections.abc import Iterator, Sequence

import discord
from discord import ui
from msgspec import Struct
from msgspec.structs import replace

from bot.comfy import graph_to_json
from bot.delivery.messages import Attached
from bot.delivery.words import clipped, escaped, in_code, shortened
from bot.jobs.job import Job
from bot.texts import Text, render, text
from bot.workflows import Workflow
from bot.workflows.recipe import Recipe, Setting
from cogs._edit_form import edit_id
from cogs._notices import framed

EDITOR_FILE = "workflow.json"
API_FILE = "workflow-api.json"
"""What **Run it again with changes** reads, where the ledger knows no job."""
MAX_VALUE = 500
MAX_SETTINGS = 2000
MAX_NOTES = 900
MAX_LISTED = 500
"""All together within the 4,000 characters of a message."""


class Told(Struct, frozen=True):
    """What is known of how a message's file was made."""

    filename: str
    recipe: Recipe
    workflow: str | None
    """What the workflow of ours is called that made it."""
    edit_id: str | None
    """Custom id of the button that runs it again; None: nothing here can."""

    def without_files(self) -> "Told":
        """As much of it as can be told where the files are too large for Discord."""
        again = None if self.edit_id == edit_id(None) else self.edit_id
        return replace(self, recipe=replace(self.recipe, graph=None, workflow=None), edit_id=again)


def settings_of(job: Job, workflow: Workflow | None) -> tuple[Setting, ...]:
    """What was chosen for a job, in the names that its workflow has for it now."""
    names = {each.name: each.name_localisations for each in workflow.options} if workflow else {}
    return tuple(Setting(name, names.get(name, {}), value) for name, value in job.values.items())


def files_of(recipe: Recipe) -> tuple[Attached, ...]:
    """The workflow for the editor, and as it ran."""
    files: list[Attached] = []
    if recipe.workflow is not None:
        document = json.dumps(recipe.workflow, ensure_ascii=False)
        files.append(Attached(EDITOR_FILE, document.encode()))
    if recipe.graph is not None:
        files.append(Attached(API_FILE, graph_to_json(recipe.graph).encode()))
    return tuple(files)


def told_layout(told: Told, files: Sequence[Attached], locale: discord.Locale) -> ui.LayoutView:
    words = "\n".join(_lines(told, locale.value))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(words)]
    if told.recipe.notes is not None:
        items.append(ui.TextDisplay(in_code(told.recipe.notes, MAX_NOTES)))
    items += [ui.File(f"attachment://{file.name}") for file in files]
    if told.edit_id is not None:
        label = render(text("edit-button"), locale.value)
        items.append(ui.ActionRow(ui.Button(label=label, custom_id=told.edit_id)))
    return framed(*items)


def _lines(told: Told, locale: str) -> Iterator[str]:
    recipe = told.recipe
    name = escaped(shortened(told.filename, 80))
    yield f"**{render(_heading(told, name), locale)}**"
    yield from _settings(recipe.settings, locale)
    if recipe.models:
        yield render(text("recipe-models", names=_listed(recipe.models)), locale)
    if recipe.nodes:
        counted = [name if count == 1 else f"{name} ×{count}" for name, count in recipe.nodes.items()]
        yield render(text("recipe-nodes", count=sum(recipe.nodes.values()), names=_listed(counted)), locale)
    if recipe.notes is not None:
        yield render(text("recipe-notes"), locale)


def _heading(told: Told, name: str) -> Text:
    if told.workflow is not None:
        return text("recipe-of-ours", file=name, workflow=told.workflow)
    if told.recipe.nodes is not None:
        return text("recipe-of-comfyui", file=name)
    return text("recipe-of-another", file=name)


def _settings(settings: Sequence[Setting], locale: str) -> Iterator[str]:
    room = MAX_SETTINGS
    for setting in settings:
        name = setting.name_localisations.get(locale, setting.name)
        line = escaped(f"{name}: {shortened(setting.value, MAX_VALUE)}")
        room -= len(line)
        if room < 0:
            yield "…"
            return
        yield line


def _listed(names: Sequence[str]) -> str:
    return clipped(escaped(", ".join(names)), MAX_LISTED)
