"""Whom the moderators of a guild keep from asking for jobs, answered from memory."""

from typing import NoReturn

from bot.errors import NotAllowed
from bot.jobs.block_store import Block
from bot.jobs.store import JobStore
from bot.moderation.memory import Memory
from bot.texts import text


class Blocks:
    """Every method may raise ``StoreUnavailable``."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._memory = Memory[tuple[int, int], Block | None](lambda key: store.block_of(*key))

    async def run(self) -> NoReturn:
        await self._memory.kept_true(self._store)

    async def of(self, guild_id: int | None, user_id: int) -> Block | None:
        """The block that holds now. Nobody is blocked in direct messages."""
        if guild_id is None:
            return None
        block = await self._memory.of((guild_id, user_id))
        is_over = block is not None and block.until is not None and block.until <= self._store.now()
        return None if is_over else block

    async def check(self, guild_id: int | None, user_id: int) -> None:
        """
        Raises:
            NotAllowed: they are blocked, with the reason and until when.
        """  # noqa: D205, D212  # all that it does
        if (block := await self.of(guild_id, user_id)) is not None:
            raise blocked(block)

    async def block(
        self, guild_id: int, user_id: int, *, seconds: float | None, reason: str, by: int
    ) -> Block | None:
        """See :meth:`bot.jobs.block_store.BlockStore.block`."""
        block = await self._store.block(guild_id, user_id, seconds=seconds, reason=reason, by=by)
        self._memory.forget()
        return block

    async def unblock(self, guild_id: int, user_id: int, *, by: int) -> bool:
        """See :meth:`bot.jobs.block_store.BlockStore.unblock`."""
        unblocked = await self._store.unblock(guild_id, user_id, by=by)
        self._memory.forget()
        return unblocked


def blocked(block: Block) -> NotAllowed:
    """In words for whoever is blocked."""
    reason = block.reason or text("block-no-reason")
    if block.until is None:
        return NotAllowed(text("blocked", reason=reason))
    return NotAllowed(text("blocked-until", reason=reason, until=str(int(block.until))))
