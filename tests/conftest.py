"""What several folders of tests share: one PostgreSQL server a session, started when the first test asks for it.

And what is left out on systems on which it cannot be tried; everything else runs everywhere.
"""

import asyncio
import gc
import logging
import sys
from collections.abc import Generator

import pytest

from bot.jobs.postgres import PostgresStore
from tests.postgres import PostgresServer, postgres_server, why_not

# before anything imports them, from wherever
pytest.register_assert_rewrite("tests.inputs.contract", "tests.jobs.contract")

_LINUX_ALONE = {
    "delivery/test_fitter.py": "whether a program still runs is read from /proc",
    "inputs/test_hostile.py": "the most memory that a process had is read from /proc",
}
_NOT_ON_WINDOWS = {
    "comfy/test_command_line.py": "Ctrl-C is sent as a signal",
    "delivery/test_size_ladder.py": "it stands on end_to_end",
    "deploy/test_services.py": "it stands on end_to_end",
    "end_to_end": "lives of the bot are forked, and ended by signals",
    "inputs/test_file_blobs.py": "processes are forked, and killed at every step",
    "test_doctor.py": "it stands on end_to_end",
    "workflows/prompts/test_wildcard_files.py": "pipes and links are made",
}
_LONG = ("tests/end_to_end/", "tests/sandbox/page/", "tests/cogs/", "tests/jobs/")
collect_ignore = [
    *(_LINUX_ALONE if sys.platform != "linux" else ()),
    *(_NOT_ON_WINDOWS if sys.platform == "win32" else ()),
]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays: half a million objects, and no look for garbage goes through them, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where the longest files are, tests begin first: else one worker has the last of them for itself in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


@pytest.fixture(autouse=True)
def _log_as_before() -> Generator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest calls it
    """A command that was run in this process set logging up for itself, with the stderr of its own test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgres() -> Generator[PostgresServer]:
    """Skipped, with the reason, where PostgreSQL is not installed."""
    if reason := why_not():
        pytest.skip(reason)
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """The name of a database with the ledger's tables, to be copied."""

    async def prepare(address: str) -> None:
        async with PostgresStore.open(address):
            pass

    address = postgres.new_database()
    asyncio.run(prepare(address))
    return address.rpartition("/")[2]


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_template: str) -> Generator[str]:
    """The address of an empty ledger that no other test uses."""
    url = postgres.new_database(postgres_template)
    yield url
    postgres.drop(url)
