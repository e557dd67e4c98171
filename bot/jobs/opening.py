"""Opening the ledger wherever it is kept: the one place that knows of both databases."""

from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from bot.jobs.address import Address, PostgresAddress
from bot.jobs.progress_bus import ProgressBus
from bot.jobs.rules import LedgerRules
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import StoreUnusable
from bot.texts import text


def open_store(address: Address) -> AbstractAsyncContextManager[LedgerRules]:
    """The store, for as long as the block lasts.

    Raises:
        StoreUnusable: with a sentence for the operator.
    """
    match address:
        case Path():
            return SqliteStore.open(address)
        case PostgresAddress(url):
            return _postgres(url)


def open_progress(address: Address) -> AbstractAsyncContextManager[ProgressBus | None]:
    """What tells other processes with the same ledger how far jobs are; None: there are no others."""
    match address:
        case Path():
            return nullcontext()
        case PostgresAddress(url):
            from bot.jobs.postgres.progress import PostgresProgress  # noqa: PLC0415  # as below

            return PostgresProgress.open(url)


def _postgres(url: str) -> AbstractAsyncContextManager[LedgerRules]:
    try:
        from bot.jobs.postgres import PostgresStore  # noqa: PLC0415  # an extra: most have no server, and load none of it
    except ImportError as error:
        raise StoreUnusable(text("store-no-driver")) from error
    return PostgresStore.open(url)
