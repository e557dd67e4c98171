"""A story while its prompt runs: how long things take, and what happens at which share of the work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.sandbox.comfyui.prompt_queue import QueueItem
from bot.sandbox.comfyui.story import Pace


class PromptInterrupted(Exception):
    """The prompt was asked to stop, and checked."""


class ServerControls(Protocol):
    """What a story may do to the server and its connections."""

    def forget_client(self, client_id: str) -> None: ...
    def disconnect(self, client_id: str) -> None: ...
    def crash_soon(self, restart_after: float | None) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...
    async def until_thawed(self) -> None: ...


class StoryRun:
    """The story of one prompt while it runs. Work is counted in units: one for each node that runs, one for each step."""

    def __init__(self, item: QueueItem, *, pace: Pace, controls: ServerControls) -> None:
        self._story = item.story
        self._client_id = item.client_id
        self._pace = pace
        self._controls = controls
        self._interrupt = asyncio.Event()
        self._work = 0
        self._waits = 0
        self._done = 0
        self._due = self._due_actions()

    def _due_actions(self) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
        """What happens at which share of the work, in that order."""
        story = self._story
        actions = (
            (story.disconnect_at, self._disconnect),
            (0.5 if story.hold else None, self._hold),
            (story.stall_at, story.released),
            (story.freeze_at, self._freeze),
            (story.crash_at, self._crash),
        )
        return sorted(((at, action) for at, action in actions if at is not None), key=lambda pair: pair[0])

    def begin(self, *, nodes: int, samplers: int, steps: int) -> None:
        """The amount of work is known now."""
        self._work = nodes + steps
        self._waits = nodes - samplers + steps
        if self._story.forgets_client and self._client_id is not None:
            self._controls.forget_client(self._client_id)

    @property
    def share(self) -> float:
        """How much of the work is done."""
        return self._done / max(self._work, self._done, 1)

    def steps(self, wanted: int) -> int:
        """How many steps a sampler takes that was asked for ``wanted``."""
        return self._story.steps or wanted

    async def node(self, kind: str) -> None:
        """The time that a node takes."""
        await self._wait(self._pace.load if kind == "CheckpointLoaderSimple" else self._pace.node)

    async def step(self) -> None:
        """The time that a step takes."""
        await self._wait(self._pace.step)

    async def work_done(self) -> None:
        """A node or a step is done."""
        self._done += 1
        await self._controls.until_thawed()
        await self._run_due(self.share)

    async def end(self) -> None:
        """All is done; what the story has not come to yet happens now."""
        await self._run_due(1.0)

    def interrupt(self) -> None:
        self._interrupt.set()

    def check_interrupt(self) -> None:
        """Raises :class:`PromptInterrupted` if it was asked to stop."""
        if self._interrupt.is_set():
            raise PromptInterrupted

    async def _wait(self, seconds: float) -> None:
        if self._story.seconds is not None and self._waits:
            seconds = self._story.seconds / self._waits
        await asyncio.sleep(seconds)

    async def _run_due(self, share: float) -> None:
        while self._due and self._due[0][0] <= share:
            _, action = self._due.pop(0)
            await action()

    async def _disconnect(self) -> None:
        if self._client_id is not None:
            self._controls.disconnect(self._client_id)

    async def _crash(self) -> None:
        self._controls.crash_soon(self._story.restart_after)
        await asyncio.Event().wait()  # nothing more happens in this process

    async def _freeze(self) -> None:
        self._controls.freeze()
        try:
            await self._story.released()
        finally:
            self._controls.thaw()

    async def _hold(self) -> None:
        ways_on = [
            asyncio.ensure_future(self._story.released()),
            asyncio.ensure_future(self._interrupt.wait()),
        ]
        try:
            await asyncio.wait(ways_on, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways_on:
                way.cancel()
        self.check_interrupt()
