"""One websocket a guild with jobs in flight on a backend, and each event to whoever follows its prompt.

ComfyUI sends a prompt's events to the socket that is registered under the prompt's ``client_id``. Sockets are
opened for the first job and closed a while after the last one, because every queue change is broadcast to all.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.comfy import Backoff, ComfyClient, Connected, Disconnected, Event, EventStream

LINGER_SECONDS = 20.0
"""How long a socket stays open after its last job: the next one often follows at once."""
CONNECT_SECONDS = 2.0
"""How long a submission waits for its socket. Without it the job runs all the same, only its bar stands still."""

BACKOFF = Backoff(most_seconds=5)
"""ComfyUI restarts in seconds, and bars stand still until its sockets are back."""

Follower = Callable[[Event], None]


@dataclass(slots=True)
class _Ear:
    """A socket and the prompts that are followed on it."""

    stream: EventStream
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    followers: dict[str, Follower] = field(default_factory=dict[str, Follower])
    task: asyncio.Task[None] | None = None
    closing: asyncio.TimerHandle | None = None


class Listeners:
    """The sockets of one backend."""

    def __init__(self, client: ComfyClient) -> None:
        self._client = client
        self._ears: dict[str, _Ear] = {}
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Own the sockets until cancelled."""
        async with asyncio.TaskGroup() as self._group:
            await asyncio.Event().wait()

    @asynccontextmanager
    async def following(
        self, client_id: str, prompt_id: str, follower: Follower
    ) -> AsyncGenerator[EventStream]:
        """Hand ``follower`` every event of ``prompt_id``, and each end and return of the socket, while the block runs."""
        if client_id in self._closing:
            # ComfyUI forgets a new socket when an older one of the same client_id closes after it opened (T 42).
            await asyncio.wait([self._closing[client_id]])
        ear = self._ears.get(client_id) or self._open(client_id)
        if ear.closing is not None:
            ear.closing.cancel()
            ear.closing = None
        ear.followers[prompt_id] = follower
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await ear.connected.wait()
        except TimeoutError:
            pass  # events are hints: the job is followed by HTTP until the socket comes
        except asyncio.CancelledError:
            self._leave(client_id, ear, prompt_id)
            raise
        try:
            yield ear.stream
        finally:
            self._leave(client_id, ear, prompt_id)

    def _open(self, client_id: str) -> _Ear:
        if self._group is None:
            raise RuntimeError("Listeners.run() must run before prompts can be followed")
        ear = _Ear(
            EventStream(
                self._client, client_id, on_event=lambda event: _dispatch(ear, event), backoff=BACKOFF
            )
        )
        ear.task = self._group.create_task(ear.stream.run(), name=f"events {client_id}")
        self._ears[client_id] = ear
        return ear

    def _leave(self, client_id: str, ear: _Ear, prompt_id: str) -> None:
        ear.followers.pop(prompt_id, None)
        if not ear.followers:
            loop = asyncio.get_running_loop()
            ear.closing = loop.call_later(LINGER_SECONDS, self._close, client_id, ear)

    def _close(self, client_id: str, ear: _Ear) -> None:
        if not ear.followers and self._ears.get(client_id) is ear and ear.task is not None:
            del self._ears[client_id]
            self._closing[client_id] = ear.task
            ear.task.add_done_callback(lambda _: self._closing.pop(client_id, None))
            ear.task.cancel()


def _dispatch(ear: _Ear, event: Event) -> None:
    if isinstance(event, Connected):
        ear.connected.set()
    if isinstance(event, Disconnected):
        ear.connected.clear()
    if isinstance(event, Connected | Disconnected):
        for follower in list(ear.followers.values()):
            follower(event)
        return
    prompt_id = getattr(event, "prompt_id", None)
    if isinstance(prompt_id, str):
        follower = ear.followers.get(prompt_id)
        if follower is not None:
            follower(event)
