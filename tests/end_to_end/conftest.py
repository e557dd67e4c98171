from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.end_to_end.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[Stage]:
    async with staged(tmp_path) as made:
        yield made
