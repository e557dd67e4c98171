"""The faults, by a seed: what breaks, where, when, and how often each kind did.

Each kind is a function that breaks one thing and mends it; it returns whether anything was there to be broken.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.chaos import database_faults, faults, process_faults
from tests.chaos.world import World

Strike = Callable[[World, random.Random], Awaitable[bool]]

EVERYWHERE: Mapping[str, tuple[int, Strike]] = {
    "bot or worker killed": (8, process_faults.kill),
    "bot killed at a request to Discord": (10, process_faults.kill_at_discord),
    "bot or worker killed at a request to ComfyUI": (10, process_faults.kill_at_comfyui),
    "bot or worker stopped by SIGTERM": (4, process_faults.stop),
    "bot or worker frozen for seconds": (4, process_faults.freeze),
    "bot or worker frozen beyond its lease": (1, process_faults.freeze_beyond_lease),
    "ComfyUI killed": (8, faults.kill_comfyui),
    "ComfyUI frozen": (4, faults.freeze_comfyui),
    "ComfyUI answers wrongly": (8, faults.wrong_comfyui_answer),
    "ComfyUI's job goes oddly": (8, faults.odd_job),
    "ComfyUI's socket deaf or cut": (5, faults.break_comfyui_socket),
    "connections to ComfyUI cut": (4, faults.cut_comfyui),
    "connections to ComfyUI silent": (3, faults.silence_comfyui),
    "connections to ComfyUI half open": (3, faults.forget_comfyui),
    "connections to ComfyUI slow": (2, faults.slow_comfyui),
    "connection to ComfyUI cut at a request or answer": (6, faults.snare_comfyui),
    "Discord answers 5xx": (8, faults.discord_5xx),
    "Discord answers 429": (6, faults.discord_429),
    "Discord's answer lost": (8, faults.lost_discord_answer),
    "request to Discord lost": (5, faults.lost_discord_request),
    "Discord answers late": (5, faults.late_discord_answer),
    "gateway cut, closed or reset": (7, faults.break_gateway),
    "interaction delivered twice": (6, faults.deliver_twice),
    "connections to Discord cut": (5, faults.cut_discord),
    "connections to Discord silent": (4, faults.silence_discord),
    "connections to Discord half open": (2, faults.forget_discord),
    "connections to Discord slow": (3, faults.slow_discord),
    "connection to Discord cut at a request or answer": (7, faults.snare_discord),
}
"""By kind: its share of the storm."""


@dataclass(slots=True)
class Storm:
    world: World
    dice: random.Random
    kinds: Mapping[str, tuple[int, Strike]]
    counts: Counter[str] = field(default_factory=Counter[str])
    """How often each kind happened."""

    async def rage(self, seconds: float, strikes: int) -> None:
        """Break something now and then, so often in all; ends when the last of it is mended."""
        pause = seconds / strikes
        deck: list[str] = []
        async with asyncio.TaskGroup() as striking:
            for _ in range(strikes):
                await asyncio.sleep(self.dice.uniform(0, 2 * pause))
                if not deck:
                    deck = [kind for kind, (share, _) in self.kinds.items() for _ in range(share)]
                    self.dice.shuffle(deck)
                striking.create_task(self._strike(deck.pop()))

    async def _strike(self, kind: str) -> None:
        dice = random.Random(self.dice.random())  # what it draws does not depend on what else happens
        if await self.kinds[kind][1](self.world, dice):
            self.counts[kind] += 1


def postgres_kinds() -> Mapping[str, tuple[int, Strike]]:
    return {
        **EVERYWHERE,
        "bot or worker killed": (14, process_faults.kill),
        "bot or worker frozen beyond its lease": (4, process_faults.freeze_beyond_lease),
        "database server killed": (6, database_faults.kill),
        "database server frozen": (3, database_faults.freeze),
        "database sessions ended by the server": (4, database_faults.end_sessions),
        "connections to the database cut": (6, database_faults.cut),
        "connections to the database silent": (4, database_faults.silence),
        "connections to the database half open": (3, database_faults.forget),
        "connections to the database slow": (3, database_faults.slow),
        "connection to the database cut at a statement or answer": (20, database_faults.snare),
    }


def sqlite_kinds() -> Mapping[str, tuple[int, Strike]]:
    return {**EVERYWHERE, "database locked by another program": (5, database_faults.lock)}
