"""(a) From the end of a job at ComfyUI to the answered result message, with a picture of 1.6 MB."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from bot.sandbox.comfyui import Story
from bot.sandbox.comfyui.files import Folder, StoredFile
from tests.bench.bare_transfers import Errand, bare_transfers
from tests.bench.noise import noise
from tests.bench.rig import PICTURE, Rig, rig, the_bot
from tests.bench.table import FloorPlus, Row, percentile

JOBS = 40
WARM_UP = 3
"""First jobs open connections and load Pillow; they are no measure of the others."""
JOB_SECONDS = 0.15
"""So that the status message is shown and at rest when the job ends, as it is with real ones."""


async def measure() -> Sequence[Row]:
    return await with_ledger(None, extra_ms=10)


async def with_ledger(database: str | None, *, extra_ms: float) -> Sequence[Row]:
    """The same on another database than a file: how much slower than the floor a result may be there."""
    async with rig() as here:
        here.comfy.installation.files.put(Folder.INPUT, "noise.png", StoredFile(noise()))
        here.comfy.every_job(Story(seconds=JOB_SECONDS))
        async with the_bot(here, PICTURE, database):
            results = [await _deliver(here) for _ in range(WARM_UP + JOBS)][WARM_UP:]
        again = errand(here, WARM_UP + JOBS)
        toll = await bare_transfers(replace(again, pause_seconds=JOB_SECONDS))
        floors = toll.seconds[WARM_UP:]
    load = os.getloadavg()[0]
    return [
        Row(
            "a",
            f"end of job → result answered, {name}" + (", PostgreSQL" if database else ""),
            "ms",
            percentile(results, share) * 1000,
            percentile(floors, share) * 1000,
            FloorPlus(extra),
            load,
        )
        for name, share, extra in (("p50", 0.5, extra_ms), ("p99", 0.99, 50))
    ]


async def _deliver(here: Rig) -> float:
    before = len(here.watch.posted_at)
    await here.slash("/picture")
    await here.posted(before + 1)
    answered_at = here.watch.posted_at[before]
    await here.quiet(0.1)
    return answered_at - _ended_at(here)


def _ended_at(here: Rig) -> float:
    """When ComfyUI said ``execution_success`` last, in whole milliseconds: up to one is counted too much."""
    entry = cast("Any", list(here.comfy.history.values())[-1])
    return float(entry["status"]["messages"][-1][1]["timestamp"]) / 1000


def errand(here: Rig, most: int) -> Errand:
    """Fetch and post once more what the last jobs made."""
    return Errand(
        comfy=here.comfy.url,
        discord=f"{here.discord.api_base}/channels/{here.discord.channels['general'].id}/messages",
        token=here.discord.token,
        prompt_ids=list(here.comfy.history)[-most:],
    )
