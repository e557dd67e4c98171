from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.delivery.acknowledging import DEFER_AFTER_SECONDS
from bot.jobs.sqlite import database
from tests.delivery.rig import Rig, rigged


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path) as made:
        yield made


@pytest.fixture
async def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Rig]:
    """Its ledger waits for others that write, longer than an answer may take, and not much."""
    monkeypatch.setattr(database, "BUSY_SECONDS", DEFER_AFTER_SECONDS + 0.5)
    async with rigged(tmp_path) as rig:
        yield rig
