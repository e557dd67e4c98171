"""The form before a draft is tried: what it cannot run without, with the workflow's own words filled in. Pure."""

from collections.abc import Sequence

from discord import ui

from bot.texts import render, text
from bot.workflows import Option, OptionKind, Workflow
from cogs._forms import MAX_FIELDS, MAX_WORDS, form, option_field


def needed(workflow: Workflow) -> Sequence[Option]:
    return [option for option in workflow.options if option.required]


def fits_try_form(options: Sequence[Option]) -> bool:
    return len(options) <= MAX_FIELDS


def try_form(custom_id: str, workflow: Workflow, locale: str) -> ui.Modal:
    """``workflow``: one that needs something, and not more than a form can ask."""
    title = render(text("preview-try-title", workflow=workflow.command), locale)
    fields = [option_field(option, locale, _own_words(workflow, option)) for option in needed(workflow)]
    return form(custom_id, title, fields)


def _own_words(workflow: Workflow, option: Option) -> str:
    """What the graph has there; empty where that is no text, or too long to be asked."""
    values = [workflow.graph[target.node_id].inputs.get(target.input_name) for target in option.targets[:1]]
    words = next((value for value in values if isinstance(value, str)), "")
    return words if option.kind is OptionKind.TEXT and len(words) <= MAX_WORDS else ""
