"""What the migrations make of an empty SQLite database: ``python -m tests.jobs.newest_tables`` writes it down for the bot.

To be run after a migration was added.
"""

import sqlite3
from contextlib import closing

from bot.jobs.sqlite.schema import NEWEST, migrations

HEAD = "-- Written by tests/jobs/newest_tables.py from the migrations: not to be changed by hand.\n"


def newest_tables() -> str:
    """The statements that make the same tables, with what is in them."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for script in migrations():
            connection.executescript(script)
        _begin, *statements, _commit = connection.iterdump()
    return "\n".join((HEAD, *statements, ""))


if __name__ == "__main__":
    NEWEST.write_text(newest_tables(), encoding="utf-8")
