"""Sessions with the server: so many at most, each with a thread of its own, opened when it is first needed.

psycopg's own asyncio interface cannot run on Windows' event loop; and a write is several statements in turn, which cost
one journey to a thread this way.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.jobs.postgres.rows import PostgresRow, named_rows

T = TypeVar("T")


class Connection(psycopg.Connection[PostgresRow]):
    """One session. Its name and the number of its last write tell the server's word of it from all others'."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.name = uuid4().hex
        self.writes = 0


MOST_SESSIONS = 6
ANSWER_SECONDS = 35.0
"""Longer than the server works on any statement: a session that says nothing for so long is half open. A lease that is
to be renewed outlasts it."""
CLOSE_SECONDS = 2.0
"""What is still under way then is cut off: it was not told to anybody, so nobody relies on it."""

# What the address itself says wins. A server that is gone without a word is noticed by the operating system.
_DEFAULTS: dict[str, str | int] = {
    "application_name": "comfycord",
    "client_encoding": "utf8",
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

# Every statement here is short: to compile one, as the server would where it expects many rows, takes longer than to run it.
_SETTINGS = """
SELECT set_config('statement_timeout', '30s', false), set_config('lock_timeout', '10s', false),
    set_config('idle_in_transaction_session_timeout', '30s', false),
    set_config('default_transaction_isolation', 'read committed', false), set_config('jit', 'off', false)
"""


def connect(address: str, opened: Callable[[Connection], object] = lambda _: None) -> Connection:
    """One session, which begins no transaction by itself. Blocks.

    ``opened`` is told of it before it is set up: that may wait for ever, unless somebody can :func:`cut` it.

    Raises:
        psycopg.Error
    """
    told = conninfo_to_dict(address)
    whole = make_conninfo(address, **{name: value for name, value in _DEFAULTS.items() if name not in told})
    connection = Connection.connect(whole, autocommit=True, row_factory=named_rows)
    try:
        opened(connection)
        connection.execute(_SETTINGS)
    except BaseException:  # nobody else knows of it yet
        connection.close()
        raise
    return connection


def cut(connection: Connection) -> None:
    """End a session from another thread: whoever waits for an answer of it is told that there is none."""
    with suppress(OSError, psycopg.Error), _socket_of(connection) as found:
        found.shutdown(socket.SHUT_RDWR)


def _socket_of(connection: Connection) -> socket.socket:
    return socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)


class _Use(Struct):
    """The session that a call uses, and since when; None while it waits for one."""

    connection: Connection | None = None
    since: float | None = None

    def begin(self, connection: Connection) -> None:
        self.since, self.connection = time.monotonic(), connection


class Sessions:
    def __init__(
        self, address: str, most: int = MOST_SESSIONS, *, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._address = address
        self._answer_seconds = answer_seconds
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="postgres")
        self._of_thread = threading.local()
        self._open: set[Connection] = set()
        self._under_way: set[asyncio.Future[Any]] = set()

    async def call(self, work: Callable[[Connection], T], *, is_short: bool = True) -> T:
        """What ``work`` returned, in the thread of a session that no other call uses meanwhile.

        ``is_short``: where it takes longer than any statement may, its session is half open, and lost.

        A session that was lost since it was last used is replaced, and the work done once more: ``work`` has to tell by
        another error than psycopg's where something of it may have been committed.

        Raises:
            psycopg.Error: as ``work`` does; or no session can be had.
        """
        use = _Use()
        done = asyncio.get_running_loop().run_in_executor(self._threads, self._call, work, use)
        self._under_way.add(done)
        done.add_done_callback(self._under_way.discard)
        if is_short:
            self._cut_if_silent(use, done)
        return await done

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLOSE_SECONDS)
        for connection in tuple(self._open):
            cut(connection)
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._threads.shutdown()
        for connection in self._open:
            connection.close()

    def _cut_if_silent(self, use: _Use, done: asyncio.Future[Any]) -> None:
        """Look at a call when its time is over, until it is done."""
        left, since = self._answer_seconds, use.since
        if use.connection is not None and since is not None:
            left -= time.monotonic() - since
            if left <= 0:
                cut(use.connection)
                left = self._answer_seconds
        loop = asyncio.get_running_loop()
        timer = loop.call_later(left, self._cut_if_silent, use, done)
        done.add_done_callback(lambda _: timer.cancel())

    def _call(self, work: Callable[[Connection], T], use: _Use) -> T:
        kept: Connection | None = getattr(self._of_thread, "connection", None)
        if kept is not None:
            with suppress(_SessionLost):
                return self._with(kept, work, use, was_used_before=True)
        return self._with(self._connect(use), work, use)

    def _with(
        self,
        connection: Connection,
        work: Callable[[Connection], T],
        use: _Use,
        *,
        was_used_before: bool = False,
    ) -> T:
        use.begin(connection)
        try:
            return work(connection)
        except psycopg.Error as error:
            if connection.closed and was_used_before:
                raise _SessionLost from error
            raise
        finally:
            use.connection = None
            if connection.closed:
                self._of_thread.connection = None
                self._open.discard(connection)

    def _connect(self, use: _Use) -> Connection:
        connection = connect(self._address, use.begin)
        self._of_thread.connection = connection
        self._open.add(connection)
        return connection


class _SessionLost(Exception):
    """It was good when it was last used."""
