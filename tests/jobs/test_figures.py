"""Jobs that had ended before anybody counted them, and what it costs to ask for the numbers of very many."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import aiosqlite
import pytest
from psycopg import sql

from bot.jobs.figure_store import DAY_SECONDS, Day, Failure, Figures, Use, Waits
from bot.jobs.job import Failed
from bot.jobs.outcome_json import outcome_to_json
from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres import schema as postgres_schema
from bot.jobs.postgres.sessions import connect
from bot.jobs.sqlite import SqliteStore
from bot.jobs.sqlite.schema import migrate, migrations
from bot.texts import text
from tests.jobs.sample import DONE, MovableClock
from tests.jobs.traced import traced
from tests.postgres import PostgresServer

BEFORE = 17
"""The format without numbers of days."""
NOON = 19_676 * DAY_SECONDS + DAY_SECONDS // 2
FAILED = Failed(text("failed-node", node=text("node-by-number", id="3"), message='says "id"'))

INSERT = """
INSERT INTO jobs (
    id, interaction_id, state, turn, needs, created_at, started_at, finished_at, outcome, delivery_due_at,
    guild_id, channel_id, user_id, user_locale, application_id, interaction_token, interaction_created_at,
    attachment_limit_bytes, workflow, option_values, titles
) VALUES ({})
"""
Values = Sequence[str | int | float | None]


def ended(number: int, state: str, outcome: str, *, waited: float | None = 12.0) -> Values:
    started = None if waited is None else NOON - 30.0
    created = NOON - 30.0 - (waited or 0.0)
    return (
        f"00000000-0000-0000-0000-{number:012}", number, state, 1, "[]", created, started, NOON, outcome, NOON,
        None, 2, 3, "en", 4, "", created, 5, "txt2img", "{}", "{}",
    )  # fmt: skip


JOBS = (
    ended(1, "done", outcome_to_json(DONE)),
    ended(2, "failed", outcome_to_json(FAILED), waited=1999.0),
    ended(3, "failed", FAILED.reason.to_json(), waited=None),  # as once it was written
    ended(4, "cancelled", '{"by_user_id": null}', waited=None),
)
COUNTED = Figures(
    days=(Day(19_676, done=1, failed=2, cancelled=1),),
    workflows=(Use("txt2img", 4, 60.0),),
    people=(Use(3, 4, 60.0),),
    failures=(Failure("", 1), Failure("failed-node", 1)),
    waits=Waits(2, 12, 1900),
)


async def test_jobs_that_ended_before_are_counted_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "comfycord.db"
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        await migrate(connection, path, migrations()[:BEFORE])
        await connection.executemany(INSERT.format(", ".join("?" * 21)), JOBS)
    async with SqliteStore.open(path, clock=lambda: NOON) as store:
        assert await store.figures(1) == COUNTED


async def test_jobs_that_ended_before_are_counted_in_a_server(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    scripts = [*postgres_schema.migrations()]
    with connect(url) as connection:
        values = [
            sql.SQL(INSERT).format(sql.SQL(", ").join(map(sql.Literal, job))).as_string(connection)
            for job in JOBS
        ]
        counting = BEFORE + 1 - postgres_schema.FIRST
        scripts[counting] = ";".join([*values, scripts[counting]])
        postgres_schema.migrate(connection, "ledger", tuple(scripts))
    async with PostgresStore.open(url, clock=lambda: NOON) as store:
        assert await store.figures(1) == COUNTED


async def test_numbers_of_a_guild_and_of_all_are_found_by_an_index(tmp_path: Path) -> None:
    async with traced(tmp_path / "comfycord.db", MovableClock()) as found:
        store = SqliteStore(found.database)
        await store.figures(30, 100)
        await store.figures(30)
        await store.unname_figures_of(1)
        asked = [each for each in found.read + found.written if "FROM day_" in each]
        steps = [step for each in asked for step in found.plan(each) if "day_" in step]
    assert len(asked) == 11
    assert [step for step in steps if step.startswith("SCAN")] == []


@pytest.mark.parametrize("guild_id", [100, None])
async def test_an_old_day_names_nobody_in_the_file_itself(tmp_path: Path, guild_id: int | None) -> None:
    """Of what was put in as numbers, nothing is lost while it is made nobody's in portions."""
    path = tmp_path / "comfycord.db"
    async with SqliteStore.open(path, clock=lambda: NOON) as store:
        with closing(sqlite3.connect(path)) as connection, connection:
            rows = [(19_676 - 40 + day, 100, person, 1, 0.5) for day in range(2) for person in range(1, 700)]
            connection.executemany(
                "INSERT INTO day_figures (day, guild_id, user_id, workflow, state, jobs, gpu_seconds) "
                "VALUES (?, ?, ?, 'txt2img', 'done', ?, ?)",
                rows,
            )
        await store.unname_figures(39 * DAY_SECONDS + 1, guild_id)
        figures = await store.figures(60, 100)
    assert figures.people[0] == Use(0, 699, 349.5)
    assert len(figures.people) == 700
    assert [day.jobs for day in figures.days if day.jobs] == [699, 699]
