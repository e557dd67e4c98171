"""The ledger in an SQLite file beside the bot: the store for one machine, which is most users'."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.jobs.clock import Clock
from bot.jobs.rules import LedgerRules
from bot.jobs.sqlite.database import RESERVE_BYTES, SqliteDatabase
from bot.jobs.sqlite.faults import openable


class SqliteStore(LedgerRules):
    """A :class:`bot.jobs.store.JobStore`; see there for what each method promises."""

    shared = False

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, *, clock: Clock | None = None, reserve_bytes: int = RESERVE_BYTES
    ) -> AsyncGenerator["SqliteStore"]:
        """Open the ledger at ``path``, made when it is not there yet, for this process alone.

        Being alone, whoever held a claim before is gone: running jobs go back to their place in the queue at
        once, still bound to their backend and prompt, and every preparation and pending delivery is due. Nothing waits for a
        lease of the dead, and no time of the last process's clock decides anything in this one.

        ``clock``: see :meth:`SqliteDatabase.open`. New jobs are refused while the
        disk has less than ``reserve_bytes`` left.

        Raises:
            StoreUnusable: with a sentence for the operator.
        """
        async with SqliteDatabase.open(path, clock=clock, reserve_bytes=reserve_bytes) as database:
            store = cls(database)
            with openable(path):
                await store.let_everything_go()
            yield store
