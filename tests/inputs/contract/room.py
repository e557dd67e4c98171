import pytest

from bot.inputs.blobs import Blobs
from bot.inputs.errors import InputRefused
from tests.inputs.contract.sample import ROOM_BYTES, hash_of, put


class RoomContract:
    async def test_a_blob_beyond_the_room_is_refused_with_a_sentence(self, blobs: Blobs) -> None:
        first = await put(blobs, b"1" * (ROOM_BYTES - 10))
        with pytest.raises(InputRefused, match="input-no-room"):
            await put(blobs, b"2" * 11)
        assert await blobs.all() == {first}

    async def test_the_last_byte_of_the_room_is_used(self, blobs: Blobs) -> None:
        await put(blobs, b"1" * (ROOM_BYTES - 10))
        await put(blobs, b"2" * 10)
        with pytest.raises(InputRefused):
            await put(blobs, b"3")

    async def test_what_is_there_already_needs_no_room(self, blobs: Blobs) -> None:
        whole = b"1" * ROOM_BYTES
        assert await put(blobs, whole) == await put(blobs, whole) == hash_of(whole)

    async def test_what_goes_makes_room(self, blobs: Blobs) -> None:
        await blobs.delete(await put(blobs, b"1" * ROOM_BYTES))
        await put(blobs, b"2" * ROOM_BYTES)
        assert await blobs.all() == {hash_of(b"2" * ROOM_BYTES)}
