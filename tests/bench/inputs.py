"""(i) From a command with a picture of 1.6 MB to its prompt at ComfyUI: fetched, looked at, kept, uploaded, submitted."""

import os
import time
from collections.abc import Sequence

from bot.sandbox.discord import Upload
from tests.bench.bare_inputs import bare_inputs
from tests.bench.noise import noise
from tests.bench.rig import PICTURE, Rig, rig, the_bot
from tests.bench.table import Row, percentile

JOBS = 20
WARM_UP = 3
"""First jobs open connections and load Pillow; they are no measure of the others."""


async def measure() -> Sequence[Row]:
    async with rig() as here:
        async with the_bot(here, PICTURE):
            results = [await _hand_in(here) for _ in range(WARM_UP + JOBS)][WARM_UP:]
        folder = here.discord.channels["general"].id
        store = here.discord.attachments
        links = [store.add(_picture(), folder_id=folder).url for _ in range(WARM_UP + JOBS)]
        floors = (await bare_inputs(links, here.comfy.url))[WARM_UP:]
    load = os.getloadavg()[0]
    return [
        Row(
            "i",
            f"picture attached → prompt submitted, {name}",
            "ms",
            percentile(results, share) * 1000,
            percentile(floors, share) * 1000,
            load=load,
        )
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]


async def _hand_in(here: Rig) -> float:
    before, posted = len(here.comfy.submitted), len(here.watch.posted_at)
    begun = time.perf_counter()
    await here.slash("/attached", {"picture": _picture()})
    await here.discord.until(lambda: len(here.comfy.submitted) > before, 60)
    seconds = time.perf_counter() - begun
    await here.posted(posted + 1)
    await here.quiet(0.1)
    return seconds


def _picture() -> Upload:
    """Another one each time: what ComfyUI has already is not uploaded again."""
    return Upload("noise.png", noise())
