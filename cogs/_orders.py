"""Orders that are kept until a job comes of them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.jobs.pending import PendingOrder
from bot.jobs.pending_store import PendingStore


@asynccontextmanager
async def kept_unless_made(pending: PendingStore, order: PendingOrder | None) -> AsyncGenerator[None]:
    """While the block makes a job of an order that was taken: it goes back where none comes of it.

    To be put inside of what tells people why: whoever reads that may press again at once.
    """
    made = False
    try:
        yield
        made = True
    finally:
        if not made and order is not None:
            await pending.keep_pending(order)
