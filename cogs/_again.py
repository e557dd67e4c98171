"""**Run it again with changes**: the form of a job that ended, and the job that its answers ask for. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from discord import ui

from bot.generation import ReadRecipe
from bot.jobs.inputs import Attachment
from bot.texts import render, text
from bot.workflows import Option, OptionKind, Workflow
from bot.workflows.template import ATTACHED
from bot.workflows.typed import typed_value
from cogs._command_line import Value, command_line_for
from cogs._forms import MAX_WORDS, Field, Submitted, form, option_field

AGAIN_ID = r"again:(?P<job>[0-9a-f]{32}|file)"
"""Of the button and of its form: a job of the ledger, or the workflow in the file that the message has."""


class Recipes(Protocol):
    async def read(self, files: Sequence[Attachment]) -> ReadRecipe: ...


def again_id(job_id: UUID | None) -> str:
    return f"again:{'file' if job_id is None else job_id.hex}"


def again_form(custom_id: str, workflow: Workflow, before: Mapping[str, str], locale: str) -> ui.Modal:
    called = workflow.name_localisations.get(locale, workflow.name)
    title = render(text("again-title", workflow=called), locale)
    return form(custom_id, title, _fields(workflow, before, locale))


def with_changes(
    workflow: Workflow, before: Mapping[str, str], submitted: Submitted
) -> tuple[Mapping[str, Value], Mapping[str, Attachment]]:
    """The values and files of the new job: what the form did not ask stays, what was emptied there is left out."""
    words = {**before, **submitted.words}
    values = {
        option.name: typed_value(option, words[option.name])
        for option in workflow.options
        if option.kind not in ATTACHED and words.get(option.name, "").strip()
    }
    return values, submitted.files


def typed_again(workflow: Workflow, before: Mapping[str, str], submitted: Submitted, locale: str) -> str:
    """The command that says the same as the form."""
    values, files = with_changes(workflow, before, submitted)
    names = {name: each.filename for name, each in files.items()}
    return command_line_for(workflow, {**values, **names}, locale)


def _fields(workflow: Workflow, before: Mapping[str, str], locale: str) -> Iterator[Field]:
    """What people change first; files have to be handed in once more: nobody keeps them."""
    for option in sorted(workflow.options, key=lambda each: _rank(workflow, each)):
        value = "" if option.kind in ATTACHED else before.get(option.name, "")
        if len(value) <= MAX_WORDS:
            yield option_field(option, locale, value)


def _rank(workflow: Workflow, option: Option) -> int:
    """The workflow's own order for all that have the same."""
    if option.required:
        return 0
    if option.name == (workflow.prompt_option or "prompt"):
        return 1
    if option.kind is OptionKind.SIZE:  # the job has its width and height, whatever shape they came from
        return 4
    return 2 if option.kind is OptionKind.SEED else 3
