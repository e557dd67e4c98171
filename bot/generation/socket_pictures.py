"""Pictures that exist on the websocket only (ComfyUI's SaveImageWebsocket): collected there, kept on disk until they are posted.

ComfyUI keeps nothing of them: what was sent while the socket was away is lost, and such a job is run again, once.
"""

import asyncio
import logging
import re
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from bot.comfy import Event, Executing, Graph, PreviewImage, ProgressState, StepProgress
from bot.jobs.job import Job, Output
from bot.threads import chunks_of

log = logging.getLogger(__name__)

CLASS_TYPE = "SaveImageWebsocket"
OUTPUT_TYPE = "websocket"
"""In place of ``output`` or ``temp``: the file lies here, and the backend never had it."""
MAX_JOB_BYTES = 256 * 1024 * 1024
MAX_UNWRITTEN_BYTES = 64 * 1024 * 1024
"""Waiting to be written: a disk that is slower than ComfyUI's socket must not fill the memory."""
_PNG = "image/png"
_NAME = re.compile(r"\d{5}\.png")
_READ_BYTES = 64 * 1024


class SocketPictures:
    """The folder they are kept in, one folder a job."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, job_id: UUID, name: str, content: bytes) -> None:
        """Raises OSError."""
        await asyncio.to_thread(self._write, job_id, name, content)

    def _write(self, job_id: UUID, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(job_id, name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_bytes(content)

    def read(self, job: Job, output: Output) -> AsyncGenerator[bytes]:
        """Raises FileNotFoundError and other OSErrors."""
        if not _NAME.fullmatch(output.filename):
            raise FileNotFoundError(output.filename)
        return chunks_of(self._path(job.id, output.filename), _READ_BYTES)

    async def sweep(self, is_needed: Callable[[UUID], Awaitable[bool]]) -> None:
        """Delete what belongs to no job that still has to be posted."""
        for folder in await asyncio.to_thread(self._folders):
            try:
                needed = await is_needed(UUID(folder.name))
            except ValueError:  # not one of ours
                continue
            if not needed:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def _folders(self) -> list[Path]:
        return [each for each in self._folder.iterdir() if each.is_dir()] if self._folder.is_dir() else []

    def _path(self, job_id: UUID, name: str) -> Path:
        return self._folder / job_id.hex / name


class PictureCollector:
    """The pictures that one prompt sends, as its events bring them."""

    def __init__(self, job_id: UUID, graph: Graph, kept: SocketPictures | None) -> None:
        senders = [node_id for node_id, node in graph.items() if node.class_type == CLASS_TYPE]
        self._announced = dict.fromkeys(senders if kept else (), 0)
        """How many each node sends, as far as it has told."""
        self._received = dict.fromkeys(self._announced, 0)
        self._job_id = job_id
        self._kept = kept
        self._running: str | None = None
        self._connected = False
        """Since before the prompt was submitted."""
        self._told = asyncio.Event()
        """Set when the end was heard, after which nothing comes, or when it cannot be heard any more."""
        self._heard_end = False
        self._bytes = self._unwritten = 0
        self._writing: list[asyncio.Task[Output | None]] = []

    @property
    def is_lost(self) -> bool:
        """Whether a picture was sent, or may have been, that did not arrive here."""
        return any(
            self._received[node_id] < announced
            or (announced == 0 and not (self._connected and self._heard_end))
            for node_id, announced in self._announced.items()
        )

    def begin(self, *, connected: bool) -> None:
        """The prompt is about to be submitted; whether its events are heard."""
        self._connected = connected
        self._told.clear()  # the socket's beginning counted as its end

    def missed_events(self) -> None:
        self._connected = False
        self._told.set()

    async def outputs(self, patience_seconds: float) -> tuple[Output, ...]:
        """What came of a prompt that has ended, in order, once it is all on disk.

        The history can know of the end before its last events are read here: they are waited for.
        """
        if self.is_lost and self._connected:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience_seconds):
                    await self._told.wait()
        written = await asyncio.gather(*self._writing)
        return tuple(output for output in written if output is not None)

    def take(self, event: Event) -> None:
        match event:
            case Executing(node=node, display_node=displayed):
                self._running = displayed or node
                if node is None:
                    self._heard_end = True
                    self._told.set()
            case StepProgress(node=str() as node, max=most):
                self._announce(node, most)
            case ProgressState(nodes=nodes):
                for each in nodes.values():
                    self._announce(each.display_node_id, each.max)
            case PreviewImage(content_type=content_type) if content_type == _PNG:
                self._receive(event)
            case _:
                pass

    def _announce(self, node_id: str, most: float) -> None:
        if node_id in self._announced:
            self._announced[node_id] = max(self._announced[node_id], int(min(most, 10**6)))

    def _receive(self, picture: PreviewImage) -> None:
        node_id = picture.display_node_id or picture.node_id or self._running
        if node_id not in self._received or self._kept is None:
            return
        size = len(picture.content)
        if self._bytes + size > MAX_JOB_BYTES or self._unwritten + size > MAX_UNWRITTEN_BYTES:
            log.warning("job %s: a picture of %d bytes finds no room and is left out", self._job_id, size)
            self._received[node_id] += 1
            return
        self._received[node_id] += 1
        self._bytes += size
        self._unwritten += size
        name = f"{len(self._writing) + 1:05}.png"
        write = self._written(self._kept, node_id, name, picture.content)
        self._writing.append(asyncio.create_task(write, name=f"picture {name} of job {self._job_id}"))

    async def _written(self, kept: SocketPictures, node_id: str, name: str, content: bytes) -> Output | None:
        try:
            await kept.keep(self._job_id, name, content)
        except OSError as error:
            log.warning("job %s: a picture cannot be kept: %s", self._job_id, error)
            self._received[node_id] -= 1
            return None
        finally:
            self._unwritten -= len(content)
        return Output(node_id, name, "", OUTPUT_TYPE)
