import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest

from bot.inputs.blobs import Blobs
from bot.inputs.errors import BlobMissing
from tests.inputs.contract.sample import hash_of, put

MISSING = hash_of(b"nobody put this")


async def chunks(blobs: Blobs, blob: str) -> bytes:
    async with aclosing(blobs.chunks(blob)) as pieces:
        return b"".join([piece async for piece in pieces])


READS: dict[str, Callable[[Blobs, str], Awaitable[object]]] = {
    "read": lambda blobs, blob: blobs.read(blob),
    "size": lambda blobs, blob: blobs.size(blob),
    "chunks": chunks,
}


class KeepingContract:
    async def test_what_is_put_is_there_by_its_hash(self, blobs: Blobs) -> None:
        content = bytes(range(256))
        assert await put(blobs, content) == hash_of(content)
        assert await blobs.read(hash_of(content)) == content
        assert await chunks(blobs, hash_of(content)) == content
        assert await blobs.size(hash_of(content)) == 256
        assert await blobs.all() == {hash_of(content)}

    async def test_nothing_is_something_too(self, blobs: Blobs) -> None:
        assert await blobs.read(await put(blobs, b"")) == b""
        assert await chunks(blobs, hash_of(b"")) == b""

    async def test_the_same_content_is_there_once(self, blobs: Blobs) -> None:
        hashes = await asyncio.gather(*(put(blobs, b"same") for _ in range(20)))
        assert set(hashes) == await blobs.all() == {hash_of(b"same")}
        assert await blobs.delete(hash_of(b"same"))
        assert await blobs.all() == frozenset()

    async def test_many_are_put_at_once(self, blobs: Blobs) -> None:
        contents = [b"number %d" % number for number in range(30)]
        hashes = await asyncio.gather(*(put(blobs, content) for content in contents))
        assert [await blobs.read(blob) for blob in hashes] == contents

    async def test_what_is_deleted_is_gone(self, blobs: Blobs) -> None:
        kept, gone = await put(blobs, b"kept"), await put(blobs, b"gone")
        assert (await blobs.delete(gone), await blobs.delete(gone)) == (True, False)
        assert await blobs.all() == {kept}
        for look in READS.values():
            with pytest.raises(BlobMissing):
                await look(blobs, gone)

    async def test_what_was_deleted_can_be_put_again(self, blobs: Blobs) -> None:
        assert await blobs.delete(await put(blobs, b"again"))
        assert await blobs.read(await put(blobs, b"again")) == b"again"

    @pytest.mark.parametrize("look", READS.values(), ids=READS)
    async def test_what_is_missing_is_named(
        self, blobs: Blobs, look: Callable[[Blobs, str], Awaitable[object]]
    ) -> None:
        with pytest.raises(BlobMissing, match=MISSING):
            await look(blobs, MISSING)

    @pytest.mark.parametrize(
        "word", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 65, f"{'a' * 63}\n"]
    )
    async def test_no_word_but_a_hash_becomes_a_path(self, blobs: Blobs, word: str) -> None:
        for look in READS.values():
            with pytest.raises(ValueError, match="SHA-256"):
                await look(blobs, word)
        with pytest.raises(ValueError, match="SHA-256"):
            await blobs.delete(word)

    async def test_a_scratch_folder_is_empty_and_goes_with_its_block(self, blobs: Blobs) -> None:
        async with blobs.scratch() as one, blobs.scratch() as other:
            assert one != other
            assert [*one.iterdir(), *other.iterdir()] == []
            await asyncio.to_thread((one / "left").write_bytes, b"behind")
        assert (one.exists(), other.exists()) == (False, False)

    async def test_a_put_that_is_cancelled_is_done_whole_or_not_at_all(self, blobs: Blobs) -> None:
        for turns in range(12):
            content = b"turn %d" % turns
            task = asyncio.create_task(put(blobs, content))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            if hash_of(content) in await blobs.all():
                assert await blobs.read(hash_of(content)) == content
            assert await blobs.read(await put(blobs, content)) == content
