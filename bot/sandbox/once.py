"""``sandbox --once``: one command at a time, run as a person would, and told line by line as it happens."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from bot.sandbox.discord import Channel, DiscordStandIn, Invocation, Message, Person, Version, run_line
from bot.sandbox.reading import one_line, readable

ANSWERS_ONLY = {"queue", "cancel", "Read workflow"}
"""Commands that answer and start no job."""
DAY_SECONDS = 86_400.0
"""The command line's own time-out comes long before."""


class Report(Protocol):
    """Where the lines go."""

    def status(self, version: Version, seconds: float) -> None: ...
    def result(self, message: Message) -> None: ...
    def saved(self, path: Path) -> None: ...
    def complaint(self, words: str) -> None: ...


@dataclass(frozen=True, slots=True)
class PlainReport:
    """Lines for a person, as the client shows them."""

    names: Mapping[int, str]

    def status(self, version: Version, seconds: float) -> None:
        buttons = "".join(f"  [{label}]" for label in version.labels)
        words = readable(version.text, self.names, version.at)
        _write(f"{seconds:6.1f} s  {one_line(words)}{buttons}")

    def result(self, message: Message) -> None:
        _write(f"\n{readable(message.text, self.names, message.now.at)}\n")

    def saved(self, path: Path) -> None:
        _write(str(path))

    def complaint(self, words: str) -> None:
        sys.stderr.write(f"{words}\n")


class JsonReport:
    """One JSON object a line, for programs: ``{"event": "status" | "result" | "saved" | "error", …}``."""

    def status(self, version: Version, seconds: float) -> None:
        self._line(event="status", seconds=round(seconds, 3), text=version.text, buttons=list(version.labels))

    def result(self, message: Message) -> None:
        self._line(event="result", text=message.text, files=[each.filename for each in message.attachments])

    def saved(self, path: Path) -> None:
        self._line(event="saved", path=str(path))

    def complaint(self, words: str) -> None:
        self._line(event="error", text=words)

    def _line(self, **fields: object) -> None:
        _write(json.dumps(fields, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class OneCommand:
    """What is to be done: by whom, where, and where the files go."""

    person: Person
    channel: Channel
    line: str
    output: Path


async def run_once(discord: DiscordStandIn, command: OneCommand, report: Report) -> bool:
    """Run one command and report it until nothing more will happen; true when it ended as it should.

    Raises:
        NotSent: the person's client would not have sent this.
        NotAcknowledged: the bot did not respond.
    """
    invocation = await run_line(command.person, command.channel, command.line)
    await invocation.acknowledged()
    await _tell(discord, invocation, report)
    results = _results(command.channel, invocation)
    for message in results:
        report.result(message)
    for message in results:
        for attachment in message.attachments:
            path = _free_path(command.output, attachment.filename)
            await asyncio.to_thread(_save, path, attachment.content)
            report.saved(path)
    return bool(results) or invocation.interaction.data.get("name") in ANSWERS_ONLY


async def why_not(person: Person, channel: Channel, name: str) -> str:
    """What the bot itself says of a command that is not there.

    Raises:
        NotAcknowledged: the bot did not respond.
    """
    answer = await (await person.slash_of_old(channel, name)).answered()
    first, *_ = answer.text.splitlines()
    return readable(first, {}, answer.now.at)


async def _tell(discord: DiscordStandIn, invocation: Invocation, report: Report) -> None:
    """Every version of the status message as it comes, until there is nothing left to wait for."""
    told = 0
    while True:
        versions = invocation.versions
        for version in versions[told:]:
            if not version.is_thinking:
                report.status(version, version.at - invocation.interaction.created_at)
        told = len(versions)
        if invocation.response is None or (versions and _is_last(versions[-1], invocation)):
            return
        await discord.until(partial(_has_more_than, invocation, told), timeout_seconds=DAY_SECONDS)


def _has_more_than(invocation: Invocation, told: int) -> bool:
    return len(invocation.versions) > told or invocation.response is None


def _is_last(version: Version, invocation: Invocation) -> bool:
    """A status that can still change can still be cancelled: it has a button. A private answer is no status."""
    return not version.is_thinking and (invocation.ephemeral or not version.labels)


def _results(channel: Channel, invocation: Invocation) -> list[Message]:
    """What the bot posted in the channel since the command, or the response itself where it carries files."""
    response = invocation.response
    since = invocation.interaction.id
    posted = [
        message
        for message in channel.messages
        if message.id > since and message.author.bot and message is not response and not message.deleted
    ]
    return posted or ([response] if response is not None and response.attachments else [])


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


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
