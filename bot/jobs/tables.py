"""A stopped ledger as plain tables, to be read or filled by whoever moves it. All of it blocks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

Columns: TypeAlias = Mapping[str, tuple[str, ...]]
"""Of each table by name; what the database makes of other columns is left out."""
Values: TypeAlias = Sequence[Any]

FIRST = "jobs"
"""Other tables refer to it."""
MADE_WITH_ONE_ROW = frozenset({"virtual_time"})
"""Tables that are not empty where nothing ever happened."""


class Tables(Protocol):
    def columns(self) -> Columns: ...

    def count(self, table: str) -> int: ...

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Values]:
        """In the order in which they came."""
        ...

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Values], expected: int) -> None:
        """In one transaction: put these rows in the place of all that are there.

        Raises:
            StoreUnusable: there are not as many as ``expected`` then; nothing was written.
        """
        ...
