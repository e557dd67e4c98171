"""What is answered from memory is looked up once, and never older than a change."""

import asyncio

from bot.moderation.memory import Memory


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
