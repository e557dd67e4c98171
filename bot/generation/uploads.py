"""Brings the files that jobs start from onto one backend: each content once, for as long as the backend has it."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Protocol

from bot.comfy import FileRef, Streamed, TooLarge
from bot.errors import UserError
from bot.generation.backends import Backend
from bot.generation.ui_files import Names
from bot.inputs.blobs import Blobs
from bot.inputs.errors import BlobMissing
from bot.jobs.inputs import JobInput, PreparedInput
from bot.texts import text

log = logging.getLogger(__name__)

SUBFOLDER = "comfycord"
"""Of the backend's input folder. Nothing there was named by a person."""
MOST_KNOWN = 4096
"""So many uploads are remembered of a backend; one that is forgotten is sent again, and changes nothing there."""
NAME_DIGITS = 32
"""Of the content's hash: as long as a UUID."""
FORM_BYTES = 16 * 1024
"""More than what a request is longer than the file in it."""


class UploadRefused(UserError):
    """The backend will never take the file."""


class _Send(Protocol):
    """One of the client's two uploads, all but its content told."""

    async def __call__(self, content: Streamed) -> FileRef: ...


class Uploads:
    """What one backend is known to have."""

    def __init__(self, backend: Backend, blobs: Blobs) -> None:
        self._backend = backend
        self._blobs = blobs
        self._known: OrderedDict[tuple[str, str | None], FileRef] = OrderedDict()
        """By the names of picture and mask."""
        self._limit_bytes: int | None = None
        self._asked = False
        self._returns = backend.returns

    def forget(self) -> None:
        """The backend may have been restarted, with an empty disk or other rules."""
        self._known.clear()
        self._asked = False

    async def place(self, inputs: Sequence[JobInput], *, anew: bool = False) -> Names:
        """Have all files on the backend. ``anew``: it turned out not to have them.

        Raises:
            UploadRefused: with a sentence.
            ComfyError: not now, for all that is known.
        """
        if self._returns != self._backend.returns:
            self._returns = self._backend.returns
            self.forget()
        names: dict[tuple[str, str], str] = {}
        for each in inputs:
            name = _name_in_graph(await self._placed(each.prepared, anew=anew))
            names |= dict.fromkeys(each.targets, name)
        return names

    async def _placed(self, prepared: PreparedInput, *, anew: bool) -> FileRef:
        name = f"{prepared.blob[:NAME_DIGITS]}{prepared.suffix}"
        client = self._backend.client

        async def send(content: Streamed) -> FileRef:
            return await client.upload_image(content, name, subfolder=SUBFOLDER)

        picture = await self._once((name, None), prepared.blob, send, anew=anew)
        if prepared.mask is None:
            return picture
        masked = f"{prepared.blob[:NAME_DIGITS]}-{prepared.mask[:NAME_DIGITS]}.png"

        async def send_mask(content: Streamed) -> FileRef:
            # What is stored is not what is sent: without overwriting, each upload would get a name of its own.
            return await client.upload_mask(
                content, masked, original=picture, subfolder=SUBFOLDER, overwrite=True
            )

        return await self._once((name, masked), prepared.mask, send_mask, anew=anew)

    async def _once(self, key: tuple[str, str | None], blob: str, send: _Send, *, anew: bool) -> FileRef:
        if not anew and (known := self._known.get(key)) is not None:
            self._known.move_to_end(key)
            return known
        stored = await self._sent(blob, send)
        self._known[key] = stored
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return stored

    async def _sent(self, blob: str, send: _Send) -> FileRef:
        try:
            size_bytes = await self._blobs.size(blob)
        except BlobMissing as error:
            log.warning("the file of a job is gone from the folder of inputs: %s", error)
            raise UploadRefused(text("upload-lost")) from error
        limit_bytes = await self._limit()
        if limit_bytes is not None and size_bytes + FORM_BYTES > limit_bytes:
            # Said here: a server that refuses in mid-sending hangs up, and that looks as if it went away.
            raise self._too_large(size_bytes)
        try:
            async with aclosing(_InTurns(self._blobs.chunks(blob))) as chunks:
                return await send(Streamed(chunks, size_bytes))
        except TooLarge as error:
            raise self._too_large(size_bytes) from error

    async def _limit(self) -> int | None:
        """Of a whole request, where the server tells."""
        if not self._asked:
            features = await self._backend.client.features()
            self._limit_bytes = None if features is None else features.max_upload_size_bytes
            self._asked = True
        return self._limit_bytes

    def _too_large(self, size_bytes: int) -> UploadRefused:
        megabytes = round(size_bytes / 2**20, 1)
        return UploadRefused(text("upload-too-large", size=megabytes, backend=self._backend.label))


class _InTurns:
    """Chunks that may be closed while somebody still reads one: a client that gave up is not out of it at once."""

    def __init__(self, chunks: AsyncGenerator[bytes]) -> None:
        self._chunks = chunks
        self._turn = asyncio.Lock()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        async with self._turn:
            return await anext(self._chunks)

    async def aclose(self) -> None:
        async with self._turn:
            await self._chunks.aclose()


def _name_in_graph(file: FileRef) -> str:
    """As LoadImage and its kin read it; a file of another folder than ``input`` says so."""
    path = f"{file.subfolder}/{file.filename}" if file.subfolder else file.filename
    return path if file.type == "input" else f"{path} [{file.type}]"
