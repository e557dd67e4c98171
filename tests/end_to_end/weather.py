"""Bad weather on both sides of the bot, by a seed: what breaks, where, and when."""

import asyncio
import random
from collections.abc import Callable, Sequence

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import DiscordStandIn, Fault
from tests.end_to_end.rig import Rig

REQUESTS = (
    ("POST", r"/interactions/\d+/[^/]+/callback"),
    ("PATCH", r"/webhooks/\d+/[^/]+/messages/@original"),
    ("POST", r"/channels/\d+/messages"),
)
# each is told once: some take seconds to get over
STORIES: Sequence[Callable[[], Story]] = (
    lambda: Story(lose_answer=True),
    lambda: Story(late_history=0.2),
    lambda: Story(disconnect_at=0.5),
    lambda: Story(forgets_client=True),
    lambda: Story(silent=True),
    lambda: Story(crash_at=0.5, restart_after=0.2),
)
CLOSES = (1000, 1001, 4000, 4008, 4009)
PAUSE_SECONDS = 0.06


async def bad_weather(rig: Rig, dice: random.Random) -> None:
    """Let something break every now and then, until cancelled."""
    stories = list(STORIES)
    dice.shuffle(stories)
    while True:
        await asyncio.sleep(dice.uniform(0, 2 * PAUSE_SECONDS))
        match dice.choice(("request", "request", "request", "gateway", "socket", "story")):
            case "request":
                rig.discord.add_fault(_fault(dice))
            case "gateway":
                await _break_gateway(rig.discord, dice)
            case "socket" if rig.comfy.sockets:
                cut = dice.choice((rig.comfy.disconnect, rig.comfy.forget_client))
                cut(dice.choice(rig.comfy.sockets))
            case "story" if stories:
                rig.comfy.next_job(stories.pop()())
            case _:
                pass


def _fault(dice: random.Random) -> Fault:
    method, path = dice.choice(REQUESTS)
    return dice.choice(
        (
            Fault(method, path, status=dice.choice((500, 502, 503))),
            Fault(method, path, status=429, retry_after=0.3),
            Fault(method, path, status=429, retry_after=0.2, is_global=True),
            Fault(method, path, drop="before"),
            Fault(method, path, drop="after"),
            Fault(method, path, delay_seconds=0.3),
        )
    )


async def _break_gateway(discord: DiscordStandIn, dice: random.Random) -> None:
    match dice.choice(("drop", "close", "reconnect", "invalidate")):
        case "drop":
            discord.gw_drop()
        case "close":
            await discord.gw_close(dice.choice(CLOSES))
        case "reconnect":
            discord.gw_reconnect()
        case _:
            discord.gw_invalidate(resumable=True)
