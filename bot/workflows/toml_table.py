"""A TOML table in which every key is known and every value is of its type, or a sentence says what is not.

It knows TOML and nothing of workflows.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from typing import cast

from bot.texts import Argument, Text, text
from bot.workflows.spelling import did_you_mean
from bot.workflows.template import Scalar, WorkflowError


class Table:
    """One table of a file. ``place`` begins every sentence about it; ``known`` None lets any key pass."""

    def __init__(self, values: Mapping[str, object], place: Argument, known: Collection[str] | None) -> None:
        self._values = values
        self.place = place
        for key in values:
            if known is not None and key not in known:
                raise self.wrong(text("wrong-key", key=key, near=did_you_mean(key, known)))

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def wrong(self, problem: Text) -> WorkflowError:
        return WorkflowError(text("wrong-at", place=self.place, problem=problem))

    def text(self, key: str) -> str | None:
        value = self._values.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self._mistyped(key, text("expected-text"))

    def flag(self, key: str) -> bool:
        value = self._values.get(key, False)
        if isinstance(value, bool):
            return value
        raise self._mistyped(key, text("expected-flag"))

    def number(self, key: str) -> int | float | None:
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        raise self._mistyped(key, text("expected-number"))

    def scalar(self, key: str) -> Scalar | None:
        value = self._values.get(key)
        if isinstance(value, float):
            return self.number(key)
        if value is None or isinstance(value, str | int | bool):
            return value
        raise self._mistyped(key, text("expected-scalar"))

    def texts(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...] | None:
        if key not in self._values:
            return None
        if may_be_empty and self._values[key] == []:
            return ()
        items = self._list(key)
        if may_be_empty and self._values[key] == []:
            return ()
        texts = tuple(item for item in items if isinstance(item, str))
        if not texts or len(texts) != len(items):
            raise self._mistyped(key, text("expected-texts"))
        return texts

    def table(self, key: str, known: Collection[str] | None, place: Text | None = None) -> "Table":
        """The table under ``key``; an empty one when there is none."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            raise self._mistyped(key, text("expected-table"))
        return Table(cast("dict[str, object]", value), place or self._part(key), known)

    def tables(self, key: str, known: Collection[str]) -> tuple["Table", ...]:
        """The list of tables under ``key``; an empty one when there is none."""
        if key not in self._values:
            return ()
        items = self._list(key)
        tables = tuple(cast("dict[str, object]", item) for item in items if isinstance(item, dict))
        if not tables or len(tables) != len(items):
            raise self._mistyped(key, text("expected-tables"))
        return tuple(Table(each, self._part(key), known) for each in tables)

    def _list(self, key: str) -> list[object]:
        value = self._values[key]
        return cast("list[object]", value) if isinstance(value, list) else []

    def _part(self, key: str) -> Text:
        return text("place-part", place=self.place, key=key)

    def _mistyped(self, key: str, expected: Text) -> WorkflowError:
        return self.wrong(text("wrong-value", key=key, expected=expected, value=repr(self._values[key])))
