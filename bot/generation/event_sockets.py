"""One websocket a guild with jobs in flight on a backend, and each event to whoever follows its prompt.

ComfyUI sends a prompt's events to the socket that is registered under the prompt's ``client_id``. Sockets are
opened for the first job and closed a while after the last one, because every queue change is broadcast to all.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from contextvars import Context
from functools import partial

from msgspec import Struct, field

from bot.bugs import Bug, contained_call, kept_running
from bot.comfy import (
    Backoff,
    ComfyClient,
    Connected,
    Disconnected,
    Event,
    EventStream,
    PreviewImage,
    Status,
    StreamTimeouts,
)

LINGER_SECONDS = 20.0
"""How long a socket stays open after its last job: the next one often follows at once."""
CONNECT_SECONDS = 2.0
"""How long a submission waits for its socket. Without it the job runs all the same, only its bar stands still."""
OTHERS_SECONDS = 600.0
"""So long after a prompt of somebody else was seen, more of them are expected."""

BACKOFF = Backoff(most_seconds=5)
"""ComfyUI restarts in seconds, and bars stand still until its sockets are back."""

Follower = Callable[[Event], None]


class _Socket(Struct):
    """A websocket, and the prompts that are followed on it."""

    stream: EventStream
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    followers: dict[str, Follower] = {}
    task: asyncio.Task[None] | None = None
    closing: asyncio.TimerHandle | None = None


class EventSockets:
    """The sockets of one backend."""

    def __init__(
        self,
        client: ComfyClient,
        group: asyncio.TaskGroup,
        *,
        linger_seconds: float = LINGER_SECONDS,
        timeouts: StreamTimeouts | None = None,
    ) -> None:
        self._client = client
        self._group = group
        self._linger_seconds = linger_seconds
        self._timeouts = timeouts
        self._sockets: dict[str, _Socket] = {}
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._followed: set[str] = set()
        self._others_at: float | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        client: ComfyClient,
        *,
        linger_seconds: float = LINGER_SECONDS,
        timeouts: StreamTimeouts | None = None,
    ) -> AsyncGenerator["EventSockets"]:
        """Sockets for as long as the block runs."""
        async with asyncio.TaskGroup() as group:
            sockets = cls(client, group, linger_seconds=linger_seconds, timeouts=timeouts)
            try:
                yield sockets
            finally:
                sockets.close()

    def close(self) -> None:
        """Close every socket."""
        for socket in self._sockets.values():
            if socket.closing is not None:
                socket.closing.cancel()
            if socket.task is not None:
                socket.task.cancel()

    def follows(self, prompt_id: str) -> bool:
        """Whether the prompt is one of this process's, in flight now."""
        return prompt_id in self._followed

    def hears_only_ours(self) -> bool:
        """Whether queue changes were heard until now, and none in the last while told of anybody else's prompts."""
        if self._others_at is not None and _now() - self._others_at < OTHERS_SECONDS:
            return False
        return any(socket.connected.is_set() for socket in self._sockets.values())

    @asynccontextmanager
    async def following(
        self, client_id: str, prompt_id: str, follower: Follower
    ) -> AsyncGenerator[EventStream]:
        """Hand ``follower`` the events of ``prompt_id``, queue changes, and each end and return of the socket.

        A follower that raises hears nothing more: that is a bug, and others go on.
        """
        if client_id in self._closing:
            # ComfyUI forgets a new socket when an older one of the same client_id closes after it opened:
            # https://github.com/Comfy-Org/ComfyUI/issues/16010
            await asyncio.wait([self._closing[client_id]])
        socket = self._sockets.get(client_id) or self._open(client_id)
        if socket.closing is not None:
            socket.closing.cancel()
            socket.closing = None
        socket.followers[prompt_id] = follower
        self._followed.add(prompt_id)
        try:
            await _until_connected(socket)
            yield socket.stream
        finally:
            self._followed.discard(prompt_id)
            self._leave(client_id, socket, prompt_id)

    def _open(self, client_id: str) -> _Socket:
        def on_event(event: Event) -> None:
            self._dispatch(socket, event)

        stream = EventStream(
            self._client, client_id, on_event=on_event, backoff=BACKOFF, timeouts=self._timeouts
        )
        socket = _Socket(stream)
        name = f"events {client_id} of {self._client.server.label}"
        # with a context of its own: it outlives the job that opens it, and its lines are not about that one
        socket.task = self._group.create_task(
            kept_running(name, socket.stream.run), name=name, context=Context()
        )
        self._sockets[client_id] = socket
        return socket

    def _leave(self, client_id: str, socket: _Socket, prompt_id: str) -> None:
        socket.followers.pop(prompt_id, None)
        if not socket.followers:
            loop = asyncio.get_running_loop()
            socket.closing = loop.call_later(self._linger_seconds, self._close, client_id, socket)

    def _close(self, client_id: str, socket: _Socket) -> None:
        if not socket.followers and self._sockets.get(client_id) is socket and socket.task is not None:
            del self._sockets[client_id]
            settled = self._group.create_task(self._settle(socket.task), name=f"end of events {client_id}")
            self._closing[client_id] = settled
            settled.add_done_callback(lambda _: self._closing.pop(client_id, None))

    async def _settle(self, task: asyncio.Task[None]) -> None:
        """End the stream. A read that is cancelled drops its connection, and the server needs a moment to see that."""
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep((self._timeouts or StreamTimeouts()).settle_seconds)

    def _dispatch(self, socket: _Socket, event: Event) -> None:
        match event:
            case Connected():
                socket.connected.set()
            case Disconnected():
                socket.connected.clear()
            case Status(queue_remaining=remaining):
                if remaining > len(self._followed):
                    self._others_at = _now()
            case PreviewImage(prompt_id=None, content_type="image/png"):
                pass  # a whole picture, of an old server: one of the prompts here sends it
            case _:
                prompt_id = getattr(event, "prompt_id", None)
                if isinstance(prompt_id, str) and prompt_id in socket.followers:
                    _hand(socket, prompt_id, event)
                return
        for prompt_id in list(socket.followers):
            _hand(socket, prompt_id, event)


async def _until_connected(socket: _Socket) -> None:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await socket.connected.wait()
    except TimeoutError:
        pass  # events are hints: the job is followed by HTTP until the socket comes


def _hand(socket: _Socket, prompt_id: str, event: Event) -> None:
    heard = contained_call(f"an event of prompt {prompt_id}", partial(socket.followers[prompt_id], event))
    if isinstance(heard, Bug):
        del socket.followers[prompt_id]  # from now on HTTP tells of it


def _now() -> float:
    return asyncio.get_running_loop().time()
