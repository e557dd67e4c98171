"""Moving a stopped ledger to another database, ids and all: each table in one transaction, its rows counted."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from bot.jobs.address import Address, PostgresAddress
from bot.jobs.opening import open_store
from bot.jobs.sqlite.tables import sqlite_tables
from bot.jobs.store import StoreUnusable
from bot.jobs.tables import FIRST, MADE_WITH_ONE_ROW, Columns, Tables
from bot.texts import text

Told = Callable[[str, int], None]
"""Is told of each table that was moved, and of how many rows; in another thread."""


async def move_ledger(source: Address, target: Address, tell: Told) -> None:
    """Both come to this version's format first; the target is made where it is not there. The source keeps what it has.

    Whoever held a job, a preparation or a delivery is stopped, so nobody holds any in the target.

    Raises:
        StoreInUse, StoreUnusable: one is in use, or cannot be used; or the target has jobs already.
    """
    for address in (source, target):
        async with open_store(address):
            pass
    await asyncio.to_thread(_move, source, target, tell)
    async with open_store(target) as store:
        await store.let_everything_go()


def _move(source: Address, target: Address, tell: Told) -> None:
    with _tables(source) as old, _tables(target) as new:
        columns = old.columns()
        if _as_sets(columns) != _as_sets(new.columns()):
            raise StoreUnusable(text("store-tables-differ"))
        _check_empty(new)
        for table in sorted(columns, key=lambda name: (name != FIRST, name)):
            count = old.count(table)
            new.fill(table, columns[table], old.rows(table, columns[table]), count)
            tell(table, count)


def _as_sets(columns: Columns) -> Mapping[str, frozenset[str]]:
    return {table: frozenset(names) for table, names in columns.items()}


def _check_empty(target: Tables) -> None:
    for table in target.columns():
        if table not in MADE_WITH_ONE_ROW and target.count(table):
            raise StoreUnusable(text("store-not-empty", table=table))


def _tables(address: Address) -> AbstractContextManager[Tables]:
    match address:
        case Path():
            return sqlite_tables(address)
        case PostgresAddress(url):
            from bot.jobs.postgres.tables import postgres_tables  # noqa: PLC0415  # an extra; open_store told if it is not there

            return postgres_tables(url)
