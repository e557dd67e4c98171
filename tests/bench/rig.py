"""Where everything is measured: two stand-ins in this process, and a bot (or a bare client) in one of its own."""

import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from bot.sandbox.child import bot_process
from bot.sandbox.comfyui import INSTANT, ComfyStandIn
from bot.sandbox.discord import Channel, DiscordStandIn, Exchange, Invocation, Upload
from tests.bench.usage import Usage, usage

TESTS = Path(__file__).resolve().parent.parent
BLANK = TESTS / "end_to_end" / "workflows"
PICTURE = TESTS / "bench" / "workflows"
START_SECONDS = 30.0
CHANNELS = 300
"""People ask in all of them, as they do of a bot that is in many guilds: how many messages a channel takes is not what
is asked for (``many_at_once`` does)."""
RESULT_ROUTE = "/channels/{channel_id}/messages"
CALLBACK = re.compile(r"/interactions/\d+/(?P<token>[^/]+)/callback")
ORIGINAL = re.compile(r"/webhooks/\d+/(?P<token>[^/]+)/messages/@original")
SHOWS_A_MESSAGE = 4
"""The type of a callback that answers with a message at once (5 only promises one)."""


class BotEnded(Exception):
    """The process that is measured ended by itself."""


@dataclass(slots=True)
class Watch:
    """Sees every exchange at Discord: when results were answered, and whether anything still goes on."""

    posted_at: list[float] = field(default_factory=list[float])
    """Unix seconds, one a message in a channel."""
    shown_at: dict[str, float] = field(default_factory=dict[str, float])
    """Token of an interaction → Unix seconds when its first message was answered, however it was brought."""
    last_at: float = 0.0

    def see(self, exchange: Exchange) -> None:
        self.last_at = time.time()
        if (token := _token_of_what_was_shown(exchange)) is not None:
            self.shown_at.setdefault(token, self.last_at)
        if exchange.method == "POST" and exchange.route == RESULT_ROUTE and exchange.status == 200:
            self.posted_at.append(self.last_at)


def _token_of_what_was_shown(exchange: Exchange) -> str | None:
    """Of the interaction that this exchange answered with a message: by the callback itself, or by an edit after it."""
    if exchange.status not in {200, 204}:
        return None
    if found := CALLBACK.fullmatch(exchange.path):
        body: dict[str, object] = exchange.request_json or {}
        return found["token"] if body.get("type") == SHOWS_A_MESSAGE else None
    found = ORIGINAL.fullmatch(exchange.path) if exchange.method == "PATCH" else None
    return found["token"] if found else None


@dataclass(frozen=True, slots=True)
class Rig:
    discord: DiscordStandIn
    comfy: ComfyStandIn
    watch: Watch
    turns: Iterator[Channel]
    """The channels in which people ask, in turn."""

    async def slash(self, line: str, files: Mapping[str, Upload] | None = None) -> Invocation:
        return await self.discord.member.slash(next(self.turns), line, files)

    async def posted(self, count: int, timeout_seconds: float = 60) -> None:
        """Wait until so many results were answered."""
        await self.discord.until(lambda: len(self.watch.posted_at) >= count, timeout_seconds)

    async def quiet(self, seconds: float = 0.3) -> None:
        """Wait until nothing was said to Discord for so long."""
        while (left := self.watch.last_at + seconds - time.time()) > 0:  # noqa: ASYNC110  # nothing to wait for
            await asyncio.sleep(left)

    def settings(self) -> dict[str, str]:
        return {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_BASE": self.discord.api_base,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
            "COMFYUI_URLS": self.comfy.url,
            "MAX_JOBS_PER_MEMBER": "0",
            "MAX_JOBS_PER_GUILD": "0",
            "LOG_LEVEL": "WARNING",
            "METRICS_LISTEN": "127.0.0.1:0",
        }


@dataclass(frozen=True, slots=True)
class Running:
    """A process that answers interactions."""

    pid: int
    start_seconds: float
    """From exec until its commands were known and it heard interactions."""

    def usage(self) -> Usage | None:
        return usage(self.pid)


@asynccontextmanager
async def rig(channels: int = CHANNELS) -> AsyncGenerator[Rig]:
    """Both stand-ins, without rate limits; ComfyUI works as fast as it can. People ask in so many channels."""
    watch = Watch()
    async with (
        DiscordStandIn.running(observers=(watch.see,)) as discord,
        ComfyStandIn.running(speed=INSTANT) as comfy,
    ):
        guild, names = discord.guilds[0], [f"channel-{number}" for number in range(channels)]
        places = [discord.world.add_channel(guild, name) for name in names]
        yield Rig(discord, comfy, watch, cycle(places))


@asynccontextmanager
async def the_bot(rig: Rig, workflows: Path = BLANK, database: str | None = None) -> AsyncGenerator[Running]:
    """The real bot, ready, with an empty ledger: a file, if no other database is named."""
    with _new_file() as file:
        settings = {**rig.settings(), "DATABASE": database or str(file), "WORKFLOWS_DIR": str(workflows)}
        async with _ready(rig, bot_process(settings)) as running:
            yield running


@asynccontextmanager
async def the_bare_bot(rig: Rig) -> AsyncGenerator[Running]:
    """The least that a bot on the same packages can be (:mod:`tests.bench.bare_bot`), ready."""
    with _new_file() as file:
        settings = {**rig.settings(), "DATABASE": str(file), "WORKFLOWS_DIR": str(BLANK)}
        async with _ready(rig, _python("tests.bench.bare_bot", settings)) as running:
            yield running


@asynccontextmanager
async def the_bare_client(rig: Rig) -> AsyncGenerator[Running]:
    """discord.py alone, with one command that only defers."""
    async with _ready(rig, _python("tests.bench.bare_client", rig.settings())) as running:
        yield running


@contextmanager
def _new_file() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="comfycord-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "jobs.db"


@asynccontextmanager
async def _ready(
    rig: Rig, starting: AbstractAsyncContextManager[asyncio.subprocess.Process]
) -> AsyncGenerator[Running]:
    begun = time.perf_counter()
    async with starting as process:
        ended = asyncio.create_task(process.wait())
        await rig.discord.until(
            lambda: ended.done() or (rig.discord.commands and rig.discord.gateway.connected),
            START_SECONDS,
        )
        if ended.done():
            raise BotEnded(f"exit status {process.returncode}")
        yield Running(process.pid, time.perf_counter() - begun)
        ended.cancel()


@asynccontextmanager
async def _python(module: str, settings: Mapping[str, str]) -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, env={**os.environ, **settings}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()
