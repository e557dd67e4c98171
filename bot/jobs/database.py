"""What the rules of the ledger ask of a database; ``bot.jobs.sqlite`` and ``bot.jobs.postgres`` each answer it.

The rules and their statements are written once, in SQL that both read alike:

* A parameter is ``:name``. ``:now`` is the store's clock, which the database itself knows.
* ``FOR UPDATE`` and ``FOR UPDATE SKIP LOCKED`` stand where several may write at once; SQLite, with one writer, needs none.
* ``CROSS JOIN … USING`` keeps the order of two tables in SQLite; PostgreSQL finds the better one itself.
* A list travels as text, see :func:`listed`; JSON is text, read and written in Python.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, LiteralString, NoReturn, Protocol, TypeAlias, TypeVar, overload

T = TypeVar("T")

Columns: TypeAlias = dict[str, str | int | float | bytes | None]

ALL_ROWS = 2**62
"""For a ``LIMIT`` that is none."""


class Row(Protocol):
    """What a statement returned: by the columns' names, or by their places."""

    @overload
    def __getitem__(self, key: int | str, /) -> Any: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[Any, ...]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Statements(Protocol):
    """What one write may execute, in a thread of the driver's. Not to be kept after it."""

    def run(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        """Execute one statement and return all its rows: nothing stays open that could hold a lock."""
        ...

    def lock(self, *names: str) -> None:
        """Until this write ends, let no other go on that locks one of these: for rules over rows that are not there yet."""
        ...

    def try_lock(self, name: str, /) -> bool:
        """The same, where nobody has it; False: another holds it, and this write goes on without."""
        ...


class Database(Protocol):
    """Every method may raise :class:`bot.jobs.store.StoreUnavailable` or ``StoreUnusable``: then nothing was written."""

    @property
    def label(self) -> str:
        """What keeps the ledger, as the operator is told of it; no password is in it."""
        ...

    def now(self) -> float:
        """Unix seconds of the store's clock."""
        ...

    async def write(self, work: Callable[[Statements], T]) -> T:
        """What ``work`` returned, once everything that it wrote is committed: all of it, or nothing.

        It runs in another thread and may be run anew from its beginning: it touches nothing but its statements.
        """
        ...

    async def run(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        """One statement that writes."""
        ...

    async def read(self, sql: LiteralString, parameters: Columns | None = None, /) -> Sequence[Row]:
        """One statement that only reads: what is committed by now."""
        ...

    def check_room(self) -> None:
        """Before anything new is begun: is there more room than what was begun needs to end?"""
        ...

    async def watch(self) -> NoReturn:
        """Look after the database for as long as it is open.

        Raises:
            StoreUnusable: it can never be used again.
        """
        ...


def update(change: LiteralString, condition: LiteralString, returning: LiteralString = "id") -> LiteralString:
    """The statement that changes the jobs for which the condition holds; it returns one row for each."""
    # Literals only, as the type checker proves: what comes from outside travels as a parameter.
    return f"UPDATE jobs SET {change} WHERE {condition} RETURNING {returning}"  # noqa: S608  # see above


def listed(values: Iterable[object]) -> str:
    """A list as one parameter: ``:values LIKE '%,' || column || ',%'`` asks whether the column is in it.

    Of numbers and our own words, in which neither a comma nor a wildcard of ``LIKE`` may stand.
    """
    return f",{','.join(map(str, values))},"
