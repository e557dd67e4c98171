"""Another instance of the bot, as far as the ledger is concerned: ``python -m tests.jobs.other_process``."""

import asyncio
import sys
from pathlib import Path
from threading import Event

from bot.jobs.database import Statements
from bot.jobs.sqlite import SqliteStore
from bot.jobs.sqlite.database import SqliteDatabase
from bot.jobs.store import StoreUnusable
from tests.jobs.sample import LEASE_SECONDS, NO_LIMITS, new_job, worker


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def submit_for_ever(path: Path) -> None:
    """Say the id of each job after it was promised; every third one runs."""
    async with SqliteStore.open(path) as store:
        while True:
            for _ in range(3):
                say((await store.submit(new_job(), NO_LIMITS)).job_id)
            await store.claim(worker(), LEASE_SECONDS)


async def stop_in_mid_transaction(path: Path) -> None:
    def write_and_stop(statements: Statements) -> None:
        statements.run("UPDATE virtual_time SET turn = 999")
        say("written, not committed")
        Event().wait()

    async with SqliteDatabase.open(path) as database:
        await database.write(write_and_stop)


async def open_only(path: Path) -> None:
    try:
        async with SqliteStore.open(path):
            say("opened")
    except StoreUnusable as error:
        say(error)


STORIES = {story.__name__: story for story in (submit_for_ever, stop_in_mid_transaction, open_only)}

if __name__ == "__main__":
    asyncio.run(STORIES[sys.argv[1]](Path(sys.argv[2])))
