"""Files by their content in a table of the ledger: for processes that have no disk in common.

A file is a row, and a row for each piece of it; it is there whole, or not at all. What may be forgotten is decided above.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from msgspec import Struct

from bot.jobs.database import Columns, Database, Statements

CHUNK_BYTES = 1024 * 1024

_PROTECT = """
UPDATE blobs SET protected_until = :now + :seconds, spare_rank = NULL WHERE hash = :hash RETURNING 1
"""
_ADD = """
INSERT INTO blobs (hash, size, protected_until) VALUES (:hash, :size, :now + :seconds)
ON CONFLICT (hash) DO NOTHING RETURNING 1
"""
_ADD_CHUNK = "INSERT INTO blob_chunks (hash, number, content) VALUES (:hash, :number, :content)"
_FILLED = "SELECT coalesce(sum(size), 0) AS filled FROM blobs"
_SPARE = """
SELECT hash, size FROM blobs WHERE spare_rank IS NOT NULL ORDER BY spare_rank DESC FOR UPDATE SKIP LOCKED
"""
_DELETE = "DELETE FROM blobs WHERE hash = :hash RETURNING 1"
_DELETE_IDLE = "DELETE FROM blobs WHERE hash = :hash AND protected_until <= :now RETURNING 1"
_RANK = "UPDATE blobs SET spare_rank = :rank WHERE hash = :hash AND protected_until <= :now"
_SIZES = "SELECT hash, size FROM blobs"
_SIZE = "SELECT size FROM blobs WHERE hash = :hash"
_CHUNK = "SELECT content FROM blob_chunks WHERE hash = :hash AND number = :number"
_IDLE = "SELECT hash, size FROM blobs WHERE protected_until <= :now"


class NoRoom(Exception):
    """Together with what must stay there would be more than there may be."""


class BlobTable(Struct, frozen=True):
    """Every method may raise :class:`bot.jobs.store.StoreUnavailable`, as those of the store."""

    database: Database

    async def put(self, hash_: str, file: Path, *, total_bytes: int, protected_seconds: float) -> None:
        """Keep the content of ``file``; of all together no more than ``total_bytes``.

        Raises:
            NoRoom
        """
        values: Columns = {"hash": hash_, "seconds": protected_seconds}
        await self.database.write(partial(_put, values, file, total_bytes))

    async def protect(self, hash_: str, seconds: float) -> bool:
        """Whether it is there."""
        return bool(await self.database.run(_PROTECT, {"hash": hash_, "seconds": seconds}))

    async def size(self, hash_: str) -> int | None:
        """In bytes; None: it is not there."""
        rows = await self.database.read(_SIZE, {"hash": hash_})
        return cast("int", rows[0]["size"]) if rows else None

    async def chunk(self, hash_: str, number: int) -> bytes | None:
        """The piece of that number, counting from 0; None: there is none (any more)."""
        rows = await self.database.read(_CHUNK, {"hash": hash_, "number": number})
        return cast("bytes", rows[0]["content"]) if rows else None

    async def sizes(self) -> Mapping[str, int]:
        return {row["hash"]: row["size"] for row in await self.database.read(_SIZES)}

    async def idle(self) -> Mapping[str, int]:
        """The sizes of those that nothing protects any more."""
        return {row["hash"]: row["size"] for row in await self.database.read(_IDLE)}

    async def delete(self, hash_: str) -> bool:
        return bool(await self.database.run(_DELETE, {"hash": hash_}))

    async def delete_idle(self, hashes: Sequence[str]) -> int:
        """Those of them that were not protected meanwhile; how many these were."""
        return await self.database.write(partial(_delete_idle, hashes))

    async def rank(self, spare: Sequence[str]) -> None:
        """These may give way to what is put, the last ones first."""
        await self.database.write(partial(_rank, spare))


def _put(values: Columns, file: Path, total_bytes: int, statements: Statements) -> None:
    if statements.run(_PROTECT, values):
        return
    if not statements.run(_ADD, {**values, "size": file.stat().st_size}):
        return  # another process just put it
    for number, content in enumerate(_pieces(file)):
        statements.run(_ADD_CHUNK, {"hash": values["hash"], "number": number, "content": content})
    statements.lock("room for blobs")
    missing: int = statements.run(_FILLED)[0]["filled"] - total_bytes
    for spare in statements.run(_SPARE):
        if missing <= 0:
            break
        statements.run(_DELETE, {"hash": spare["hash"]})
        missing -= spare["size"]
    if missing > 0:
        raise NoRoom


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as content:
        while piece := content.read(CHUNK_BYTES):
            yield piece


def _delete_idle(hashes: Sequence[str], statements: Statements) -> int:
    return sum(len(statements.run(_DELETE_IDLE, {"hash": each})) for each in hashes)


def _rank(spare: Sequence[str], statements: Statements) -> None:
    statements.run("UPDATE blobs SET spare_rank = NULL WHERE spare_rank IS NOT NULL")
    for rank, each in enumerate(spare):
        statements.run(_RANK, {"hash": each, "rank": rank})
