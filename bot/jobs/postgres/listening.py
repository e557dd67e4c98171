"""Wake-ups between processes: LISTEN and NOTIFY. They are hints; whoever waits looks again each second all the same.

What is told goes out after the commit, and once for all that happened meanwhile: a NOTIFY inside of a transaction would
make all commits stand in one line.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import LiteralString, NoReturn

import psycopg

from bot.backoff import Backoff
from bot.jobs.postgres.faults import first_line
from bot.jobs.postgres.sessions import Connection, Sessions, connect, cut

log = logging.getLogger(__name__)

CHANNEL = "comfycord"
PING_SECONDS = 10.0
"""A session that is half open never says so: it is asked."""
SILENT_SECONDS = 3 * PING_SECONDS
CLOSE_SECONDS = 2.0

BACKOFF = Backoff(first_seconds=0.2, longest_seconds=10.0)

_NOTIFY = f"SELECT pg_notify('{CHANNEL}', %s)"


class Listening:
    """One session that hears what others tell, and words that wait to be told."""

    def __init__(self, address: str, sessions: Sessions, own_name: str) -> None:
        self._address = address
        self._sessions = sessions
        self._own_name = own_name
        self._to_tell: set[str] = set()
        self._something_to_tell = asyncio.Event()

    def tell(self, word: str) -> None:
        """Let the other processes know, soon."""
        self._to_tell.add(word)
        self._something_to_tell.set()

    async def run(self, hear: Callable[[str], None], begun: Callable[[], None]) -> NoReturn:
        """Hear and tell. ``begun`` is called when a session is there again: what was told before may have been missed."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell())
            await self._hear(hear, begun)
        raise AssertionError("it hears until it is cancelled")  # pragma: no cover

    async def _tell(self) -> NoReturn:
        while True:
            await self._something_to_tell.wait()
            self._something_to_tell.clear()
            words, self._to_tell = self._to_tell, set()
            try:
                await self._sessions.call(lambda connection: self._notify(words, connection))  # noqa: B023  # awaited
            except psycopg.Error as error:
                log.debug("others were not woken: %s", first_line(error))

    def _notify(self, words: set[str], connection: Connection) -> None:
        for word in words:
            connection.execute(_NOTIFY, (f"{self._own_name} {word}",))

    async def _hear(self, hear: Callable[[str], None], begun: Callable[[], None]) -> NoReturn:
        failures = 0
        loop = asyncio.get_running_loop()

        def others(payload: str) -> None:
            sender, _, word = payload.partition(" ")
            if sender != self._own_name:
                hear(word)

        while True:
            ear = Ear(
                self._address,
                CHANNEL,
                lambda payload: loop.call_soon_threadsafe(others, payload),
                lambda: loop.call_soon_threadsafe(begun),
            )
            error = await ear.listen()
            failures = 1 if ear.was_open else failures + 1
            log.warning("the database does not tell of changes any more (%s); it is asked meanwhile", error)
            await BACKOFF.pause(failures)


class Ear(threading.Thread):
    """One session for as long as it lasts, in a thread that keeps nobody from going home."""

    def __init__(
        self, address: str, channel: LiteralString, hear: Callable[[str], object], begun: Callable[[], object]
    ) -> None:
        """``hear`` and ``begun`` (it is open now) are called in this thread."""
        super().__init__(name="postgres-listening", daemon=True)
        self.was_open = False
        self._answered = False
        """Of late."""
        self._address = address
        self._listen_to = f"LISTEN {channel}"
        self._hear = hear
        self._begun = begun
        self._connection: Connection | None = None
        self._stopped = False
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[str] = self._loop.create_future()

    async def listen(self) -> str:
        """Why it ended."""
        self.start()
        try:
            while not self._ended.done():
                self._answered = False
                await asyncio.wait({self._ended}, timeout=SILENT_SECONDS)
                if not self._answered and self._connection is not None:
                    cut(self._connection)
            return self._ended.result()
        finally:
            self._stopped = True
            if self._connection is not None:
                cut(self._connection)
            await asyncio.to_thread(self.join, CLOSE_SECONDS)

    def run(self) -> None:
        try:
            with connect(self._address, self._opened) as connection:
                connection.execute(self._listen_to.encode())
                self.was_open = True
                self._begun()
                while not self._stopped:
                    for notice in connection.notifies(timeout=PING_SECONDS):
                        self._hear(notice.payload)
                    connection.execute("SELECT 1")
                    self._answered = True
        except psycopg.Error as error:
            self._end(first_line(error))
        else:
            self._end("stopped")

    def _opened(self, connection: Connection) -> None:
        self._connection = connection

    def _end(self, why: str) -> None:
        if not self._stopped:
            self._loop.call_soon_threadsafe(self._ended.set_result, why)
