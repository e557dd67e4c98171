"""Which queues are held up, answered from memory."""

from collections.abc import Mapping
from typing import NoReturn

from bot.errors import Refused
from bot.jobs.pause_store import PauseKind
from bot.jobs.store import JobStore
from bot.moderation.memory import Memory
from bot.texts import text

NOT_HELD_UP: frozenset[PauseKind] = frozenset()


class Pauses:
    """Every method may raise ``StoreUnavailable``. A ``guild_id`` of None is a direct message's queue; but see :meth:`pause`."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._memory = Memory[None, Mapping[int | None, frozenset[PauseKind]]](lambda _: store.pauses())

    async def run(self) -> NoReturn:
        await self._memory.kept_true(self._store)

    async def of_guild(self, guild_id: int | None) -> frozenset[PauseKind]:
        """How the guild's own moderators hold up its queue; of direct messages nobody does."""
        return NOT_HELD_UP if guild_id is None else (await self._all()).get(guild_id, NOT_HELD_UP)

    async def of_everything(self) -> frozenset[PauseKind]:
        """How the operator holds up every queue."""
        return (await self._all()).get(None, NOT_HELD_UP)

    async def check_intake(self, guild_id: int | None) -> None:
        """Before a job is taken in.

        Raises:
            Refused: nothing is taken in here, or nowhere.
        """
        if PauseKind.DRAIN in await self.of_everything():
            raise Refused(text("drained-everywhere"))
        if PauseKind.DRAIN in await self.of_guild(guild_id):
            raise Refused(text("drained"))

    async def pause(self, guild_id: int | None, kind: PauseKind, *, by: int) -> bool:
        """See :meth:`bot.jobs.pause_store.PauseStore.pause`: None is every queue."""
        paused = await self._store.pause(guild_id, kind, by=by)
        self._memory.forget()
        return paused

    async def resume(self, guild_id: int | None, *, by: int) -> bool:
        """See :meth:`bot.jobs.pause_store.PauseStore.resume`: None is every queue."""
        resumed = await self._store.resume(guild_id, by=by)
        self._memory.forget()
        return resumed

    async def _all(self) -> Mapping[int | None, frozenset[PauseKind]]:
        return await self._memory.of(None)
