"""Blobs in a table of the ledger, for processes that have no disk in common; files in the making lie on each one's own."""

import asyncio
import hashlib
import re
import shutil
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.inputs.blobs import PROTECTED_SECONDS
from bot.inputs.errors import BlobMissing, InputRefused, InputUnavailable
from bot.jobs.blob_table import BlobTable, NoRoom
from bot.jobs.retrying import when_available
from bot.jobs.store import StoreUnavailable
from bot.texts import text
from bot.threads import finished

_HASH = re.compile(r"[0-9a-f]{64}")
_DELETED_AT_ONCE = 100


class LedgerBlobs:
    """A :class:`bot.inputs.blobs.Blobs`; see there for what each method promises."""

    def __init__(self, table: BlobTable, total_bytes: int) -> None:
        self._table = table
        self._total_bytes = total_bytes

    @asynccontextmanager
    async def scratch(self) -> AsyncGenerator[Path]:
        try:
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="comfycord-"))
        except OSError as error:
            raise InputUnavailable(text("input-disk")) from error
        try:
            yield folder
        finally:
            await finished(shutil.rmtree, folder, True)

    async def put(self, file: Path) -> str:
        blob = await asyncio.to_thread(_hash_of, file)
        try:
            await self._table.put(
                blob, file, total_bytes=self._total_bytes, protected_seconds=PROTECTED_SECONDS
            )
        except NoRoom:
            gigabytes = round(self._total_bytes / 2**30, 1)
            raise InputRefused(text("input-no-room", gigabytes=gigabytes)) from None
        except StoreUnavailable as error:
            raise InputUnavailable(error.message) from error
        return blob

    async def read(self, blob: str) -> bytes:
        return b"".join([chunk async for chunk in self.chunks(blob)])

    async def chunks(self, blob: str) -> AsyncGenerator[bytes]:
        left, number = await self.size(blob), 0
        while left > 0:
            chunk = await self._chunk(blob, number)
            if chunk is None:
                raise BlobMissing(blob)  # it was deleted meanwhile
            left -= len(chunk)
            number += 1
            yield chunk

    async def _chunk(self, blob: str, number: int) -> bytes | None:
        return await when_available(lambda: self._table.chunk(blob, number))

    async def size(self, blob: str) -> int:
        size = await when_available(lambda: self._table.size(_checked(blob)))
        if size is None:
            raise BlobMissing(blob)
        return size

    async def delete(self, blob: str) -> bool:
        return await when_available(lambda: self._table.delete(_checked(blob)))

    async def keep(self, blob: str) -> bool:
        return await when_available(lambda: self._table.protect(_checked(blob), PROTECTED_SECONDS))

    async def all(self) -> frozenset[str]:
        return frozenset(await when_available(self._table.sizes))

    async def sweep(self, needed: frozenset[str], useful: Sequence[str] = ()) -> int:
        idle = await when_available(self._table.idle)
        room, spare = self._total_bytes // 2, list[str]()
        for blob in useful:
            if blob in idle and blob not in needed:
                room -= idle[blob]
                if room < 0:
                    break
                spare.append(blob)
        await when_available(lambda: self._table.rank(spare))
        unwanted = sorted(idle.keys() - needed - set(spare))
        swept = 0
        for begin in range(0, len(unwanted), _DELETED_AT_ONCE):
            some = unwanted[begin : begin + _DELETED_AT_ONCE]
            swept += await self._delete_idle(some)
        return swept

    async def _delete_idle(self, blobs: Sequence[str]) -> int:
        return await when_available(lambda: self._table.delete_idle(blobs))


def _checked(blob: str) -> str:
    if not _HASH.fullmatch(blob):
        raise ValueError(f"{blob!r} is no SHA-256 in lower-case hex digits")
    return blob


def _hash_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
