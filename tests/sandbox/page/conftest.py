"""One browser for all tests that a process runs, and one bot for all of a file."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from playwright.async_api import Browser

from tests.sandbox.page.browser import browsing
from tests.sandbox.page.performer import Performance, performing


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncGenerator[Browser]:
    async with browsing() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def performance() -> AsyncGenerator[Performance]:
    async with performing() as begun:
        yield begun
