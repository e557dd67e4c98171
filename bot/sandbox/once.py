"""``sandbox --once`` and ``--press``: one thing at a time, done as a person would, and told line by line as it happens."""

import asyncio
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from bot.sandbox.discord import Channel, DiscordStandIn, Invocation, Message, Person, press_line, run_line
from bot.sandbox.outcomes import Outcome, known_jobs
from bot.sandbox.reports import Report
from bot.sandbox.steps import Pressed, Step, Typed

ANSWERS_ONLY = {
    *("queue", "cancel", "job", "jobs", "preset", "settings", "workflow"),
    *("Read workflow", "Make a command of this"),
}
"""Commands that answer and start no job, with all that stand under them."""
DAY_SECONDS = 86_400.0
"""The command line's own time-out comes long before."""
NEW_COMMAND_SECONDS = 5.0
QUIET_SECONDS = 3.0
"""After a press that the bot only took note of, so long for whatever may come of it."""


class Doing(Struct, frozen=True):
    """What is to be done: by whom, where, and where the files go."""

    person: Person
    channel: Channel
    step: Step
    output: Path
    is_first: bool = True
    """Whether nothing was done before, of which a command could come."""


async def run_once(discord: DiscordStandIn, doing: Doing, report: Report) -> bool:
    """Do one thing and report it until nothing more will happen; true when it ended as it should.

    Raises:
        NotSent: the person's client would not have sent this.
        NotAcknowledged: the bot did not respond.
    """
    if not doing.is_first:
        await _its_command(discord, doing)
    jobs_before = known_jobs(doing.person, doing.channel)
    invocation = await _begun(doing)
    await invocation.acknowledged()
    outcome = Outcome(doing.person, doing.channel, invocation, jobs_before)
    await _tell(discord, outcome, report)
    results = outcome.results
    for message in results:
        report.result(message)
    for message in results:
        await _save_all(message, doing.output, report)
    return bool(results) or (not outcome.started_a_job and _only_answers(doing.step, invocation))


async def _its_command(discord: DiscordStandIn, doing: Doing) -> None:
    """Wait a moment for a command that was only just made: that of a workflow which the step before published."""
    line = doing.step.line.strip() if isinstance(doing.step, Typed) else ""
    if line.startswith("/"):
        name = line.split()[0].removeprefix("/")

        def is_offered() -> bool:
            return any(command.name == name for command in doing.person.commands(doing.channel))

        with suppress(TimeoutError):
            await discord.until(is_offered, timeout_seconds=NEW_COMMAND_SECONDS)


async def _begun(doing: Doing) -> Invocation:
    match doing.step:
        case Typed(line):
            return await run_line(doing.person, doing.channel, line)
        case Pressed(line):
            return await press_line(doing.person, doing.channel, line)


def _only_answers(step: Step, invocation: Invocation) -> bool:
    command = invocation.interaction.command or ""
    return isinstance(step, Pressed) or not ANSWERS_ONLY.isdisjoint({command, command.partition(" ")[0]})


async def _tell(discord: DiscordStandIn, outcome: Outcome, report: Report) -> None:
    """Every version of the status as it comes, until there is nothing left to wait for."""
    try:
        await discord.until(lambda: outcome.has_begun, timeout_seconds=QUIET_SECONDS)
    except TimeoutError:
        return
    while True:
        for version in outcome.news():
            report.status(version, version.at - outcome.invocation.interaction.created_at)
        if outcome.is_over:
            break
        await discord.until(lambda: outcome.has_news or outcome.is_over, timeout_seconds=DAY_SECONDS)
    if outcome.deleted:
        report.deleted()


async def _save_all(message: Message, folder: Path, report: Report) -> None:
    for attachment in message.attachments:
        path = _free_path(folder, attachment.filename)
        await asyncio.to_thread(_save, path, attachment.content)
        report.saved(path)


def _free_path(folder: Path, name: str) -> Path:
    """A path in ``folder`` that is not taken; only the last part of ``name`` counts."""
    wanted = folder / Path(name).name
    number = 1
    path = wanted
    while path.exists():
        path = wanted.with_stem(f"{wanted.stem}-{number}")
        number += 1
    return path


def _save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
