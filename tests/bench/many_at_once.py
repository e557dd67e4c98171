"""(h) Twenty people at once in one channel, under limits like Discord's: how long until everybody has their picture.

Not part of the table of budgets, for it measures waiting: ``python -m tests.bench.many_at_once``.
"""

import asyncio
import sys
import time
from itertools import repeat

from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.sandbox.discord import AS_OBSERVED, DiscordStandIn
from tests.bench.rig import Rig, Watch, the_bot

PEOPLE = 20


async def measure(people: int = PEOPLE) -> tuple[float, float]:
    """Seconds from the first command to the last picture, and to the last word of the last status message."""
    watch = Watch()
    async with (
        DiscordStandIn.running(rates=AS_OBSERVED, observers=(watch.see,)) as discord,
        ComfyStandIn.running(speed=INSTANT) as comfy,
    ):
        channel = discord.channels["general"]
        here = Rig(discord, comfy, watch, repeat(channel))
        async with the_bot(here):
            begun = time.perf_counter()
            asked = [await here.slash(f"/blank color:{number}") for number in range(people)]
            await discord.until(
                lambda: sum(bool(each.attachments) for each in channel.messages) >= people, 60
            )
            shown = time.perf_counter() - begun
            await discord.until(lambda: all(not each.versions[-1].labels for each in asked), 60)
            return shown, time.perf_counter() - begun


if __name__ == "__main__":
    shown_seconds, closed_seconds = asyncio.run(measure())
    sys.stdout.write(
        f"{PEOPLE} at once in one channel: all pictures after {shown_seconds:.1f} s, "
        f"all status messages closed after {closed_seconds:.1f} s\n"
    )
