"""The ledger in PostgreSQL: the store for bots and workers on many machines."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import NoReturn
from uuid import uuid4

from bot.jobs.blob_table import BlobTable
from bot.jobs.clock import Clock
from bot.jobs.postgres.database import PostgresDatabase
from bot.jobs.postgres.listening import Listening
from bot.jobs.postgres.names import held
from bot.jobs.postgres.sessions import ANSWER_SECONDS, MOST_SESSIONS
from bot.jobs.rules import LedgerRules
from bot.jobs.store import Topic

_TOPICS = {topic.value: topic for topic in Topic}
SESSION_SECONDS = 24 * 3600.0
"""Nobody asks for the last write of a session that wrote nothing for so long."""


class PostgresStore(LedgerRules):
    """A :class:`bot.jobs.store.JobStore`; see there for what each method promises."""

    def __init__(self, database: PostgresDatabase, listening: Listening, address: str) -> None:
        super().__init__(database)
        self._listening = listening
        self._address = address

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        address: str,
        *,
        clock: Clock | None = None,
        most_sessions: int = MOST_SESSIONS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> AsyncGenerator["PostgresStore"]:
        """Open the ledger at ``address`` (``postgresql://…``), made when the database is empty.

        Others may be at work on it: nothing that somebody holds is taken from them. What a process that is gone held
        comes back when its lease ends, by the server's clock.

        Raises:
            StoreUnusable: with a sentence for the operator.
        """
        async with PostgresDatabase.open(
            address, clock=clock, most_sessions=most_sessions, answer_seconds=answer_seconds
        ) as database:
            yield cls(database, database.listening(address, uuid4().hex), address)

    @asynccontextmanager
    async def working_as(self, backends: Sequence[str]) -> AsyncGenerator[None]:
        async with held(self._address, backends):
            for backend in backends:
                await self.void_claims_of(backend)
            yield

    @property
    def blob_table(self) -> BlobTable:
        return BlobTable(self._database)

    async def forget(self, older_than_seconds: float) -> int:
        await self._database.run(
            "DELETE FROM last_writes WHERE at < :now - :seconds", {"seconds": SESSION_SECONDS}
        )
        return await super().forget(older_than_seconds)

    async def watch(self) -> NoReturn:
        """Hear of what other processes did, and tell them, for as long as the store is open."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._database.watch())
            await self._listening.run(self._heard, self._look_everywhere)
        raise AssertionError("it hears until it is cancelled")  # pragma: no cover

    def _wake(self, topic: Topic) -> None:
        super()._wake(topic)
        self._listening.tell(topic)

    def _heard(self, word: str) -> None:
        if (topic := _TOPICS.get(word)) is not None:
            super()._wake(topic)

    def _look_everywhere(self) -> None:
        for topic in Topic:
            super()._wake(topic)
