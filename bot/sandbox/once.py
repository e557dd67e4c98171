"""``sandbox --once``: one command, run as a person would, and told line by line as it happens."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.sandbox.discord import Attachment, DiscordStandIn, Message, Version


class Report(Protocol):
    """Where the lines go: words for a person, or JSON for a program."""

    def status(self, version: Version, seconds: float) -> None: ...
    def result(self, message: Message) -> None: ...
    def saved(self, path: Path) -> None: ...


@dataclass(slots=True)
class PlainReport:
    """Lines for a person: ``  1.2 s  ▓▓▓░░░ Sampling 3/20 …``."""

    write: Callable[[str], None] = print

    def status(self, version: Version, seconds: float) -> None:
        buttons = "".join(f"  [{label}]" for label in version.labels)
        self.write(f"{seconds:6.1f} s  {one_line(version.text)}{buttons}")

    def result(self, message: Message) -> None:
        self.write(f"  result  {one_line(message.text)}")

    def saved(self, path: Path) -> None:
        self.write(str(path))


@dataclass(slots=True)
class JsonReport:
    """One JSON object a line: ``{"event": "status", …}``."""

    write: Callable[[str], None] = print

    def status(self, version: Version, seconds: float) -> None:
        self._line(event="status", seconds=round(seconds, 3), text=version.text, buttons=list(version.labels))

    def result(self, message: Message) -> None:
        files = [each.filename for each in message.attachments]
        self._line(event="result", text=message.text, files=files)

    def saved(self, path: Path) -> None:
        self._line(event="saved", path=str(path))

    def _line(self, **fields: object) -> None:
        self.write(json.dumps(fields, ensure_ascii=False))


def one_line(words: str) -> str:
    return " · ".join(line.strip() for line in words.splitlines() if line.strip())
