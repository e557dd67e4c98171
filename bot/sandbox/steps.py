"""What a person does in a sandbox, one after another, as the command line says it."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Typed:
    """``--once``: a command, see :mod:`bot.sandbox.discord.typed_lines`."""

    line: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """``--press``: a button or a choice, see :mod:`bot.sandbox.discord.typed_presses`."""

    line: str


Step: TypeAlias = Typed | Pressed
