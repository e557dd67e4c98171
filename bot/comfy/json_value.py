"""JSON's values: their type, and small readers that take what they expect and shrug at the rest.

Custom nodes put anything into answers and events, so reading never fails on a detail. What an answer cannot do
without is asked for with the ``needed_…`` readers, which raise :class:`Unreadable`. Nothing here knows ComfyUI.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from .phrases import Phrase

JsonValue: TypeAlias = Mapping[str, "JsonValue"] | Sequence["JsonValue"] | str | int | float | bool | None
"""What :func:`json.loads` returns. Integers reach 2**64-1 in ComfyUI (seeds), so they stay ``int``."""

_CHARACTERS_A_VALUE = 32
"""So many take about as long to write as one value more."""
_LATEST_MILLISECONDS = 253_402_300_799_000
"""The end of the year 9999, and of Python's dates."""


class Unreadable(ValueError):
    """An answer lacks something that it cannot do without. Stays inside this package."""

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)
        self.words = words


def is_small(value: JsonValue, most: int = 1000) -> bool:
    """Whether it is written in no time: few values, and no long texts. It looks at no more than ``most`` of them."""
    left, waiting = most, [value]
    while waiting and left > 0:
        each = waiting.pop()
        left -= 1
        if isinstance(each, str):
            left -= len(each) // _CHARACTERS_A_VALUE
        elif isinstance(each, dict | list):
            if len(each) > left:
                return False
            waiting += each.values() if isinstance(each, dict) else each
    return left > 0


def mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: JsonValue) -> Sequence[JsonValue]:
    """The array, or an empty one. A text is not an array."""
    return value if isinstance(value, list) else ()


def as_text(value: JsonValue) -> str | None:
    """The text, or a number as text (ids are sometimes sent as numbers), or None."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def as_number(value: JsonValue) -> int | float | None:
    """The finite number, or None. A boolean is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def as_integer(value: JsonValue) -> int | None:
    """The whole number, or None."""
    found = as_number(value)
    return None if found is None else int(found)


def as_seconds(milliseconds: JsonValue) -> float | None:
    """ComfyUI's timestamps are Unix milliseconds; Python's are seconds."""
    found = as_number(milliseconds)
    return found / 1000 if found is not None and 0 <= found <= _LATEST_MILLISECONDS else None


def as_texts(value: JsonValue) -> tuple[str, ...]:
    """The texts of an array, in order; what is not a text is left out."""
    return tuple(item for item in items(value) if isinstance(item, str))


def needed_object(value: JsonValue) -> Mapping[str, JsonValue]:
    """The object; raises :class:`Unreadable`."""
    if not isinstance(value, dict):
        raise Unreadable(Phrase("object-expected"))
    return value


def needed_array(value: JsonValue) -> Sequence[JsonValue]:
    """The array; raises :class:`Unreadable`."""
    if not isinstance(value, list):
        raise Unreadable(Phrase("array-expected"))
    return value


def needed_text(data: Mapping[str, JsonValue], key: str) -> str:
    """The text under ``key``; raises :class:`Unreadable`."""
    found = as_text(data.get(key))
    if found is None:
        raise Unreadable(Phrase("key-missing", key=key))
    return found


def needed_number(data: Mapping[str, JsonValue], key: str) -> int | float:
    """The number under ``key``; raises :class:`Unreadable`."""
    found = as_number(data.get(key))
    if found is None:
        raise Unreadable(Phrase("key-missing", key=key))
    return found
