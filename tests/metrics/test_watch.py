"""What is observed of a process, by what it is."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.jobs.sqlite import SqliteStore
from bot.metrics.watch import Watch
from tests.metrics.observed import NoServers, TwoShards

PLACE = ("127.0.0.1", 0)


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncGenerator[SqliteStore]:
    async with SqliteStore.open(tmp_path / "jobs.db") as store:
        yield store


async def test_a_worker_tells_of_everything_but_discord(ledger: SqliteStore) -> None:
    watch = Watch(ledger, PLACE)
    assert {"metrics", "event loop lag"} <= watch.services(NoServers(), None).keys()
    names = {figure.name for figure in await watch.figures()}
    assert {"comfycord_jobs", "comfycord_store_seconds", "comfycord_backend_condition"} <= names
    assert [name for name in names if "discord" in name or "gateway" in name or "interaction" in name] == []


async def test_each_shard_is_told_of_and_one_that_is_away_has_no_latency(ledger: SqliteStore) -> None:
    watch, discord = Watch(ledger, PLACE), TwoShards()
    watch.services(NoServers(), discord)
    figures = {figure.name: figure.values for figure in await watch.figures()}
    assert figures["comfycord_gateway_connected"] == {("0",): 1, ("1",): 0}
    assert figures["comfycord_gateway_latency_seconds"] == {("0",): 0.1}
    assert discord.http.http_trace is not None


async def test_where_nobody_may_watch_nothing_is_observed(ledger: SqliteStore) -> None:
    watch, discord = Watch(ledger, None), TwoShards()
    assert watch.store is ledger
    assert watch.services(NoServers(), discord).keys() <= {"systemd"}
    assert discord.http.http_trace is None
