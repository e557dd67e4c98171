"""``python -m bot sandbox``: the real bot between the two stand-ins, on this machine, with nothing configured.

The bot is a process of its own that is reached over sockets only; what is seen here is what Discord would show.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from bot.sandbox.discord import CommandType, NotAcknowledged, NotSent, UnknownCommand
from bot.sandbox.discord.rules.names import LOCALES
from bot.sandbox.once import Doing, run_once
from bot.sandbox.reasons import why_not
from bot.sandbox.reports import JsonReport, PlainReport, Report
from bot.sandbox.running import Sandbox, running_sandbox
from bot.sandbox.steps import Step
from bot.texts import Text, render, text

START_SECONDS = 30.0


class SandboxOptions(Struct, frozen=True):
    """The command line's options."""

    steps: tuple[Step, ...]
    """To do one after another; none: the page."""
    comfyui: str | None
    output: Path
    as_json: bool
    workflows: Path | None
    timeout_seconds: float
    locale: str
    as_guest: bool = False
    """Whether it is done where the bot is no member, and the person brings it."""
    as_administrator: bool = False
    """Whether who administers the server does it."""


async def run(options: SandboxOptions) -> int:
    """Set the sandbox and do what is wished; returns the exit status."""
    if options.locale not in LOCALES:
        known = ", ".join(sorted(LOCALES))
        _complain(text("sandbox-unknown-locale", locale=options.locale, locales=known), options)
        return 2
    stopped = asyncio.Event()
    _stop_at_signals(stopped)
    # Whoever tries workflows of their own wants to know why one is not offered; a newcomer wants to see the page.
    own = options.workflows is not None or options.comfyui is not None
    level = "INFO" if own else "WARNING"
    async with running_sandbox(
        comfyui=options.comfyui,
        workflows=options.workflows,
        log_level=level,
    ) as sandbox:
        if not await _ready(sandbox, stopped):
            _complain(text("sandbox-not-started"), options)
            return 1
        if options.steps:
            return await _once(options, sandbox, stopped)
        _welcome(options, sandbox)
        died, ended = asyncio.create_task(sandbox.bot.died()), asyncio.create_task(stopped.wait())
        await asyncio.wait({died, ended}, return_when=asyncio.FIRST_COMPLETED)
        by_itself = died.done()
        for task in (died, ended):
            task.cancel()
        return 1 if by_itself else 0


async def _ready(sandbox: Sandbox, stopped: asyncio.Event) -> bool:
    """Wait until the bot has its commands and hears interactions; false when it ended before."""
    ready = asyncio.create_task(
        sandbox.discord.until(
            lambda: sandbox.discord.commands and sandbox.discord.gateway.connected, START_SECONDS
        )
    )
    others = {asyncio.create_task(sandbox.bot.died()), asyncio.create_task(stopped.wait())}
    await asyncio.wait({ready, *others}, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    if ready.done():
        return ready.exception() is None
    ready.cancel()
    return False


async def _once(options: SandboxOptions, sandbox: Sandbox, stopped: asyncio.Event) -> int:
    person = sandbox.discord.administrator if options.as_administrator else sandbox.discord.member
    person.locale = options.locale
    person.shares_disk = True
    person.has_installed = options.as_guest
    guild = sandbox.discord.guilds[-1 if options.as_guest else 0]
    general = guild.channels["general"]
    doings = [
        Doing(person, general, step, options.output, is_first=number == 0)
        for number, step in enumerate(options.steps)
    ]
    names = {each.user.id: each.user.display_name for each in sandbox.discord.persons.values()}
    deletion = render(text("sandbox-deleted"), options.locale)
    report = JsonReport() if options.as_json else PlainReport(names, options.locale, deletion)

    def complain(words: Text) -> None:
        report.complaint(render(words, options.locale))

    running = asyncio.create_task(_run_all(sandbox, doings, report))
    ends = {running, asyncio.create_task(sandbox.bot.died()), asyncio.create_task(stopped.wait())}
    try:
        done, _ = await asyncio.wait(
            ends, timeout=options.timeout_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if running in done:
            return 0 if await running else 1
        if not done:
            complain(text("sandbox-timeout", seconds=int(options.timeout_seconds)))
        elif not sandbox.bot.running:
            complain(text("sandbox-bot-ended"))
    except UnknownCommand as refusal:
        reason = await why_not(sandbox.discord, refusal.name, options.locale)
        report.complaint(reason or render(_not_sent(refusal), options.locale))
    except NotSent as refusal:
        complain(_not_sent(refusal))
    except NotAcknowledged:
        complain(text("sandbox-no-answer"))
    finally:
        for task in ends:
            task.cancel()
    return 1


def _not_sent(refusal: NotSent) -> Text:
    return text("sandbox-not-sent", reason=str(refusal))


async def _run_all(sandbox: Sandbox, doings: Sequence[Doing], report: Report) -> bool:
    """True when each ended as it should; the first that does not is the last."""
    for doing in doings:
        if not await run_once(sandbox.discord, doing, report):
            return False
    return True


def _welcome(options: SandboxOptions, sandbox: Sandbox) -> None:
    offered = sandbox.discord.commands
    typed = [f"/{each.name}" for each in offered if each.type is CommandType.CHAT_INPUT]
    menu = [each.name for each in offered if each.type is CommandType.MESSAGE]
    sys.stdout.write(
        render(
            text(
                "sandbox-welcome",
                page=sandbox.page.address,
                discord=sandbox.discord.api_base,
                comfyui=sandbox.comfyui_url,
                commands=", ".join(typed),
                menu=", ".join(menu),
            ),
            options.locale,
        )
        + "\n"
    )
    sys.stdout.flush()


def _complain(words: Text, options: SandboxOptions) -> None:
    sys.stderr.write(render(words, options.locale) + "\n")


def _stop_at_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt instead
            loop.add_signal_handler(number, stopped.set)
