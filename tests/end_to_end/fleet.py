"""A bot and two workers, each a process, that meet in PostgreSQL only; a ComfyUI beside each worker, a Discord before the bot."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psycopg

from bot.jobs.postgres.schema import GRANTS, ROLES
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from tests.end_to_end.life import Life, born
from tests.end_to_end.rig import PLAIN, Rig
from tests.postgres import SUPERUSER


@dataclass(slots=True)
class Fleet:
    rig: Rig
    """The Discord, the first ComfyUI, and what people do and see."""
    other: ComfyStandIn
    database: str
    """The address for its owner; bot and workers have users of their own, who may do less."""
    workflows: str = str(PLAIN)
    watched: dict[str, int] = field(default_factory=dict[str, int])
    """Role → the port at which its process tells of itself."""
    _lives: list[Life] = field(default_factory=list[Life])

    @property
    def comfyuis(self) -> tuple[ComfyStandIn, ComfyStandIn]:
        return self.rig.comfy, self.other

    @property
    def prompts(self) -> list[str]:
        """The ids of all prompts that any ComfyUI ever took."""
        return [str(body["prompt_id"]) for comfy in self.comfyuis for body in comfy.submitted]

    @asynccontextmanager
    async def bot(self, shards: str = "") -> AsyncGenerator[Life]:
        discord = self.rig.discord
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "SHARDS": shards,
        }
        async with self._life("bot", settings) as life:
            yield life

    @asynccontextmanager
    async def worker(self, number: int = 0) -> AsyncGenerator[Life]:
        """Beside one of the ComfyUIs. It has no token, and its settings name no Discord."""
        settings = {"COMFYUI_URLS": self.comfyuis[number].url, "WORKER_NAME": f"gpu-{number}"}
        async with self._life("worker", settings) as life:
            yield life

    @asynccontextmanager
    async def _life(self, role: str, settings: Mapping[str, str]) -> AsyncGenerator[Life]:
        """Ended in order at the end of the block, unless it ended before."""
        database = self.database.replace(f"{SUPERUSER}@", f"comfycord_{role}@")
        watched = f"127.0.0.1:{self.watched[role]}" if role in self.watched else "off"
        everybody = {"DATABASE": database, "WORKFLOWS_DIR": self.workflows, "METRICS_LISTEN": watched}
        log = self.rig.folder / f"{role}-{len(self._lives)}.log"
        life = born({**everybody, **settings}, log, "--role", role, haste=self.rig.haste)
        self._lives.append(life)
        try:
            yield life
            if life.alive:
                status = await life.stop()
                assert (status, life.alarms) == (0, []), life.log
        finally:
            life.kill()
            await life.ended()


@asynccontextmanager
async def fleet_of(rig: Rig, database: str) -> AsyncGenerator[Fleet]:
    with psycopg.connect(database, autocommit=True) as connection:
        for script in (ROLES, GRANTS):
            connection.execute(script.read_bytes())
    async with ComfyStandIn.running(speed=INSTANT) as other:
        yield Fleet(rig, other, database)
