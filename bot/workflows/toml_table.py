"""A TOML table in which every key is known and every value is of its type, or a sentence says what is not.

It knows TOML and nothing of workflows.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from typing import cast

from bot.workflows.spelling import did_you_mean
from bot.workflows.template import Scalar, WorkflowError


class Table:
    """One table of a file. ``place`` begins every sentence about it; ``known`` None lets any key pass."""

    def __init__(self, values: Mapping[str, object], place: str, known: Collection[str] | None) -> None:
        self._values = values
        self.place = place
        for key in values:
            if known is not None and key not in known:
                raise self.wrong(f"does not know the key '{key}'; {did_you_mean(key, known)}")

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def wrong(self, sentence: str) -> WorkflowError:
        return WorkflowError(f"{self.place} {sentence}")

    def text(self, key: str) -> str | None:
        value = self._values.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self._mistyped(key, "a text in quotes")

    def flag(self, key: str) -> bool:
        value = self._values.get(key, False)
        if isinstance(value, bool):
            return value
        raise self._mistyped(key, "true or false")

    def number(self, key: str) -> int | float | None:
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        raise self._mistyped(key, "a number")

    def scalar(self, key: str) -> Scalar | None:
        value = self._values.get(key)
        if isinstance(value, float):
            return self.number(key)
        if value is None or isinstance(value, str | int | bool):
            return value
        raise self._mistyped(key, "a text, a number, true or false")

    def texts(self, key: str, *, may_be_empty: bool = False) -> tuple[str, ...] | None:
        if key not in self._values:
            return None
        items = self._list(key)
        texts = tuple(item for item in items if isinstance(item, str))
        if len(texts) != len(items) or not (texts or may_be_empty):
            raise self._mistyped(key, 'a list of texts: ["one", "two"]')
        return texts

    def table(self, key: str, known: Collection[str] | None, place: str | None = None) -> "Table":
        """The table under ``key``; an empty one when there is none."""
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            raise self._mistyped(key, "a table")
        return Table(cast("dict[str, object]", value), place or f"{self.place}, '{key}',", known)

    def tables(self, key: str, known: Collection[str]) -> tuple["Table", ...]:
        """The list of tables under ``key``; an empty one when there is none."""
        if key not in self._values:
            return ()
        items = self._list(key)
        tables = tuple(cast("dict[str, object]", item) for item in items if isinstance(item, dict))
        if not tables or len(tables) != len(items):
            raise self._mistyped(key, "a list of tables")
        return tuple(Table(each, f"{self.place}, '{key}',", known) for each in tables)

    def _list(self, key: str) -> list[object]:
        value = self._values[key]
        return cast("list[object]", value) if isinstance(value, list) else []

    def _mistyped(self, key: str, expected: str) -> WorkflowError:
        return self.wrong(f"has a '{key}' that must be {expected}, not {self._values[key]!r}")
