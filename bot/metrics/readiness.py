"""Whether the bot can do what it is for, and what is missing where it cannot."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from msgspec import Struct

from bot.errors import Unusable
from bot.jobs.store import JobStore, StoreUnavailable

PATIENCE_SECONDS: Final = 2.0
NOBODYS_JOB: Final = UUID(int=0)


class Ready(Struct, frozen=True):
    lacks: Mapping[str, str | None]
    """What was looked at → what is missing of it, in a few words; None: nothing."""

    def __bool__(self) -> bool:
        return not any(self.lacks.values())

    @property
    def lines(self) -> str:
        """A line each, ``[+]`` or ``[-]``, as the health pages of Kubernetes have them."""
        return "".join(
            f"[+]{name} ok\n" if lack is None else f"[-]{name} {lack}\n" for name, lack in self.lacks.items()
        )

    @property
    def sentence(self) -> str:
        missing = [f"{name} {lack}" for name, lack in self.lacks.items() if lack is not None]
        return ", ".join(missing) or "ready"


class Readiness:
    def __init__(
        self,
        store: JobStore,
        facts: Mapping[str, tuple[Callable[[], bool], str]],
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """``facts``: what must be so beside the database, and what is to be said where it is not."""
        self._store = store
        self._facts = facts
        self._patience_seconds = patience_seconds

    async def look(self) -> Ready:
        lacks = {"database": await self._lack_of_database()}
        return Ready(lacks | {name: None if is_so() else lack for name, (is_so, lack) in self._facts.items()})

    async def database_answers(self) -> bool:
        """Whether it says anything at all; that it cannot serve is an answer, and no new process would help."""
        try:
            await self._ask()
        except TimeoutError:
            return False
        except (StoreUnavailable, Unusable):
            return True
        return True

    async def _lack_of_database(self) -> str | None:
        try:
            await self._ask()
        except TimeoutError:
            return "does not answer"
        except StoreUnavailable as fault:
            return f"is {fault.fault}"
        except Unusable:
            return "cannot be used"
        return None

    async def _ask(self) -> None:
        async with asyncio.timeout(self._patience_seconds):
            await self._store.job(NOBODYS_JOB)
