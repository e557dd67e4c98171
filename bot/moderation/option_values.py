"""Values of options by workflow, ``*`` for each that has the option: ``txt2img.steps=20; *.sampler=euler``."""

import json
import re
from collections.abc import Mapping
from typing import TypeAlias

from bot.moderation.kinds import OFF, Control, Kind, is_off, refuse
from bot.workflows.defaults import EVERY

OptionValues: TypeAlias = Mapping[tuple[str, str], str]
"""(workflow or :data:`EVERY`, option) → what is typed for it."""

_EXAMPLE = "txt2img.steps=20; *.sampler=euler"
_ENTRY = re.compile(r'\s*([^\s.=;]+)\.([^\s.=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\n]*?)\s*(?:[;\n]|$)')


def _read(typed: str) -> OptionValues:
    found: dict[tuple[str, str], str] = {}
    rest = "" if is_off(typed) else typed.strip()
    while rest:
        entry = _ENTRY.match(rest)
        if entry is None:
            refuse(typed, _EXAMPLE)
        found[entry[1], entry[2]] = _unquoted(entry[3], typed)
        rest = rest[entry.end() :].lstrip(" ;\n")
    return found


def _unquoted(value: str, typed: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        refuse(typed, _EXAMPLE)


def _written(value: OptionValues) -> str:
    return (
        "\n".join(f"{workflow}.{option}={_quoted(each)}" for (workflow, option), each in value.items()) or OFF
    )


def _quoted(value: str) -> str:
    needs_quotes = value != value.strip() or re.search(r'[;\n]|^"', value)
    return json.dumps(value, ensure_ascii=False) if needs_quotes else value


def over(above: OptionValues, below: OptionValues) -> OptionValues:
    """Both, where those of a channel (``above``) win over its guild's, also over those that name a workflow."""
    kept = {key: value for key, value in below.items() if (EVERY, key[1]) not in above}
    return {**kept, **above}


OPTION_VALUES: Kind[OptionValues] = Kind(_read, _written, Control.LINES, _EXAMPLE)
