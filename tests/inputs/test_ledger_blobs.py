"""Blobs in a table of a PostgreSQL ledger keep the contract, and what several processes add to it."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.inputs.blobs import PROTECTED_SECONDS, Blobs
from bot.inputs.errors import BlobMissing, InputRefused, InputUnavailable
from bot.inputs.ledger_blobs import LedgerBlobs
from bot.jobs.blob_table import CHUNK_BYTES
from bot.jobs.postgres import PostgresStore
from tests.inputs.contract import BlobsContract
from tests.inputs.contract.sample import ROOM_BYTES, put
from tests.jobs.cutting_proxy import cutting_proxy
from tests.jobs.sample import MovableClock


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def store(postgres_url: str, clock: MovableClock) -> AsyncGenerator[PostgresStore]:
    async with PostgresStore.open(postgres_url, clock=clock) as store:
        yield store


@pytest.fixture
def blobs(store: PostgresStore) -> Blobs:
    return LedgerBlobs(store.blob_table, ROOM_BYTES)


class TestLedgerBlobs(BlobsContract):
    pass


async def test_a_long_file_travels_in_pieces(store: PostgresStore) -> None:
    blobs, content = LedgerBlobs(store.blob_table, CHUNK_BYTES * 4), b"fox" * CHUNK_BYTES
    blob = await put(blobs, content)
    pieces = [len(piece) async for piece in blobs.chunks(blob)]
    assert pieces == [CHUNK_BYTES] * 3
    assert await blobs.read(blob) == content


async def test_what_one_process_puts_another_reads_and_both_share_the_room(
    blobs: Blobs, postgres_url: str, clock: MovableClock
) -> None:
    async with PostgresStore.open(postgres_url, clock=clock) as elsewhere:
        others = LedgerBlobs(elsewhere.blob_table, ROOM_BYTES)
        blob = await put(blobs, b"x" * (ROOM_BYTES - 1))
        assert await others.size(blob) == ROOM_BYTES - 1
        answers = await asyncio.gather(put(others, b"1"), put(blobs, b"2"), return_exceptions=True)
        assert sum(isinstance(answer, InputRefused) for answer in answers) == 1
        clock.move(PROTECTED_SECONDS)
        assert await others.sweep(frozenset()) == 2
        assert await blobs.all() == frozenset()


async def test_what_is_deleted_while_it_is_read_is_missing(store: PostgresStore) -> None:
    blobs = LedgerBlobs(store.blob_table, CHUNK_BYTES * 4)
    blob = await put(blobs, b"fox" * CHUNK_BYTES)
    pieces = blobs.chunks(blob)
    await anext(pieces)
    await blobs.delete(blob)
    with pytest.raises(BlobMissing):
        await anext(pieces)


async def test_while_the_server_is_away_nothing_is_taken_over(postgres_url: str) -> None:
    async with cutting_proxy(postgres_url) as (_, address):
        opened = PostgresStore.open(address)
        store = await opened.__aenter__()
    with pytest.raises(InputUnavailable, match="jobs-store-away"):
        await put(LedgerBlobs(store.blob_table, ROOM_BYTES), b"fox")
    await opened.__aexit__(None, None, None)
