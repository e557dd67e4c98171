"""The edit form: a workflow's options with what was chosen for them, and what comes of its answers. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from discord import ui

from bot.generation import ReadRecipe
from bot.jobs.inputs import Attachment, KeptInput, Source
from bot.jobs.job import Job
from bot.jobs.pending import Answers
from bot.texts import Text, render, text
from bot.workflows import Option, OptionKind, Workflow
from bot.workflows.discord_rules import can_be_choice
from bot.workflows.option_groups import OptionGroup, Subject, option_groups
from bot.workflows.template import ATTACHED
from bot.workflows.typed import typed_value
from cogs._command_line import Value, command_line_for
from cogs._forms import (
    MAX_FIELDS,
    MAX_WORDS,
    Field,
    Submitted,
    choice,
    choice_field,
    file_field,
    form,
    named,
    option_field,
)
from cogs._options import MAX_CHOICES

EDIT_ID = r"edit:(?P<job>[0-9a-f]{32}|file)"
"""Of the button and of its form: a job of the ledger, or the workflow in the file that the message has."""

_SUBJECTS: Mapping[Subject, Text] = {
    Subject.PROMPT: text("group-prompt"),
    Subject.SIZE: text("group-size"),
    Subject.SAMPLING: text("group-sampling"),
    Subject.MODELS: text("group-models"),
    Subject.FILES: text("group-files"),
    Subject.MORE: text("group-more"),
}
_BOOLEANS: Mapping[str, Text] = {"true": text("form-yes"), "false": text("form-no")}


class Recipes(Protocol):
    async def read(self, files: Sequence[Attachment], workflows: Mapping[str, Workflow]) -> ReadRecipe: ...


def edit_id(job_id: UUID | None) -> str:
    return f"edit:{'file' if job_id is None else job_id.hex}"


def answers_of(job: Job, workflow: Workflow, kept: Mapping[str, KeptInput]) -> Answers:
    """What was chosen for a job, in the person's own words, as far as its workflow still has an option for it."""
    return known_answers(workflow, {**job.values, **job.typed}, kept)


def known_answers(workflow: Workflow, values: Mapping[str, str], files: Mapping[str, Source]) -> Answers:
    """Names of files are no values: where a file is not kept, it has to be handed in once more."""
    kinds = {option.name: option.kind for option in workflow.options}
    return Answers(
        {name: value for name, value in values.items() if name in kinds and kinds[name] not in ATTACHED},
        {name: file for name, file in files.items() if kinds.get(name) in ATTACHED},
    )


def fits_one_form(workflow: Workflow, answers: Answers) -> bool:
    """Whether there is no need for pages."""
    options = workflow.options
    return 1 <= len(options) <= MAX_FIELDS and all(_is_askable(option, answers) for option in options)


def pages(workflow: Workflow, answers: Answers) -> tuple[OptionGroup, ...]:
    """The groups of options that a form can ask for: not those of words that are too long for any."""
    groups = option_groups(workflow, most=MAX_FIELDS)
    return tuple(each for each in groups if any(_is_askable(option, answers) for option in each.options))


def whole_form(custom_id: str, title: str, workflow: Workflow, answers: Answers, locale: str) -> ui.Modal:
    options = sorted(workflow.options, key=lambda option: not option.required)
    return form(custom_id, title, _fields(options, answers, locale))


def page_form(
    custom_id: str, workflow: Workflow, page: OptionGroup, answers: Answers, locale: str
) -> ui.Modal:
    title = f"{workflow.called(locale)} · {page_name(page, locale)}"
    return form(custom_id, title, _fields(page.options, answers, locale))


def page_name(page: OptionGroup, locale: str) -> str:
    name = render(_SUBJECTS[page.subject], locale)
    return name if page.is_only else f"{name} {page.number}"


def changed(answers: Answers, submitted: Submitted) -> Answers:
    """What the form did not ask stays; a file stays where none was handed in."""
    return Answers({**answers.values, **submitted.words}, {**answers.files, **submitted.files})


def order_of(workflow: Workflow, answers: Answers) -> tuple[Mapping[str, Value], Mapping[str, Source]]:
    """The values and files of the job; what was emptied is left out."""
    values = {
        option.name: typed_value(option, answers.values[option.name])
        for option in workflow.options
        if option.kind not in ATTACHED and answers.values.get(option.name, "").strip()
    }
    return values, known_answers(workflow, {}, answers.files).files


def as_typed(workflow: Workflow, answers: Answers, locale: str) -> str:
    """The command that says the same as the form, as far as it has a place for it."""
    values, files = order_of(workflow, answers)
    given: dict[str, Value] = {**values, **{name: each.filename for name, each in files.items()}}
    ordered = {option.name: given[option.name] for option in workflow.options if option.name in given}
    return command_line_for(workflow, ordered, locale)


def _is_askable(option: Option, answers: Answers) -> bool:
    return len(answers.values.get(option.name, "")) <= MAX_WORDS


def _fields(options: Iterable[Option], answers: Answers, locale: str) -> list[Field]:
    return [_field(option, answers, locale) for option in options if _is_askable(option, answers)]


def _field(option: Option, answers: Answers, locale: str) -> Field:
    value = answers.values.get(option.name, "")
    label, about = named(option, locale)
    if option.kind is OptionKind.BOOLEAN:
        names = {each: render(words, locale) for each, words in _BOOLEANS.items()}
        return _list(option, names, value, label, about)
    if option.kind is OptionKind.CHOICE and _fits_a_select(option):
        return _list(option, {each: each for each in option.choices or ()}, value, label, about)
    kept = answers.files.get(option.name)
    if kept is not None:
        stays = render(text("form-file-stays", file=kept.filename), locale)
        return file_field(option.name, label, stays)
    if option.of is not None and option.of in answers.files:
        return option_field(option, locale, value, required=False)  # what was marked then comes along
    return option_field(option, locale, value)


def _list(option: Option, names: Mapping[str, str], value: str, label: str, about: str) -> Field:
    choices = [choice(each, name, chosen=each == value) for each, name in names.items()]
    return choice_field(option.name, label, about, choices, required=option.required)


def _fits_a_select(option: Option) -> bool:
    names = option.choices or ()
    return 1 <= len(names) <= MAX_CHOICES and all(map(can_be_choice, names)) and len(set(names)) == len(names)
