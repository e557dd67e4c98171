"""What workflows usually take is asked for by many at once, and seldom looked up."""

import asyncio
from pathlib import Path

from bot.generation.usual_times import UsualTimes
from bot.jobs.job import Usual
from bot.jobs.sqlite import SqliteStore


class CountingStore(SqliteStore):
    """The real store, which remembers what it was asked for."""

    looked_up: tuple[str, ...] = ()

    async def usual(self, workflow: str) -> Usual:
        self.looked_up += (workflow,)
        return await super().usual(workflow)


async def test_of_a_hundred_who_ask_at_once_one_asks_the_store_even_where_nothing_is_known(
    tmp_path: Path,
) -> None:
    async with CountingStore.open(tmp_path / "jobs.db") as store:
        assert isinstance(store, CountingStore)
        times = UsualTimes(store)
        asked = [times.of(workflow) for workflow in ("txt2img", "svd") for _ in range(50)]
        assert await asyncio.gather(*asked) == [Usual()] * 100
        assert store.looked_up == ("txt2img", "svd")
