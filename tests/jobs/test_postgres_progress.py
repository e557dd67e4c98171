"""Progress and previews travel through PostgreSQL, and what the server does stops nobody."""

import asyncio
from collections.abc import Generator
from contextlib import aclosing
from uuid import UUID

import pytest

from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres.progress import PostgresProgress
from bot.jobs.progress_bus import MOST_MESSAGE_BYTES, MOST_PREVIEW_BYTES, KeptPreview
from tests.postgres import PostgresServer, postgres_server, why_not

JOB = UUID(int=1)
FOX = KeptPreview(b"\0\xff" * (MOST_PREVIEW_BYTES // 2), "image/jpeg")


async def _heard(bus: PostgresProgress, sender: PostgresProgress, message: str) -> str:
    """What ``bus`` hears first of what is said again and again until it listens."""

    async def say() -> None:
        while True:
            await sender.send(JOB, message)
            await asyncio.sleep(0.02)

    async with aclosing(bus.hear()) as messages:
        saying = asyncio.create_task(say())
        try:
            async with asyncio.timeout(20):
                return await anext(messages)
        finally:
            saying.cancel()
            await asyncio.gather(saying, return_exceptions=True)


async def test_what_one_process_sends_another_hears_up_to_the_longest_message(postgres_url: str) -> None:
    async with PostgresProgress.open(postgres_url) as bot, PostgresProgress.open(postgres_url) as worker:
        longest = "雪" * (MOST_MESSAGE_BYTES // 3)
        assert await _heard(bot, worker, longest) == longest


async def test_the_newest_preview_of_a_job_is_had_until_it_is_forgotten(postgres_url: str) -> None:
    async with PostgresProgress.open(postgres_url) as bot, PostgresProgress.open(postgres_url) as worker:
        assert await bot.preview(JOB) is None
        await worker.send(JOB, "{}", KeptPreview(b"older", "image/png"))
        await worker.send(JOB, "{}", FOX)
        await worker.send(JOB, "{}")
        assert await bot.preview(JOB) == FOX
        await worker.forget(UUID(int=2))
        assert await bot.preview(JOB) == FOX
        await worker.forget(JOB)
        assert await bot.preview(JOB) is None


@pytest.fixture
def own_server() -> Generator[PostgresServer]:
    """One that no other test uses."""
    if reason := why_not():
        pytest.skip(reason)
    with postgres_server() as server:
        yield server


async def test_a_server_that_dies_loses_messages_and_nothing_else(own_server: PostgresServer) -> None:
    server = own_server
    url = server.new_database()
    async with PostgresStore.open(url):
        pass  # makes the tables
    async with PostgresProgress.open(url) as bot, PostgresProgress.open(url) as worker:
        assert await _heard(bot, worker, "before") == "before"
        await asyncio.to_thread(server.kill)
        await worker.send(JOB, "lost", FOX)
        assert await bot.preview(JOB) is None
        await asyncio.to_thread(server.start)
        assert await _heard(bot, worker, "after") == "after"
