from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.end_to_end.rig import Rig, rigged


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with rigged(tmp_path) as made:
        yield made
