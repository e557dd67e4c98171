"""A stand-in that answers at once, and a client of it."""

from collections.abc import AsyncGenerator

import pytest

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from tests.sandbox.comfyui.client import Client, connected


@pytest.fixture
async def comfy() -> AsyncGenerator[ComfyStandIn]:
    async with ComfyStandIn.running(speed=INSTANT, previews=False) as standin:
        yield standin


@pytest.fixture
async def client(comfy: ComfyStandIn) -> AsyncGenerator[Client]:
    async with connected(comfy.url) as client:
        yield client
