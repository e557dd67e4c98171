"""Several options in one text, as in a command: ``steps:12 sampler:euler``. Pure."""

import re
from collections.abc import Mapping

from bot.errors import Refused
from bot.texts import text
from bot.workflows import Option, Workflow
from bot.workflows.attachment_settling import is_attached
from bot.workflows.typed import typed_value
from cogs._command_line import Value


def typed_options(workflow: Workflow, words: str) -> Mapping[str, Value]:
    """The values by option; each goes on until the name of the next option.

    Raises:
        Refused: something stands there that belongs to no option.
    """
    by_name = _by_name(workflow)
    if not words.strip():
        return {}
    names = "|".join(map(re.escape, sorted(by_name, key=len, reverse=True)))
    found = list(re.finditer(rf"(?:^|(?<=\s))({names})\s*[:：]", words, re.IGNORECASE)) if names else []
    before = words[: found[0].start()] if found else words
    if before.strip():
        known = ", ".join(dict.fromkeys(option.name for option in by_name.values()))
        raise Refused(text("compare-unread", words=before.strip(), names=known))
    ends = [*(each.start() for each in found[1:]), len(words)]
    return {
        option.name: typed_value(option, words[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
        for option in (by_name[match[1].casefold()],)
    }


def _by_name(workflow: Workflow) -> dict[str, Option]:
    return {
        name.casefold(): option
        for option in workflow.options
        if not is_attached(option.kind)
        for name in (option.name, *option.name_localisations.values())
    }
