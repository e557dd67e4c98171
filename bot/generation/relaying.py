"""Progress from the process that runs a job to those that show it: newest value wins, and nothing waits for it."""

import asyncio
import logging
import time
from contextlib import aclosing, suppress
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from bot.generation.board import ProgressBoard
from bot.generation.progress import Preview, Progress
from bot.generation.progress_json import ProgressMessage, message_of, message_to_json
from bot.jobs.progress_bus import MOST_PREVIEW_BYTES, KeptPreview, ProgressBus

log = logging.getLogger(__name__)

SEND_SECONDS = 0.5
"""Between two messages about one job."""
AGAIN_SECONDS = 5.0
"""A job of which there is nothing new is told of again, for bots that began to listen since."""
SILENT_SECONDS = 30.0
"""Of a job whose worker said nothing for so long nothing is known any more."""


class ProgressSender:
    """Tells others of what this process's runs leave on the board."""

    def __init__(self, board: ProgressBoard, bus: ProgressBus, sender: str) -> None:
        """``sender``: which process this is."""
        self._board = board
        self._bus = bus
        self._sender = sender
        self._changed: set[UUID] = set()
        self._something = asyncio.Event()
        self._told: dict[UUID, tuple[int, Preview | None]] = {}
        """Jobs that others know of: the preview that they can have, and its number."""
        board.on_change = self._note

    def _note(self, job_id: UUID) -> None:
        self._changed.add(job_id)
        self._something.set()

    async def run(self) -> None:
        """Send until cancelled."""
        told_all_at = time.monotonic()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_SECONDS):
                    await self._something.wait()
            self._something.clear()
            if time.monotonic() - told_all_at >= AGAIN_SECONDS:
                told_all_at = time.monotonic()
                self._changed |= self._told.keys()
            changed, self._changed = self._changed, set()
            for job_id in changed:
                await self._tell(job_id)
            await asyncio.sleep(SEND_SECONDS)

    async def _tell(self, job_id: UUID) -> None:
        progress = self._board.latest(job_id)
        if progress is None:
            self._told.pop(job_id, None)
            await self._bus.send(job_id, self._message(job_id, None, 0))
            await self._bus.forget(job_id)
            return
        number, known = self._told.setdefault(job_id, (0, None))
        preview = progress.preview
        if preview is None or preview is known or len(preview.content) > MOST_PREVIEW_BYTES:
            await self._bus.send(job_id, self._message(job_id, progress, number))
            return
        self._told[job_id] = number + 1, preview
        kept = KeptPreview(preview.content, preview.content_type)
        await self._bus.send(job_id, self._message(job_id, progress, number + 1), kept)

    def _message(self, job_id: UUID, progress: Progress | None, preview: int) -> str:
        return message_to_json(ProgressMessage(self._sender, job_id, progress, preview))


class _Heard(Struct):
    """What was heard of one job last."""

    sender: str
    at: float
    preview: int = 0


class ProgressReceiver:
    """Puts what other processes tell onto this one's board."""

    def __init__(self, board: ProgressBoard, bus: ProgressBus, sender: str) -> None:
        """``sender``: which process this is; what it says itself it need not hear."""
        self._board = board
        self._bus = bus
        self._sender = sender
        self._heard: dict[UUID, _Heard] = {}

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            while True:
                await asyncio.sleep(SEND_SECONDS)
                self._drop_silent()

    async def _listen(self) -> None:
        async with aclosing(self._bus.hear()) as messages:
            async for source in messages:
                try:
                    message = message_of(source)
                except (KeyError, TypeError, ValueError):
                    log.debug("what was told of a job's progress cannot be read")
                    continue
                if message.sender != self._sender:
                    await self._take(message)

    async def _take(self, message: ProgressMessage) -> None:
        job_id, before = message.job_id, self._heard.get(message.job_id)
        if message.progress is None:
            if before is not None and before.sender == message.sender:
                self._drop(job_id)
            return
        heard = _Heard(message.sender, time.monotonic(), before.preview if before else 0)
        self._heard[job_id] = heard
        latest = self._board.latest(job_id)
        preview = latest.preview if latest is not None else None
        if message.preview != heard.preview and self._board.is_shown(job_id):
            found = await self._bus.preview(job_id)
            heard.preview = message.preview
            preview = Preview(found.content, found.content_type) if found else preview
        progress = replace(message.progress, preview=preview)
        if progress != latest:
            self._board.publish_of_another(progress)

    def _drop_silent(self) -> None:
        now = time.monotonic()
        for job_id in [key for key, heard in self._heard.items() if now - heard.at > SILENT_SECONDS]:
            self._drop(job_id)

    def _drop(self, job_id: UUID) -> None:
        del self._heard[job_id]
        self._board.clear_of_another(job_id)
