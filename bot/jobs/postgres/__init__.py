"""The ledger in PostgreSQL, for many processes: opening it, transactions whose end is known, wake-ups between machines.

Needs ``pip install 'comfycord[postgres]'``; whoever has SQLite loads none of this.
"""

from bot.jobs.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
