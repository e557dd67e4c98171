"""``python -m bot sandbox``: the real bot between the two stand-ins, on this machine, with nothing configured.

The bot is a process of its own that is reached over sockets only; what is seen here is what Discord would show.
"""

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.child import bot_process
from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.discord import AS_OBSERVED, DiscordStandIn, NotAcknowledged, NotSent
from bot.sandbox.once import Errand, JsonReport, PlainReport, run_once
from bot.texts import Text, render, text

START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """The command line's options."""

    once: str | None
    comfyui: str | None
    output: Path
    as_json: bool
    workflows: Path | None
    timeout_seconds: float
    locale: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that runs in a sandbox."""

    discord: DiscordStandIn
    bot: asyncio.subprocess.Process
    comfyui_url: str


async def run(wishes: Wishes) -> int:
    """Set the stage and do what is wished; returns the exit status."""
    stopped = asyncio.Event()
    _stop_at_signals(stopped)
    async with _stage(wishes) as stage:
        if not await _ready(stage, stopped):
            _complain(text("sandbox-not-started"), wishes)
            return 1
        if wishes.once is not None:
            return await _once(wishes, wishes.once, stage, stopped)
        _welcome(wishes, stage)
        died = asyncio.create_task(stage.bot.wait())
        await asyncio.wait({died, asyncio.create_task(stopped.wait())}, return_when=asyncio.FIRST_COMPLETED)
        return 1 if died.done() else 0


@asynccontextmanager
async def _stage(wishes: Wishes) -> AsyncGenerator[Stage]:
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordStandIn.running(rates=AS_OBSERVED))
        comfyui_url = wishes.comfyui
        if comfyui_url is None:
            comfyui_url = (await stack.enter_async_context(ComfyStandIn.running())).url
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="comfycord-", ignore_cleanup_errors=True)
        )
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "COMFYUI_URLS": comfyui_url,
            "DATABASE": str(Path(folder) / "jobs.db"),
            "LOG_LEVEL": "INFO" if wishes.once is None else "WARNING",
        }
        if wishes.workflows is not None:
            settings["WORKFLOWS_DIR"] = str(wishes.workflows.resolve())
        bot = await stack.enter_async_context(bot_process(settings))
        yield Stage(discord, bot, comfyui_url)


async def _ready(stage: Stage, stopped: asyncio.Event) -> bool:
    """Wait until the bot has its commands and hears interactions; false when it ended before."""
    ready = asyncio.create_task(
        stage.discord.until(lambda: stage.discord.commands and stage.discord.gateway.connected, START_SECONDS)
    )
    others = {asyncio.create_task(stage.bot.wait()), asyncio.create_task(stopped.wait())}
    await asyncio.wait({ready, *others}, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    if ready.done():
        return ready.exception() is None
    ready.cancel()
    return False


async def _once(wishes: Wishes, line: str, stage: Stage, stopped: asyncio.Event) -> int:
    person = stage.discord.member
    person.locale = wishes.locale
    person.shares_disk = True
    errand = Errand(person, stage.discord.channels["general"], line, wishes.output)
    names = {each.user.id: each.user.display_name for each in stage.discord.persons.values()}
    report = JsonReport() if wishes.as_json else PlainReport(names)
    running = asyncio.create_task(run_once(stage.discord, errand, report))
    ends = {running, asyncio.create_task(stage.bot.wait()), asyncio.create_task(stopped.wait())}
    try:
        done, _ = await asyncio.wait(
            ends, timeout=wishes.timeout_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if running in done:
            return 0 if await running else 1
        if not done:
            _complain(text("sandbox-timeout", seconds=int(wishes.timeout_seconds)), wishes)
        elif stage.bot.returncode is not None:
            _complain(text("sandbox-bot-ended"), wishes)
    except NotSent as refusal:
        _complain(text("sandbox-not-sent", reason=str(refusal)), wishes)
    except NotAcknowledged:
        _complain(text("sandbox-no-answer"), wishes)
    finally:
        for task in ends:
            task.cancel()
    return 1


def _welcome(wishes: Wishes, stage: Stage) -> None:
    commands = ", ".join(f"/{command.name}" for command in stage.discord.commands)
    sys.stdout.write(
        render(
            text(
                "sandbox-welcome",
                discord=stage.discord.api_base,
                comfyui=stage.comfyui_url,
                commands=commands,
            ),
            wishes.locale,
        )
        + "\n"
    )
    sys.stdout.flush()


def _complain(words: Text, wishes: Wishes) -> None:
    sys.stderr.write(render(words, wishes.locale) + "\n")


def _stop_at_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(number, stopped.set)
