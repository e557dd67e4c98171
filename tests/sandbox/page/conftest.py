"""One browser for all tests of a file."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from playwright.async_api import Browser

from tests.sandbox.page.browser import browsing
from tests.sandbox.page.performer import Performance, performing


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with browsing() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def performance() -> AsyncGenerator[Performance]:
    async with performing() as begun:
        yield begun
