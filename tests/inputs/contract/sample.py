"""Content, and ways to put it."""

import asyncio
import hashlib

from bot.inputs.blobs import Blobs

ROOM_BYTES = 1000


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def put(blobs: Blobs, content: bytes) -> str:
    async with blobs.scratch() as folder:
        file = folder / "file"
        await asyncio.to_thread(file.write_bytes, content)
        return await blobs.put(file)
