"""``python -m bot sandbox``: the real bot between the two stand-ins, on this machine, with nothing configured.

The bot is a process of its own that is reached over sockets only; what is seen here is what Discord would show.
"""

import asyncio
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.discord import NotAcknowledged, NotSent
from bot.sandbox.once import Errand, JsonReport, PlainReport, run_once
from bot.sandbox.stage import Stage, staged
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


async def run(wishes: Wishes) -> int:
    """Set the stage and do what is wished; returns the exit status."""
    stopped = asyncio.Event()
    _stop_at_signals(stopped)
    # Whoever tries workflows of their own wants to know why one is not offered; a newcomer wants to see the page.
    own = wishes.workflows is not None or wishes.comfyui is not None
    level = "INFO" if own else "WARNING"
    async with staged(comfyui=wishes.comfyui, workflows=wishes.workflows, log_level=level) as stage:
        if not await _ready(stage, stopped):
            _complain(text("sandbox-not-started"), wishes)
            return 1
        if wishes.once is not None:
            return await _once(wishes, wishes.once, stage, stopped)
        _welcome(wishes, stage)
        died, ended = asyncio.create_task(stage.bot.died()), asyncio.create_task(stopped.wait())
        await asyncio.wait({died, ended}, return_when=asyncio.FIRST_COMPLETED)
        by_itself = died.done()
        for task in (died, ended):
            task.cancel()
        return 1 if by_itself else 0


async def _ready(stage: Stage, stopped: asyncio.Event) -> bool:
    """Wait until the bot has its commands and hears interactions; false when it ended before."""
    ready = asyncio.create_task(
        stage.discord.until(lambda: stage.discord.commands and stage.discord.gateway.connected, START_SECONDS)
    )
    others = {asyncio.create_task(stage.bot.died()), asyncio.create_task(stopped.wait())}
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
    ends = {running, asyncio.create_task(stage.bot.died()), asyncio.create_task(stopped.wait())}
    try:
        done, _ = await asyncio.wait(
            ends, timeout=wishes.timeout_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if running in done:
            return 0 if await running else 1
        if not done:
            _complain(text("sandbox-timeout", seconds=int(wishes.timeout_seconds)), wishes)
        elif not stage.bot.running:
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
                page=stage.page.address,
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
