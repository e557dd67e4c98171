"""The events of one client id for as long as one wants: reconnects, and notices when no events come over an open socket.

The server forgets a client id when *any* socket of it closes (``server.py``, ``websocket_handler``; seen on 0.3.64 and 0.33.0): a connection that dropped half-open and is
reaped later silences the one that replaced it, which stays open and answers pings. Opening a new socket
first and closing the silent one then silences both. What helps is to close, await the handshake, wait a moment,
and reopen.
"""

import asyncio
import logging
import math
import random
from collections.abc import Callable
from contextlib import aclosing
from typing import NoReturn

from msgspec import Struct

from .client import ComfyClient
from .errors import ComfyError
from .events import Connected, Disconnected, Event, Status

_log = logging.getLogger(__name__)


class Backoff(Struct, frozen=True):
    """How long to wait before the nth try: doubling up to a limit, each between half and the whole of it."""

    first_seconds: float = 0.5
    most_seconds: float = 30.0

    def seconds(self, failures: int) -> float:
        """Before the next try, after so many failures in a row (1 or more)."""
        whole = min(self.most_seconds, self.first_seconds * 2.0 ** min(failures - 1, 30))
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads reconnects, hides nothing


class StreamTimeouts(Struct, frozen=True):
    """How long to wait for what."""

    sign_seconds: float = 3.0
    """For the ``status`` frame that follows every POST, before the socket counts as silent."""
    settle_seconds: float = 0.2
    """Between a socket that was closed on purpose and the next of the same client id (measured to be enough)."""
    just_now_seconds: float = 1.0
    """A status that came so shortly before one was expected is the one: it may overtake the answer of the POST."""
    first_frame_seconds: float = 30.0
    """For the first frame of a connection."""
    steady_seconds: float = 10.0
    """A connection that lived so long was a good one: the next failure is the first again."""


class _End(Struct, frozen=True):
    """How a connection ended."""

    reason: str
    lived_seconds: float | None
    """From its first frame on; None where there was none."""
    silent: bool = False
    """Nothing had come over it where something was due."""


class EventStream:
    """Hands every event of ``client_id`` to ``on_event``, over as many connections as it takes.

    ``on_event`` is called in the reading task and must return at once: one client that stops reading keeps the
    server's events from all others. It gets :class:`Connected` and :class:`Disconnected` besides the
    server's events. What it raises ends :meth:`run`.
    """

    def __init__(
        self,
        client: ComfyClient,
        client_id: str,
        *,
        on_event: Callable[[Event], None],
        backoff: Backoff | None = None,
        timeouts: StreamTimeouts | None = None,
    ) -> None:
        self.client_id = client_id
        self._client = client
        self._on_event = on_event
        self._backoff = backoff or Backoff()
        self._timeouts = timeouts or StreamTimeouts()
        self._deadline: asyncio.Timeout | None = None
        """Of the connection that events flow over: it expires when the socket is found silent."""
        self._connected_at = self._status_at = -math.inf

    @property
    def connected(self) -> bool:
        """Whether events flow, as far as anybody can tell."""
        return self._deadline is not None

    def expect_sign(self) -> None:
        """Say that something was just POSTed: a ``status`` frame must come within moments, or came just now.

        None: the socket is silent and is replaced. Without a connection there is nothing to do: the next one
        starts with a status of its own.
        """
        now = _now()
        if now - self._status_at > self._timeouts.just_now_seconds:
            self._expire_at(now + self._timeouts.sign_seconds)

    def suspect(self) -> None:
        """Say that HTTP tells of progress that was not heard of here: the socket is replaced.

        A connection younger than ``sign_seconds`` is given the benefit of the doubt.
        """
        now = _now()
        if now - self._connected_at > self._timeouts.sign_seconds:
            self._expire_at(now)

    async def run(self) -> NoReturn:
        """Follow until cancelled. Whatever the server does is outlived."""
        failures = 0
        while True:
            end = await self._follow_one_connection()
            if end.silent:
                failures, pause = 0, self._timeouts.settle_seconds
            else:
                steady = (end.lived_seconds or 0) >= self._timeouts.steady_seconds
                failures = 1 if steady else failures + 1
                pause = self._backoff.seconds(failures)
            self._report(end, failures)
            await asyncio.sleep(pause)

    async def _follow_one_connection(self) -> _End:
        """A silent socket is closed on both sides when this returns: leaving the generator awaits that."""
        deadline = asyncio.timeout(self._timeouts.first_frame_seconds)
        try:
            async with deadline, aclosing(self._client.events(self.client_id)) as events:
                async for event in events:
                    self._heard(event, deadline)
            raise AssertionError("events() ends in an error only")
        except ComfyError as error:
            return _End(str(error), self._lived_seconds())
        except TimeoutError:
            if not deadline.expired():
                raise
            reason = f"ComfyUI at {self._client.server.label} said nothing where something was due."
            return _End(reason, self._lived_seconds(), silent=self.connected)
        finally:
            self._deadline = None

    def _heard(self, event: Event, deadline: asyncio.Timeout) -> None:
        if self._deadline is None:  # the first frame: from now on the server knows this client id
            self._deadline, self._connected_at = deadline, _now()
            deadline.reschedule(None)
            self._on_event(Connected(self.client_id))
        if isinstance(event, Status):
            self._status_at = _now()
            deadline.reschedule(None)
        self._on_event(event)

    def _expire_at(self, when: float) -> None:
        deadline = self._deadline
        if deadline is None or deadline.expired():
            return
        planned = deadline.when()
        if planned is None or when < planned:
            deadline.reschedule(when)

    def _lived_seconds(self) -> float | None:
        return _now() - self._connected_at if self.connected else None

    def _report(self, end: _End, failures: int) -> None:
        """The operator is warned once when it starts to fail, not at every try; a silent socket is no fault of theirs."""
        level = {0: logging.INFO, 1: logging.WARNING}.get(failures, logging.DEBUG)
        _log.log(level, "%s Connecting again for its events.", end.reason)
        if end.lived_seconds is not None:
            self._on_event(Disconnected(end.reason))


def _now() -> float:
    return asyncio.get_running_loop().time()
