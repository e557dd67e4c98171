"""What happens to the database: to PostgreSQL's server and the way there, or to SQLite's file."""

import asyncio
import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import psycopg

from tests.chaos import way_faults
from tests.chaos.proxy import Proxy, Way
from tests.chaos.world import World
from tests.postgres import PostgresServer

SNARES = (
    (b"BEGIN", Way.THERE),
    (b"BEGIN", Way.BACK),
    (b"COMMIT", Way.THERE),
    (b"COMMIT", Way.BACK),
    (b"INSERT INTO jobs", Way.THERE),
    (b"INSERT 0 1", Way.BACK),
    (b"UPDATE jobs", Way.THERE),
    (b"UPDATE 1", Way.BACK),
    (b"state = 'running'", Way.THERE),
    (b"delivery = 'posted'", Way.THERE),
    (b"pg_notify", Way.THERE),
    (b"last_writes", Way.THERE),
)
_END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = 'comfycord' AND pid <> pg_backend_pid() AND random() < 0.5
"""


async def kill(world: World, dice: random.Random) -> bool:
    """SIGKILL to the server, and a start that has to recover."""
    server, _ = _database(world)
    async with world.database_change:
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(dice.uniform(0, 3))
        await asyncio.to_thread(server.start)
    return True


async def freeze(world: World, dice: random.Random) -> bool:
    server, _ = _database(world)
    async with world.database_change:
        server.freeze()
        await asyncio.sleep(dice.uniform(1, 8))
        server.thaw()
    return True


async def end_sessions(world: World, dice: random.Random) -> bool:
    """Half of them, as an administrator may."""
    server, _ = _database(world)
    with suppress(psycopg.OperationalError):
        async with world.database_change:
            await asyncio.to_thread(server.administer, _END_SESSIONS)
        return True
    return False


async def cut(world: World, dice: random.Random) -> bool:
    return await way_faults.cut(_database(world)[1], dice)


async def silence(world: World, dice: random.Random) -> bool:
    return await way_faults.silence(_database(world)[1], dice)


async def forget(world: World, dice: random.Random) -> bool:
    return await way_faults.forget(_database(world)[1])


async def slow(world: World, dice: random.Random) -> bool:
    return await way_faults.slow(_database(world)[1], dice)


async def snare(world: World, dice: random.Random) -> bool:
    return await way_faults.snared(_database(world)[1], dice, SNARES)


def _database(world: World) -> tuple[PostgresServer, Proxy]:
    assert world.database is not None
    assert world.database_proxy is not None
    return world.database, world.database_proxy


async def lock(world: World, dice: random.Random) -> bool:
    """Another program writes for longer than anybody should, as a backup may."""
    path = world.folder / "jobs.db"
    return await asyncio.to_thread(_lock, path, asyncio.get_running_loop(), dice.uniform(0.5, 8))


def _lock(path: Path, loop: asyncio.AbstractEventLoop, seconds: float) -> bool:
    if not path.exists():
        return False
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.run_coroutine_threadsafe(asyncio.sleep(seconds), loop).result()
        other.execute("ROLLBACK")
        return True
    return False
