"""The ledger in an SQLite file beside the bot: the store for one machine, which is most users'."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

from bot.jobs.claims import Claims
from bot.jobs.clock import Clock, steady_clock
from bot.jobs.database import RESERVE_BYTES, Database
from bot.jobs.faults import openable
from bot.jobs.history import History
from bot.jobs.intake import Intake
from bot.jobs.lookups import Lookups
from bot.jobs.outbox import Outbox
from bot.jobs.pending_orders import PendingOrders
from bot.jobs.people import People
from bot.jobs.preparations import Preparations
from bot.jobs.presets import Presets


class SqliteStore(Intake, Preparations, Claims, Outbox, Lookups, History, PendingOrders, People, Presets):
    """A :class:`bot.jobs.store.JobStore`; see there for what each method promises."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, path: Path, *, clock: Clock | None = None, reserve_bytes: int = RESERVE_BYTES
    ) -> AsyncGenerator["SqliteStore"]:
        """Open the ledger at ``path``, made when it is not there yet, for this process alone.

        Being alone, whoever held a claim before is gone: running jobs go back to their place in the queue at
        once, still bound to their backend and prompt, and every preparation and pending delivery is due. Nothing waits for a
        lease of the dead, and no time of the last process's clock decides anything in this one.

        ``clock`` must pass evenly; without one a :func:`steady_clock` is started. New jobs are refused while the
        disk has less than ``reserve_bytes`` left.

        Raises:
            StoreUnusable: with a sentence for the operator.
        """
        async with Database.open(path, reserve_bytes) as database:
            store = cls(database, steady_clock() if clock is None else clock)
            with openable(path):
                await store.make_all_preparations_due()
                await store.void_claims()
                await store.make_all_due()
            yield store

    async def forget(self, older_than_seconds: float) -> int:
        await self.forget_pending(older_than_seconds)
        return await super().forget(older_than_seconds)

    async def watch(self) -> NoReturn:
        """Watch over the file for as long as the store is open; see :meth:`Database.watch`."""
        await self._database.watch()
