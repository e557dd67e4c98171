"""What a person does in a sandbox, one after another, as the command line says it."""

from typing import TypeAlias

from msgspec import Struct


class Typed(Struct, frozen=True):
    """``--once``: a command, see :mod:`bot.sandbox.discord.typed_lines`."""

    line: str


class Pressed(Struct, frozen=True):
    """``--press``: a button or a choice, see :mod:`bot.sandbox.discord.typed_presses`."""

    line: str


Step: TypeAlias = Typed | Pressed
