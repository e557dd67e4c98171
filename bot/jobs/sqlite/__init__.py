"""The ledger in one file, for one process: opening it, writing in groups, its faults and its files."""

from bot.jobs.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
