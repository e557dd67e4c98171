"""The handle on the stand-in: start it, tell it stories, crash it, look at what it was asked."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager

from bot.sandbox.comfyui.bodies import JsonObject
from bot.sandbox.comfyui.premises import Premises
from bot.sandbox.comfyui.release import RELEASE_0_33, Release
from bot.sandbox.comfyui.server import HOST, ComfyServer
from bot.sandbox.comfyui.story import LIFELIKE, Pace, Story


class ComfyStandIn:
    """A ComfyUI on a loopback socket. Made by :meth:`running`."""

    def __init__(
        self, premises: Premises, *, port: int, prefix: str, require_headers: Mapping[str, str]
    ) -> None:
        self.premises = premises
        self._port = port
        self._prefix = prefix
        self._require_headers = dict(require_headers)
        self._server: ComfyServer | None = None
        self._life = asyncio.Lock()
        self._comings: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        *,
        port: int = 0,
        speed: Pace = LIFELIKE,
        prefix: str = "",
        require_headers: Mapping[str, str] | None = None,
        release: Release = RELEASE_0_33,
        previews: bool = True,
        max_upload_bytes: int = 100 * 2**20,
    ) -> AsyncGenerator["ComfyStandIn"]:
        """A started stand-in; at the end it dies as a killed server does.

        Args:
            port: 0 takes a free one, and keeps it over restarts.
            speed: how long nodes and steps take; ``INSTANT`` for tests.
            prefix: a base path, as behind a proxy: ``/comfy``.
            require_headers: what every request must carry, else 401: a proxy with authentication in front.
            release: which ComfyUI it is.
            previews: whether samplers send preview frames (a real server: only if started so).
            max_upload_bytes: above that, 413.
        """
        premises = Premises(release=release, pace=speed, previews=previews, max_upload_bytes=max_upload_bytes)
        standin = cls(premises, port=port, prefix=prefix.rstrip("/"), require_headers=require_headers or {})
        await standin.restart()
        try:
            yield standin
        finally:
            async with standin._life:  # a crash under way comes to its end
                for task in standin._comings:
                    task.cancel()
            await asyncio.gather(*standin._comings, return_exceptions=True)
            await standin.crash()

    @property
    def url(self) -> str:
        """The base URL, with the base path if there is one."""
        return f"http://{HOST}:{self._port}{self._prefix}"

    def next_job(self, story: Story) -> None:
        """The next accepted prompt goes like this; told twice, the one after it goes like the second."""
        self.premises.stories.append(story)

    def every_job(self, story: Story) -> None:
        """Prompts for which :meth:`next_job` has nothing go like this from now on."""
        self.premises.usual_story = story

    async def crash(self) -> None:
        """Die: connections are reset, the port refuses, queue and history are gone. Saved files stay."""
        async with self._life:
            if self._server is not None:
                server, self._server = self._server, None
                await server.die()

    async def restart(self) -> None:
        """Start again, empty, on the same port; a server that runs crashes first."""
        await self.crash()
        async with self._life:
            server = ComfyServer(self.premises, self)
            self._port = await server.start(self._port, prefix=self._prefix, headers=self._require_headers)
            self._server = server

    def crash_soon(self, restart_after: float | None) -> None:
        """Crash at the next moment, and start again after so many seconds, if any are named."""

        async def fall() -> None:
            await self.crash()
            if restart_after is not None:
                await asyncio.sleep(restart_after)
                await self.restart()

        task = asyncio.create_task(fall())
        self._comings.add(task)
        task.add_done_callback(self._comings.discard)

    async def until(self, condition: Callable[[], object], *, seconds: float = 5) -> None:
        """Wait for something to become true, such as ``lambda: comfy.running_prompt``. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  # the condition may be about anything
                await asyncio.sleep(0.002)

    @property
    def alive(self) -> bool:
        return self._server is not None

    @property
    def checkpoints(self) -> list[str]:
        """The checkpoints that the server has; change the list as you like."""
        return self.premises.checkpoints

    @property
    def submitted(self) -> list[JsonObject]:
        """Bodies of accepted prompts, in order, over all restarts."""
        return list(self.premises.submitted)

    @property
    def interrupted(self) -> list[str | None]:
        """Prompt ids of interrupts, in order; ``None`` is a global one."""
        return list(self.premises.interrupted)

    @property
    def running_prompt(self) -> str | None:
        """The id of the prompt that runs."""
        running = None if self._server is None else self._server.queue.running
        return None if running is None else running.prompt_id

    @property
    def share(self) -> float:
        """How much of the running prompt is done; 0 when none runs."""
        return 0.0 if self._server is None else self._server.share

    @property
    def pending(self) -> list[str]:
        """Ids of waiting prompts, in the order in which they will run."""
        return [] if self._server is None else [item.prompt_id for item in sorted(self._server.queue.pending)]

    @property
    def history(self) -> dict[str, JsonObject]:
        """Entries by prompt id, oldest first."""
        return {} if self._server is None else dict(self._server.queue.history)

    @property
    def sockets(self) -> list[str]:
        """Client ids that events reach."""
        return [] if self._server is None else list(self._server.sockets.registered)

    def go_deaf(self, client_id: str) -> None:
        """The client's open websocket hears nothing more, until it connects again."""
        if self._server is not None:
            self._server.sockets.unregister(client_id)

    def disconnect(self, client_id: str) -> None:
        """Cut the client's websocket, without a close frame."""
        if self._server is not None:
            self._server.disconnect(client_id)
