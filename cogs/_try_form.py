"""The form before a draft is tried: what it cannot run without, with the workflow's own words filled in. Pure."""

from collections.abc import Mapping, Sequence

from discord import ui

from bot.texts import render, text
from bot.workflows import Option, OptionKind, Workflow
from cogs._forms import MAX_FIELDS, MAX_WORDS, form, option_field


def needed(workflow: Workflow) -> Sequence[Option]:
    return [option for option in workflow.options if option.required]


def fits_try_form(options: Sequence[Option]) -> bool:
    return len(options) <= MAX_FIELDS


def own_words(workflow: Workflow) -> Mapping[str, str]:
    """What the graph itself has for the texts that it needs, as far as a form can ask for them."""
    found: dict[str, str] = {}
    for option in needed(workflow):
        for target in option.targets[:1]:
            words = workflow.graph[target.node_id].inputs.get(target.input_name)
            if option.kind is OptionKind.TEXT and isinstance(words, str) and len(words) <= MAX_WORDS:
                found[option.name] = words
    return found


def try_form(custom_id: str, workflow: Workflow, locale: str) -> ui.Modal:
    """``workflow``: one that needs something, and not more than a form can ask."""
    title = render(text("preview-try-title", workflow=workflow.command), locale)
    words = own_words(workflow)
    fields = [option_field(option, locale, words.get(option.name, "")) for option in needed(workflow)]
    return form(custom_id, title, fields)
