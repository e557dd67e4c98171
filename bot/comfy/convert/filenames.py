"""``%…%`` in the names of saved files: dates, and values of other nodes.

Without a clock, dates become the server's own words for them (``%year%``), which it fills in when it saves: a graph
that is converted today and run tomorrow should say tomorrow.
"""

import re
from collections.abc import Callable
from datetime import datetime

from ..json_value import JsonValue
from .accepting import as_text

PREFIX_INPUT = "filename_prefix"

_PATTERN = re.compile(r"%([^%]+)%")
_UNSAFE = re.compile(r'[/?<>\\:*|"\x00-\x1f\x7f]')
_DATE_PART = re.compile(r"yyyy|yy|MM|M|dd|d|hh|h|mm|m|ss|s")
_SERVER_WORDS = {
    "yyyy": "%year%",
    "MM": "%month%",
    "dd": "%day%",
    "hh": "%hour%",
    "mm": "%minute%",
    "ss": "%second%",
}

Lookup = Callable[[str, str], JsonValue]
"""Value of a widget by the node's name and the widget's; None if there is none."""


def filled_in(prefix: str, now: datetime | None, lookup: Lookup) -> str:
    """The prefix with its dates and values; what nothing is known of stays."""
    if "%" not in prefix:
        return prefix

    def replacement(match: re.Match[str]) -> str:
        name, colon, form = match[1].partition(":")
        if colon and name == "date":
            return _date(form, now, match[0])
        node, dot, widget = match[1].partition(".")
        found = lookup(node, widget) if dot else None
        return match[0] if found is None else _UNSAFE.sub("_", as_text(found))

    return _PATTERN.sub(replacement, prefix)


def _date(form: str, now: datetime | None, whole: str) -> str:
    if now is not None:
        return _DATE_PART.sub(lambda part: _part(part[0], now), form)
    parts = set(_DATE_PART.findall(form))
    return (
        _DATE_PART.sub(lambda part: _SERVER_WORDS[part[0]], form) if parts <= _SERVER_WORDS.keys() else whole
    )


def _part(letters: str, now: datetime) -> str:
    number = {"y": now.year, "M": now.month, "d": now.day, "h": now.hour, "m": now.minute, "s": now.second}[
        letters[0]
    ]
    return str(number).zfill(len(letters))[-4:] if letters != "yy" else str(number)[-2:]
