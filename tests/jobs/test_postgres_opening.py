"""What the operator reads when a PostgreSQL database cannot be used, and how its format moves on."""

import asyncio
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from bot.jobs.address import PostgresAddress
from bot.jobs.opening import open_store
from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres.schema import FIRST, migrate, migrations, newest
from bot.jobs.postgres.sessions import connect
from bot.jobs.sqlite.schema import migrations as sqlite_migrations
from bot.jobs.store import StoreUnusable
from tests.jobs.sample import NO_LIMITS, new_job
from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[2]
CANARY = "hunter2-canary"


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def label_of(url: str, server: PostgresServer) -> str:
    return f"{name_of(url)} at 127.0.0.1:{server.port}"


def write(url: str, script: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(script.encode())


async def refusal_of(url: str) -> str:
    with pytest.raises(StoreUnusable) as refusal:
        async with open_store(PostgresAddress(url)):
            pass
    return str(refusal.value)


async def test_an_empty_database_is_made_ready_by_one_of_all_who_open_it_at_once(
    postgres: PostgresServer,
) -> None:
    url = postgres.new_database()

    async def submit() -> bool:
        async with PostgresStore.open(url, most_sessions=1) as store:
            return (await store.submit(new_job(), NO_LIMITS)).created

    assert await asyncio.gather(*(submit() for _ in range(5))) == [True] * 5


async def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    refusal = await refusal_of(f"postgresql://bot:{CANARY}@127.0.0.1:1/ledger")

    assert refusal.startswith("The database ledger at 127.0.0.1:1 cannot be opened: ")
    assert refusal.endswith("Check that its server runs, and its user and password.")
    assert CANARY not in refusal


async def test_an_address_that_makes_no_sense_is_not_repeated() -> None:
    refusal = await refusal_of(f"postgresql://bot:%zz{CANARY}@127.0.0.1/ledger")

    assert refusal.startswith("DATABASE is no address that PostgreSQL understands.")
    assert CANARY not in refusal


async def test_a_database_that_is_not_there_is_named(postgres: PostgresServer) -> None:
    url = postgres.url("nothing")

    assert 'database "nothing" does not exist' in await refusal_of(url)


async def test_the_database_of_another_program_is_left_alone(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    write(url, "CREATE TABLE recipes (name TEXT)")

    assert await refusal_of(url) == (
        f"{label_of(url, postgres)} is the database of another program. Make an empty one, and set DATABASE to it."
    )


async def test_a_newer_database_is_used_while_it_says_so_and_refused_when_not(
    postgres: PostgresServer, postgres_url: str
) -> None:
    known = newest(migrations())
    write(postgres_url, f"UPDATE comfycord_format SET number = {known + 1}")
    async with PostgresStore.open(postgres_url) as store:
        assert (await store.submit(new_job(), NO_LIMITS)).created

    write(postgres_url, f"UPDATE comfycord_format SET usable_from = {known + 1}")
    assert await refusal_of(postgres_url) == (
        f"The database {label_of(postgres_url, postgres)} is of a newer Comfycord (format {known + 1}; this one knows "
        f"up to {known}). Upgrade Comfycord, or set DATABASE to another one."
    )


async def test_who_may_not_change_tables_is_told_who_may(postgres: PostgresServer, postgres_url: str) -> None:
    write(postgres_url, f"CREATE ROLE guest_{name_of(postgres_url)} LOGIN")
    guest = postgres.url(name_of(postgres_url), f"guest_{name_of(postgres_url)}")
    label = label_of(postgres_url, postgres)
    write(postgres_url, f"GRANT SELECT ON comfycord_format TO guest_{name_of(postgres_url)}")
    assert await refusal_of(guest) == (
        f"guest_{name_of(postgres_url)} may not write the tables of {label}. Its owner can allow it: see roles.sql."
    )

    write(postgres_url, f"UPDATE comfycord_format SET number = {FIRST - 1}")
    assert await refusal_of(guest) == (
        f"The tables of {label} are not of this version, and guest_{name_of(postgres_url)} may not change them. Start "
        "`python -m bot doctor` once with the owner of the database in DATABASE."
    )


async def test_a_migration_that_fails_changes_nothing(postgres_url: str) -> None:
    scripts = (*migrations(), "CREATE TABLE one (x BIGINT); INSERT INTO nowhere VALUES (1)")
    with connect(postgres_url) as connection:
        with pytest.raises(psycopg.errors.UndefinedTable):
            migrate(connection, "the test's", scripts)
        found = connection.execute("SELECT to_regclass('one'), number FROM comfycord_format").fetchall()

    assert [tuple(row) for row in found] == [(None, newest(migrations()))]


def test_both_databases_are_at_one_format() -> None:
    assert newest(migrations()) == len(sqlite_migrations())


def test_without_the_driver_the_operator_reads_what_to_install() -> None:
    program = """
import asyncio, sys
sys.modules["psycopg"] = None
from bot.jobs.address import PostgresAddress
from bot.jobs.opening import open_store
from bot.jobs.store import StoreUnusable
try:
    open_store(PostgresAddress("postgresql://host/name"))
except StoreUnusable as error:
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == (
        "DATABASE names a PostgreSQL server, and what speaks to one is not installed: pip install 'comfycord[postgres]'"
    )


def test_whoever_keeps_a_file_loads_no_driver_of_a_server() -> None:
    program = "import sys, bot.app; print('psycopg' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "False"
