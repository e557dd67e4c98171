"""A preset laid under what a person typed: it fills what they left out, and wraps their words. Pure."""

import re
from collections.abc import Mapping

from bot.jobs.preset import Preset
from bot.workflows.attachment_settling import is_attached
from bot.workflows.key import is_same
from bot.workflows.template import OptionKind, Scalar
from bot.workflows.typed import typed_value
from bot.workflows.workflow import Workflow

WORDS = "{prompt}"
"""Stands for the words that a preset is wrapped around."""
PROMPT = "prompt"
"""What says what to make, in presets for any workflow."""

_LEFT_OVER = re.compile(r"^[\s,;]+|[\s,;]+$")


def applies(preset: Preset, workflow: Workflow) -> bool:
    """Whether the preset is for this workflow, and sets something there."""
    if preset.workflow is not None:
        return is_same(preset.workflow, workflow.name)
    return bool(_of_workflow(preset, workflow))


def applied(preset: Preset, workflow: Workflow, values: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    """The values with the preset's for what is not given. What the workflow has no option for is passed over."""
    filled = dict(values)
    options = {option.name: option for option in workflow.options if not is_attached(option.kind)}
    for name, words in _of_workflow(preset, workflow).items():
        option = options[name]
        if option.kind is OptionKind.TEXT and WORDS in words:
            filled[name] = wrapped(words, str(values.get(name, "")))
        elif name not in values:
            filled[name] = typed_value(option, words)
    return filled


def wrapped(around: str, words: str) -> str:
    """``a fox`` in ``{prompt}, watercolour``; without words no comma is left over."""
    whole = around.replace(WORDS, words.strip())
    return whole if words.strip() else _LEFT_OVER.sub("", whole)


def _of_workflow(preset: Preset, workflow: Workflow) -> Mapping[str, str]:
    """The preset's values by the workflow's own names."""
    names = {option.name for option in workflow.options if not is_attached(option.kind)}
    called = {PROMPT: workflow.prompt_option} if preset.workflow is None and workflow.prompt_option else {}
    found = {called.get(name, name): words for name, words in preset.values.items()}
    return {name: words for name, words in found.items() if name in names}
