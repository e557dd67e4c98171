"""What ``sandbox --once`` prints: lines for a person, or JSON for a program."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from bot.sandbox.discord import Message, Version, actions_of
from bot.sandbox.reading import one_line, readable


class Report(Protocol):
    """Where the lines go."""

    def status(self, version: Version, seconds: float) -> None: ...
    def result(self, message: Message) -> None: ...
    def deleted(self) -> None: ...
    def saved(self, path: Path) -> None: ...
    def complaint(self, words: str) -> None: ...


class PlainReport(Struct, frozen=True):
    """Lines for a person, as the client shows them."""

    names: Mapping[int, str]
    locale: str
    deletion: str
    """Says that the bot deleted a message."""

    def status(self, version: Version, seconds: float) -> None:
        words = readable(version.text, self.names, version.at, self.locale)
        unit = "秒" if self.locale.startswith("zh") else "s"
        _write(f"{seconds:6.1f} {unit}  {one_line(words)}{_buttons(version.labels)}")

    def result(self, message: Message) -> None:
        words = readable(message.text, self.names, message.now.at, self.locale)
        _write(f"\n{words}{_buttons(message.labels)}\n")

    def deleted(self) -> None:
        _write(self.deletion)

    def saved(self, path: Path) -> None:
        _write(str(path))

    def complaint(self, words: str) -> None:
        sys.stderr.write(f"{words}\n")


class JsonReport:
    """One JSON object a line: ``{"event": "status" | "result" | "deleted" | "saved" | "error", …}``."""

    def status(self, version: Version, seconds: float) -> None:
        presses = actions_of(version.components)
        self._line(
            event="status",
            seconds=round(seconds, 3),
            text=version.text,
            buttons=list(version.labels),
            presses=list(presses),
        )

    def result(self, message: Message) -> None:
        self._line(
            event="result",
            text=message.text,
            files=[each.filename for each in message.attachments],
            presses=list(actions_of(message.now.components)),
        )

    def deleted(self) -> None:
        self._line(event="deleted")

    def saved(self, path: Path) -> None:
        self._line(event="saved", path=str(path))

    def complaint(self, words: str) -> None:
        self._line(event="error", text=words)

    def _line(self, **fields: object) -> None:
        _write(json.dumps(fields, ensure_ascii=False))


def _buttons(labels: Sequence[str]) -> str:
    return "".join(f"  [{label}]" for label in labels)


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
