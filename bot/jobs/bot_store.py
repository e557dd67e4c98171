"""The part of the ledger that shares the work of one token among several processes: see :mod:`bot.jobs.store`.

A *bot* is one process that is connected to Discord. Discord tells it of the guilds of its shards, and what is to be shown
in them falls to it; what falls to nobody who lives is anybody's.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from bot.jobs.job import Job
from bot.jobs.shards import Shards


class Bot(Struct, frozen=True):
    name: str
    """Of this life of the process, and of no other."""
    shards: Shards


class BotStore(Protocol):
    async def alive(self, bot: Bot, seconds: float) -> Sequence[Bot]:
        """Say that this bot lives, and that it will say so again within ``seconds``. Returns all that live, by shard.

        Bots that did not say so in time are forgotten, and what they were delivering is due at once.
        """
        ...

    async def leave(self, name: str) -> None:
        """This bot ends: what it was delivering is due at once, and what fell to it is anybody's."""
        ...

    async def take_statuses(
        self, bot: str, most: int, *, own_too: bool = False, unanswered_seconds: float = 0.0
    ) -> Sequence[Job]:
        """Make this bot the keeper of status messages that no living bot keeps, and that fall to it.

        Of open jobs in fair order; of a group its first member, as long as any is open. ``own_too``: also those that this
        bot keeps already. ``unanswered_seconds``: for so long after it was asked for, a job that never had a keeper is
        left to the bot that is just answering the command.
        """
        ...

    async def hold(self, name: str, holder: str | None, seconds: float) -> float:
        """Hold ``name`` for ``seconds`` from now on, if nobody else does: then 0; else in how many seconds it is free.

        Who holds it may hold it anew, longer or shorter (0: gives it back). Without a ``holder`` it is a turn that
        only time ends.
        """
        ...
