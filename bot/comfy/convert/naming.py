"""Positions or names: which of the two ways in which a file may hold a node's values is to be believed.

Newer editors save ``widgets_values_named`` beside the list. Positions hold for the version of the class that saved
them; names go stale when a tool changes the list alone.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from ..json_value import JsonValue

_CONTROLS = ("fixed", "increment", "decrement", "randomize", "increment-wrap")
_BUTTONS = ("", "image", "video", "audio", "refresh")
_COMPANIONS = frozenset(map(json.dumps, (*_CONTROLS, *_BUTTONS)))
"""Entries beside the values themselves: what happens to one after a run, and buttons."""


class Fit(Struct, frozen=True):
    """How well values agree with the widgets that a server's class has."""

    misfits: int
    """Values of the wrong kind."""
    is_whole: bool = True
    """There are as many values as widgets."""


def names_decide(
    saved: Sequence[JsonValue],
    named: Mapping[str, JsonValue],
    widgets: Collection[str],
    *,
    by_position: Fit,
    by_name: Fit,
) -> bool:
    """Whether the names are to be believed.

    The fewer values of the wrong kind the better. Else names count if they say the same as the list, only better which
    value is whose. Where positions would do as well, they must be this class's names: it may have renamed its widgets.
    """
    if by_position.misfits != by_name.misfits:
        return by_name.misfits < by_position.misfits
    given, known = {name for name, value in named.items() if value is not None}, set(widgets)
    is_clear = by_position.is_whole and not by_position.misfits
    if not given or (is_clear and not (given <= known or known <= given)):
        return False
    return _name_all(saved, named.values())


def trimmed(saved: Sequence[JsonValue]) -> int:
    """How many values there are, without nulls at the end: places of buttons."""
    count = len(saved)
    while count and saved[count - 1] is None:
        count -= 1
    return count


def _name_all(saved: Iterable[JsonValue], named: Iterable[JsonValue]) -> bool:
    """Whether the list holds nothing but the named values and what no widget is sent with."""
    left = _counted(saved) - _counted(named)
    return left.keys() <= _COMPANIONS


def _counted(values: Iterable[JsonValue]) -> Counter[str]:
    return Counter(json.dumps(value, sort_keys=True) for value in values if value is not None)
