from bot.inputs.blobs import PROTECTED_SECONDS, Blobs
from tests.inputs.contract.sample import ROOM_BYTES, put
from tests.jobs.sample import MovableClock


class SweepingContract:
    async def test_a_sweep_takes_what_nobody_needs(self, blobs: Blobs, clock: MovableClock) -> None:
        needed, idle = await put(blobs, b"needed"), await put(blobs, b"idle")
        clock.move(PROTECTED_SECONDS)
        assert await blobs.sweep(frozenset({needed})) == 1
        assert await blobs.all() == {needed}
        assert not await blobs.delete(idle)

    async def test_a_sweep_passes_over_what_was_just_put(self, blobs: Blobs, clock: MovableClock) -> None:
        fresh = await put(blobs, b"fresh")
        clock.move(PROTECTED_SECONDS - 1)
        assert await blobs.sweep(frozenset()) == 0
        assert await blobs.all() == {fresh}
        clock.move(1)
        assert await blobs.sweep(frozenset()) == 1

    async def test_what_is_put_again_is_fresh_again(self, blobs: Blobs, clock: MovableClock) -> None:
        """A job that ended left it; the sweep looked at the ledger before the next job said that it needs it."""
        again = await put(blobs, b"again")
        clock.move(PROTECTED_SECONDS)
        await put(blobs, b"again")
        assert await blobs.sweep(frozenset()) == 0
        assert await blobs.read(again) == b"again"

    async def test_a_sweep_is_told_of_blobs_that_are_not_there(self, blobs: Blobs) -> None:
        assert await blobs.sweep(frozenset({"0" * 64})) == 0

    async def test_a_sweep_leaves_files_in_the_making(self, blobs: Blobs) -> None:
        async with blobs.scratch() as folder:
            file = folder / "file"
            file.write_bytes(b"in the making")
            await blobs.sweep(frozenset())
            assert await blobs.read(await blobs.put(file)) == b"in the making"

    async def test_what_is_kept_is_fresh_again(self, blobs: Blobs, clock: MovableClock) -> None:
        blob = await put(blobs, b"of an earlier job")
        clock.move(PROTECTED_SECONDS)
        assert await blobs.keep(blob)
        assert await blobs.sweep(frozenset()) == 0
        assert not await blobs.keep("0" * 64)

    async def test_of_what_is_useful_the_first_stay_in_half_of_the_room(
        self, blobs: Blobs, clock: MovableClock
    ) -> None:
        useful = [await put(blobs, bytes([number]) * (ROOM_BYTES // 4)) for number in range(3)]
        clock.move(PROTECTED_SECONDS)
        assert await blobs.sweep(frozenset(), useful) == 1
        assert await blobs.all() == set(useful[:2])

    async def test_what_is_only_useful_gives_way(self, blobs: Blobs, clock: MovableClock) -> None:
        useful = [await put(blobs, bytes([number]) * (ROOM_BYTES // 4)) for number in range(2)]
        clock.move(PROTECTED_SECONDS)
        await blobs.sweep(frozenset(), useful)
        new = await put(blobs, b"x" * (ROOM_BYTES * 3 // 4))
        assert await blobs.all() == {useful[0], new}

    async def test_what_is_kept_again_gives_way_no_more(self, blobs: Blobs, clock: MovableClock) -> None:
        useful = [await put(blobs, bytes([number]) * (ROOM_BYTES // 4)) for number in range(2)]
        clock.move(PROTECTED_SECONDS)
        await blobs.sweep(frozenset(), useful)
        assert await blobs.keep(useful[1])
        new = await put(blobs, b"x" * (ROOM_BYTES * 3 // 4))
        assert await blobs.all() == {useful[1], new}
