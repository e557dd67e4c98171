"""A ledger as it is after years: a million ended jobs of ten thousand guilds, made by the server itself."""

from collections.abc import Mapping
from typing import LiteralString

import psycopg
from psycopg import sql

from bot.jobs.postgres import PostgresStore
from tests.jobs.sample import NO_LIMITS, new_job

ENDED = 1_000_000
KINDS = 5

_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = 'jobs'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
_ENDED: Mapping[str, LiteralString] = {
    "state": "'done'",
    "outcome": """'{"outputs": [["9", "a.png", "", "output"]], "texts": []}'""",
    "delivery": "'posted'",
    "created_at": "extract(epoch FROM now()) - n",
    "started_at": "extract(epoch FROM now()) - n",
    "finished_at": "extract(epoch FROM now()) - n + 5",
    "delivery_due_at": "extract(epoch FROM now()) - n + 5",
    "result_message_id": "n",
    "node_seconds": "'{}'",
}
_GRAPHS = (
    "INSERT INTO graphs SELECT sequence, '{}', NULL FROM jobs WHERE state = 'queued' ON CONFLICT DO NOTHING"
)
_QUEUED: Mapping[str, LiteralString] = {"turn": "1 + n / 20", "needs": """'["model ' || n % 5 || '"]'"""}


async def fill(url: str, ended: int = ENDED) -> None:
    async with PostgresStore.open(url) as store:
        await store.submit(new_job(needs=frozenset({"what nobody has"})), NO_LIMITS)
    with psycopg.connect(url, autocommit=True) as connection:
        _multiply(connection, _ENDED, ended, first=1)
        connection.execute("VACUUM ANALYZE jobs")


def queue(url: str, count: int, first: int) -> None:
    """So many jobs more that wait; ``first`` tells their ids from those of others."""
    with psycopg.connect(url, autocommit=True) as connection:
        _multiply(connection, _QUEUED, count, first=first)
        connection.execute(_GRAPHS)
        connection.execute("ANALYZE jobs")


def clear(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "DELETE FROM jobs WHERE state IN ('queued', 'running') AND interaction_id < 1000000000"
        )


def _multiply(
    connection: psycopg.Connection, changed: Mapping[str, LiteralString], count: int, first: int
) -> None:
    """Copies of the job that is there, but for what is changed, an expression of its number ``n``."""
    own: Mapping[str, LiteralString] = {
        "sequence": "nextval(pg_get_serial_sequence('jobs', 'sequence'))",
        "id": "gen_random_uuid()::text",
        "interaction_id": "n",
        "guild_id": "n % 10000",
        "user_id": "n % 50000",
        **changed,
    }
    names = [name for (name,) in connection.execute(_COLUMNS)]
    statement = sql.SQL(
        "INSERT INTO jobs ({}) SELECT {} FROM (SELECT * FROM jobs ORDER BY sequence LIMIT 1) AS one, "
        "generate_series({}, {}) AS n"
    ).format(
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(
            sql.SQL(own[name]) if name in own else sql.Identifier("one", name) for name in names
        ),
        sql.Literal(first),
        sql.Literal(first + count - 1),
    )
    connection.execute(statement)
