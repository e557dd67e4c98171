"""A server's own values of options, laid under what a person typed. Pure."""

from collections.abc import Mapping

from bot.texts import Text, text
from bot.workflows.answers import refusal_of
from bot.workflows.attachment_settling import is_attached
from bot.workflows.shapes import HEIGHT, WIDTH
from bot.workflows.template import OptionKind, Scalar
from bot.workflows.typed import typed_value
from bot.workflows.workflow import Option, Workflow

EVERY = "*"
"""In the place of a workflow: each that has the option."""


def with_defaults(
    workflow: Workflow, values: Mapping[str, Scalar], defaults: Mapping[tuple[str, str], str]
) -> tuple[Mapping[str, Scalar], tuple[Text, ...]]:
    """The values with a server's for what is not given, and what tells of those that the workflow does not take.

    ``defaults``: (workflow or :data:`EVERY`, option) → what is typed for it. A workflow's own win over those of every one.
    """
    if not defaults:
        return values, ()
    filled, notices = dict(values), list[Text]()
    for option in workflow.options:
        words = defaults.get((workflow.command, option.name), defaults.get((EVERY, option.name)))
        if words is None or _is_answered(option, values):
            continue
        if (problem := refusal_of(option, words)) is None:
            filled[option.name] = typed_value(option, words)
        else:
            notices.append(text("default-not-taken", option=option.name, value=words, problem=problem))
    return filled, tuple(notices)


def _is_answered(option: Option, values: Mapping[str, Scalar]) -> bool:
    """Whether the person said something of it; who gives a side wants no shape."""
    if option.name in values or is_attached(option.kind):
        return True
    return option.kind is OptionKind.SIZE and (WIDTH in values or HEIGHT in values)
