"""Blocks and pauses are answered from memory, and hold at once, here and in other processes."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.errors import NotAllowed, Refused
from bot.jobs.pause_store import PauseKind
from bot.jobs.sqlite import SqliteStore
from bot.moderation.blocks import Blocks
from bot.moderation.memory import Memory
from bot.moderation.pauses import Pauses
from bot.texts import text
from tests.jobs.sample import MovableClock

GUILD, PERSON, MODERATOR = 100, 2, 3


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovableClock) -> AsyncGenerator[SqliteStore]:
    async with SqliteStore.open(tmp_path / "comfycord.db", clock=clock) as store:
        yield store


async def test_a_block_holds_at_once_and_ends_by_itself(store: SqliteStore, clock: MovableClock) -> None:
    blocks = Blocks(store)
    await blocks.check(GUILD, PERSON)
    await blocks.block(GUILD, PERSON, seconds=60.0, reason="spam", by=MODERATOR)
    with pytest.raises(NotAllowed) as refusal:
        await blocks.check(GUILD, PERSON)
    assert refusal.value.message == text("blocked-until", reason="spam", until=str(int(clock.now + 60.0)))
    await blocks.check(None, PERSON)
    clock.move(60.0)
    await blocks.check(GUILD, PERSON)
    await blocks.block(GUILD, PERSON, seconds=None, reason="", by=MODERATOR)
    with pytest.raises(NotAllowed):
        await blocks.check(GUILD, PERSON)
    await blocks.unblock(GUILD, PERSON, by=MODERATOR)
    await blocks.check(GUILD, PERSON)


async def test_a_drained_queue_takes_nothing_in_and_a_paused_one_does(store: SqliteStore) -> None:
    pauses = Pauses(store)
    await pauses.pause(GUILD, PauseKind.PAUSE, by=MODERATOR)
    await pauses.check_intake(GUILD)
    await pauses.pause(GUILD, PauseKind.DRAIN, by=MODERATOR)
    await pauses.check_intake(None)
    with pytest.raises(Refused):
        await pauses.check_intake(GUILD)
    await pauses.resume(GUILD, by=MODERATOR)
    await pauses.check_intake(GUILD)
    await pauses.pause(None, PauseKind.DRAIN, by=MODERATOR)
    for guild_id in (None, GUILD):
        with pytest.raises(Refused):
            await pauses.check_intake(guild_id)
        assert await pauses.of_guild(guild_id) == frozenset()


async def test_what_another_process_changed_is_looked_up_anew(store: SqliteStore) -> None:
    blocks = Blocks(store)
    assert await blocks.of(GUILD, PERSON) is None
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(blocks.run())
        await asyncio.sleep(0)
        await store.block(GUILD, PERSON, seconds=None, reason="spam", by=MODERATOR)
        for _ in range(500):
            if await blocks.of(GUILD, PERSON) is not None:
                break
            await asyncio.sleep(0.01)
        keeping.cancel()
    assert await blocks.of(GUILD, PERSON) is not None


async def test_memory_looks_once_and_believes_nothing_older_than_a_change() -> None:
    looks: list[int] = []
    go_on = asyncio.Event()

    async def look(key: int) -> int:
        looks.append(key)
        await go_on.wait()
        return len(looks)

    memory = Memory[int, int](look, most=2)
    begun = asyncio.create_task(memory.of(1))
    await asyncio.sleep(0)
    memory.forget()  # while the look is on its way
    go_on.set()
    assert await begun == 1
    assert [await memory.of(1), await memory.of(1)] == [2, 2]
    assert [await memory.of(2), await memory.of(3)] == [3, 4]  # there is room for two
    assert [await memory.of(3), await memory.of(1)] == [4, 5]
