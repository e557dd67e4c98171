"""What the operator reads when the database cannot be used, and how its format moves on."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

import aiosqlite
import pytest

from bot.jobs.inputs import Attachment, InputKind, NewInput, PreparedInput
from bot.jobs.job import Done, MessageRef
from bot.jobs.sqlite import SqliteStore
from bot.jobs.sqlite.database import SqliteDatabase
from bot.jobs.sqlite.faults import openable
from bot.jobs.sqlite.schema import migrate, migrations
from bot.jobs.store import StoreFault, StoreUnavailable, StoreUnusable
from tests.jobs.sample import LEASE_SECONDS, NO_LIMITS, new_job, worker

OLD_JOB = """
INSERT INTO jobs (
    id, interaction_id, turn, needs, created_at, channel_id, user_id, user_locale, application_id, interaction_token,
    interaction_created_at, attachment_limit_bytes, workflow, option_values, titles, graph, ui_graph
) VALUES (
    '8a6e0804-2bd0-4672-b79d-d97027f9071a', 7, 1, '["KSampler"]', 1.0, 2, 3, 'en-US', 4, 'token',
    1.0, 5, 'txt2img', '{"prompt": "a fox"}', '{}', '{1}', '{2}'
)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "comfycord.db"


def everything_in(path: Path) -> Sequence[object]:
    """Its tables, indexes and triggers, what is in them, and its format."""
    with closing(sqlite3.connect(path)) as connection:
        made = sorted(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"), key=str)
        return [*made, *connection.iterdump(), *connection.execute("PRAGMA user_version")]


async def refusal_of(path: Path) -> str:
    with pytest.raises(StoreUnusable) as refusal:
        async with SqliteStore.open(path):
            pass
    return str(refusal.value)


def write(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def write_text(path: Path, words: str) -> None:
    path.write_text(words)


def make_folder(path: Path) -> None:
    path.mkdir()


async def one(database: SqliteDatabase, pragma: str) -> object:
    # A pragma takes no parameters; these are the test's own.
    match pragma:
        case "synchronous":
            rows = await database.run("PRAGMA synchronous")
        case "journal_mode":
            rows = await database.run("PRAGMA journal_mode")
        case "foreign_keys":
            rows = await database.run("PRAGMA foreign_keys")
        case _:
            rows = await database.run("PRAGMA user_version")
    return rows[0][0]


async def test_what_is_committed_outlives_a_power_cut(path: Path) -> None:
    async with SqliteDatabase.open(path) as database:
        found = {name: await one(database, name) for name in ("synchronous", "journal_mode", "foreign_keys")}

    assert found == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}  # 2 is FULL


async def test_a_missing_folder_is_made(path: Path) -> None:
    nested = path.parent / "data" / "bot" / path.name

    async with SqliteStore.open(nested):
        assert nested.exists()


async def test_a_folder_that_cannot_be_made_is_named(path: Path) -> None:
    write_text(path.parent / "data", "a file")
    nested = path.parent / "data" / "comfycord.db"

    assert await refusal_of(nested) == (
        f"The folder of the database {nested} cannot be made: File exists. "
        "Make it, or set DATABASE to a file in another folder."
    )


async def test_a_folder_in_place_of_the_file_is_named(path: Path) -> None:
    make_folder(path)

    assert await refusal_of(path) == (
        f"The database {path} cannot be opened: unable to open database file. "
        "Check that its folder is writable and its disk has room, or set DATABASE to another file."
    )


async def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    write_text(path, "a shopping list, long enough to be looked at as the header of a database. " * 20)

    assert await refusal_of(path) == (
        f"The database {path} cannot be opened: file is not a database. "
        "Check that its folder is writable and its disk has room, or set DATABASE to another file."
    )


def test_a_full_disk_is_named(path: Path) -> None:
    with pytest.raises(StoreUnusable) as refusal, openable(path):
        raise StoreUnavailable(StoreFault.FULL, "database or disk is full")

    assert str(refusal.value) == (
        f"The database {path} cannot be opened: database or disk is full. "
        "Check that its folder is writable and its disk has room, or set DATABASE to another file."
    )


async def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    write(path, "CREATE TABLE recipes (name TEXT)")

    assert await refusal_of(path) == (
        f"{path} is the database of another program. Set DATABASE to another file."
    )


async def test_a_newer_database_is_refused(path: Path) -> None:
    async with SqliteStore.open(path):
        pass
    known = len(migrations())
    write(path, f"PRAGMA user_version = {known + 1}")

    assert await refusal_of(path) == (
        f"The database {path} is of a newer Comfycord (format {known + 1}; this one knows up to {known}). "
        "Upgrade Comfycord, or set DATABASE to another file."
    )


async def test_an_opened_database_has_the_newest_format(path: Path) -> None:
    for _ in range(2):
        async with SqliteDatabase.open(path) as database:
            assert await one(database, "user_version") == len(migrations())


async def test_an_empty_database_is_made_at_once_as_the_migrations_make_it(
    path: Path, tmp_path: Path
) -> None:
    """Where this fails: a migration was added, and ``python -m tests.jobs.newest_tables`` writes down what it does."""
    old = tmp_path / "old.db"
    async with aiosqlite.connect(old, isolation_level=None) as connection:
        await migrate(connection, old, migrations())
    async with SqliteStore.open(path):
        pass

    assert everything_in(path) == everything_in(old)


async def test_the_newest_format_is_for_an_empty_database_only(path: Path) -> None:
    scripts = ("CREATE TABLE a (x);", "INSERT INTO a VALUES (2);")
    newest = "CREATE TABLE a (x); INSERT INTO a VALUES (2); INSERT INTO a VALUES (3);"

    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await migrate(connection, path, scripts[:1], None)
        await migrate(connection, path, scripts, newest)
        rows = await connection.execute_fetchall("SELECT x FROM a")

    assert list(rows) == [(2,)]


async def test_migrations_continue_where_the_last_version_stopped(path: Path) -> None:
    scripts = ("CREATE TABLE a (x) ;", "INSERT INTO a VALUES (1);", "INSERT INTO a VALUES (2);")

    async with aiosqlite.connect(path, isolation_level=None) as connection:
        for known in (1, 3, 3):
            await migrate(connection, path, scripts[:known])
        rows = await connection.execute_fetchall("SELECT x FROM a")

    assert list(rows) == [(1,), (2,)]


async def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    scripts = ("CREATE TABLE a (x);", "INSERT INTO a VALUES (1); INSERT INTO nowhere VALUES (1);")

    async with aiosqlite.connect(path, isolation_level=None) as connection:
        with pytest.raises(sqlite3.OperationalError):
            await migrate(connection, path, scripts)
        rows = await connection.execute_fetchall("SELECT x FROM a")
        version = await connection.execute_fetchall("PRAGMA user_version")

    assert (list(rows), list(version)) == ([], [(1,)])


async def test_jobs_of_before_graphs_had_a_table_of_their_own_keep_them(path: Path) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await migrate(connection, path, migrations()[:3])
        await connection.execute_fetchall(OLD_JOB)

    async with SqliteStore.open(path) as store:
        claim = await store.claim(worker(has={"KSampler"}), LEASE_SECONDS)

    assert claim
    assert (claim.graph, claim.ui_graph) == ("{1}", "{2}")
    assert claim.job.values == {"prompt": "a fox"}


JOBS_OF_FORMAT_5 = """
INSERT INTO jobs (
    sequence, id, interaction_id, state, turn, needs, backend, attempt, prompt_id, owner, claims, lease_until,
    worker_backend, created_at, started_at, finished_at, outcome, delivery, delivery_due_at, delivery_parts,
    node_seconds, prompt_option, stand_ins, channel_id, user_id, user_locale, application_id, interaction_token,
    interaction_created_at, attachment_limit_bytes, workflow, option_values, titles
) VALUES
    (1, '00000000-0000-0000-0000-000000000001', 1, 'done', 1, '[]', 'gpu', 1, NULL, NULL, 1, NULL, NULL,
     1.0, 2.0, 5.0, '{"outputs": [], "texts": ["a"]}', 'pending', 5.0, '{"0": [3, 4]}', '{"9": 2.5}', 'words',
     '{"model": "x"}', 2, 3, 'en-US', 4, 't', 1.0, 5, 'txt2img', '{"words": "fox"}', '{}'),
    (2, '00000000-0000-0000-0000-000000000002', 2, 'running', 7, '["KSampler"]', 'gpu', 1,
     '00000000-0000-0000-0000-0000000000aa', 'x', 1, 99.0, 'gpu', 1.0, 2.0, NULL, NULL, 'pending', NULL, '{}', NULL,
     NULL, '{}', 2, 3, 'en-US', 4, 't', 1.0, 5, 'txt2img', '{}', '{}'),
    (3, '00000000-0000-0000-0000-000000000003', 3, 'queued', 8, '["KSampler"]', NULL, 0, NULL, NULL, 0, NULL, NULL,
     1.0, NULL, NULL, NULL, 'pending', NULL, '{}', NULL, NULL, '{}', 2, 3, 'en-US', 4, 't', 1.0, 5, 'txt2img',
     '{}', '{}');
INSERT INTO graphs (sequence, graph, ui_graph) VALUES (1, '{1}', NULL), (2, '{2}', '{}'), (3, '{3}', NULL);
UPDATE virtual_time SET turn = 7;
"""


async def test_jobs_of_before_files_could_be_handed_in_are_kept_whole(path: Path) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await migrate(connection, path, migrations()[:5])
    write(path, JOBS_OF_FORMAT_5)

    async with SqliteStore.open(path) as store:
        done = await store.job(UUID(int=1))
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        claims = [await store.claim(worker("gpu", has={"KSampler"}), LEASE_SECONDS) for _ in range(2)]
        usual = await store.usual("txt2img")
        ticket = await store.submit(new_job(), NO_LIMITS)

    assert done
    assert delivery
    assert (done.outcome, done.prompt, done.stand_ins, done.started_at) == (
        Done((), ("a",)),
        "fox",
        {"model": "x"},
        2.0,
    )
    assert (delivery.job.id, delivery.parts) == (done.id, {"0": MessageRef(3, 4)})
    assert [claim and (claim.job.id, claim.graph, claim.job.attempt) for claim in claims] == [
        (UUID(int=2), "{2}", 1),
        (UUID(int=3), "{3}", 0),
    ]
    assert usual.node_seconds == {"9": 2.5}
    assert ticket.created
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT turn FROM virtual_time").fetchall() == [(8,)]  # by the trigger
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert [name for (name,) in tables if name.endswith(("_before", "_aside"))] == []


FILES_OF_FORMAT_7 = """
INSERT INTO jobs (
    sequence, id, interaction_id, state, preparation_due_at, turn, needs, created_at, channel_id, user_id, user_locale,
    application_id, interaction_token, interaction_created_at, attachment_limit_bytes, workflow, option_values, titles
) VALUES
    (1, '00000000-0000-0000-0000-000000000001', 1, 'preparing', 1.0, 1, '[]', 1.0, 2, 3, 'en-US', 4, 't', 1.0, 5,
     'img2img', '{}', '{}'),
    (2, '00000000-0000-0000-0000-000000000002', 2, 'queued', NULL, 2, '[]', 1.0, 2, 3, 'en-US', 4, 't', 1.0, 5,
     'img2img', '{}', '{}');
INSERT INTO graphs (sequence, graph) VALUES (1, '{}'), (2, '{}');
INSERT INTO inputs (sequence, option, targets, asked) VALUES
    (1, 'image', '[["1", "image"]]', '{"kind": "image", "attachment": ["https://a/b.png", "b.png", null], "masking": null}');
INSERT INTO inputs (sequence, option, targets, blob, suffix, notices) VALUES (2, 'image', '[]', 'ab', '.png', '[]');
"""


async def test_files_of_before_jobs_could_start_from_others_are_kept_whole(path: Path) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await migrate(connection, path, migrations()[:7])
    write(path, FILES_OF_FORMAT_7)
    async with SqliteStore.open(path) as store:
        preparation = await store.claim_preparation("boot", LEASE_SECONDS)
        inputs = await store.inputs(UUID(int=2))
    assert preparation
    attachment = Attachment("https://a/b.png", "b.png", None)
    assert preparation.inputs == (NewInput("image", InputKind.IMAGE, attachment, (("1", "image"),)),)
    assert [each.prepared for each in inputs] == [PreparedInput("image", "ab", ".png")]


def test_migrations_are_numbered_without_a_gap(tmp_path: Path) -> None:
    for name in ("0001_jobs.sql", "0003_more.sql"):
        tmp_path.joinpath(name).write_text("")

    with pytest.raises(ValueError, match=r"migration 0002 is missing before 0003_more\.sql"):
        migrations(tmp_path)
