"""The keys of workflows, for everybody above the ledger: see :mod:`bot.jobs.workflow_key`."""

from bot.jobs.workflow_key import GuildKey, guild_key, is_same, key_of, spoken

__all__ = ["GuildKey", "guild_key", "is_same", "key_of", "spoken"]
