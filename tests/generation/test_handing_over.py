"""A worker gives the ledger what a job made, however long the ledger is away meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import cast

import pytest

from bot.backoff import Backoff
from bot.generation.handing_over import MOST_TRIES, HandingOver
from bot.generation.output_files import OutputFiles
from bot.generation.run import Run
from bot.generation.signals import RunSignals
from bot.inputs.ledger_blobs import LedgerBlobs
from bot.jobs import retrying
from bot.jobs.claim import Claim
from bot.jobs.job import Job, Output
from bot.jobs.postgres import PostgresStore
from tests.chaos.proxy import Proxy
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, new_job, worker

AT_ONCE = Backoff(first_seconds=0.002, longest_seconds=0.002)
LONGER_THAN_ALL_TRIES_SECONDS = 50 * MOST_TRIES * 0.002


@dataclass
class RunByHand:
    claim: Claim
    signals: RunSignals = field(default_factory=RunSignals)


class FilesByHand:
    async def chunks(self, job: Job, output: Output, max_bytes: int) -> AsyncGenerator[bytes]:
        yield b"a picture"


async def test_a_file_waits_for_the_ledger_as_long_as_that_is_away(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "BACKOFF", Backoff(first_seconds=0.02, longest_seconds=0.1))
    port = int(postgres_url.rpartition(":")[2].partition("/")[0])
    async with Proxy.running(port) as proxy:
        address = postgres_url.replace(f":{port}/", f":{proxy.port}/")
        async with PostgresStore.open(address) as store:
            blobs = LedgerBlobs(store.blob_table, 2**20)
            await store.submit(new_job(), NO_LIMITS)
            claim = await store.claim(worker(), LEASE_SECONDS)
            assert claim is not None
            files = cast("OutputFiles", FilesByHand())
            run = cast("Run", RunByHand(claim))
            proxy.refusing = True
            proxy.cut()
            handing = asyncio.create_task(HandingOver(store, blobs, files, AT_ONCE).hand_over(run, DONE))
            await asyncio.sleep(LONGER_THAN_ALL_TRIES_SECONDS)
            proxy.mend()
            await handing
            assert [await blobs.read(each) for each in await blobs.all()] == [b"a picture"]
