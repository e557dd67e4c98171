"""Rows of PostgreSQL as the ledger reads them: by name, or by place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

from psycopg import Cursor


class PostgresRow:
    """See :class:`bot.jobs.database.Row`."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: Sequence[Any]) -> None:
        self._places = places
        self._values = tuple(values)

    @overload
    def __getitem__(self, key: int | str, /) -> Any: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[Any, ...]: ...
    def __getitem__(self, key: int | str | slice, /) -> Any:
        return self._values[self._places[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)


def named_rows(cursor: Cursor[Any]) -> Callable[[Sequence[Any]], PostgresRow]:
    """A row factory of psycopg's."""
    places = {column.name: place for place, column in enumerate(cursor.description or ())}
    return lambda values: PostgresRow(places, values)
