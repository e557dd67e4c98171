"""Kinds of values that moderators choose, and how each is written as text: for the ledger, for scripts, for a form.

What is written reads as what it was. Knows no Discord: a channel or a role is a number here, written as Discord does.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Generic, NoReturn, TypeVar

from msgspec import Struct

from bot.errors import Refused
from bot.texts import text
from bot.workflows.spelling import nearest

T = TypeVar("T")
S = TypeVar("S", bound=StrEnum)

OFF = "off"
"""In every kind that has one: the word for nothing."""

_CHANNEL = re.compile(r"(?:<#)?([0-9]{15,20})>?")
_ROLE = re.compile(r"(?:<@&)?([0-9]{15,20})>?")
_BETWEEN = re.compile(r"[\s,;]+")


class Control(StrEnum):
    """With what a value is chosen on a panel."""

    CHOICE = "choice"
    CHANNEL = "channel"
    CHANNELS = "channels"
    ROLES = "roles"
    BY_ROLE = "by-role"
    ACCESS = "access"
    ADDERS = "adders"
    LINE = "line"
    LINES = "lines"


class Kind(Struct, Generic[T], frozen=True):
    read: Callable[[str], T]
    """What was typed, as its value.

    Raises:
        Refused: it is none.
    """
    write: Callable[[T], str]
    control: Control
    example: str = ""
    """What may be typed, where that is no list."""
    names: Sequence[str] = ()
    """All that may be typed, where that is a list."""
    takes_mentions: bool = False
    """Whether channels and roles stand in it: somebody may type ``#art`` where ``<#123>`` is meant."""


def is_off(typed: str) -> bool:
    return typed.strip().casefold() in {"", OFF}


def refuse(typed: str, example: str) -> NoReturn:
    raise Refused(text("settings-unreadable", value=typed, example=example))


def one_of(kind: type[S]) -> Kind[S]:
    names = tuple(kind)
    by_folded = {each.casefold(): each for each in names}

    def read(typed: str) -> S:
        found = by_folded.get(typed.strip().casefold())
        if found is None:
            near = ", ".join(nearest(typed, names) or names)
            raise Refused(text("settings-not-one-of", value=typed, names=near))
        return found

    return Kind(read, str, Control.CHOICE, names=names)


def number(least: int, most: int) -> Kind[int]:
    """A whole number."""

    def read(typed: str) -> int:
        return number_in(typed, least, most)

    return Kind(read, lambda value: str(value or OFF), Control.LINE, str(least))


def number_in(typed: str, least: int, most: int) -> int:
    """A whole number of this range; ``off`` is 0.

    Raises:
        Refused: it is none.
    """
    word = "0" if is_off(typed) else typed.strip()
    if not (
        word.isascii() and word.isdecimal() and len(word) <= len(str(most)) and least <= int(word) <= most
    ):
        raise Refused(text("settings-no-number", value=typed, least=least, most=most))
    return int(word)


def words(longest: int, example: str) -> Kind[str]:
    """Free words; ``off``: none."""

    def read(typed: str) -> str:
        if len(typed) > longest:
            raise Refused(text("settings-too-long", most=longest))
        return "" if is_off(typed) else typed.strip()

    return Kind(read, lambda value: value or OFF, Control.LINES, example)


def _channel(typed: str) -> int | None:
    if is_off(typed):
        return None
    found = _CHANNEL.fullmatch(typed.strip())
    if found is None:
        raise Refused(text("settings-no-channel", value=typed))
    return int(found[1])


def _many(pattern: re.Pattern[str], example: str) -> Callable[[str], frozenset[int]]:
    def read(typed: str) -> frozenset[int]:
        if is_off(typed):
            return frozenset()
        found = [pattern.fullmatch(each) for each in _BETWEEN.split(typed.strip()) if each]
        return frozenset(int(each[1]) if each else refuse(typed, example) for each in found)

    return read


def written_channels(channels: frozenset[int]) -> str:
    return " ".join(f"<#{each}>" for each in sorted(channels)) or OFF


def written_roles(roles: frozenset[int]) -> str:
    return " ".join(f"<@&{each}>" for each in sorted(roles)) or OFF


CHANNEL: Kind[int | None] = Kind(
    _channel,
    lambda value: OFF if value is None else f"<#{value}>",
    Control.CHANNEL,
    "#art",
    takes_mentions=True,
)
CHANNELS = Kind(
    _many(_CHANNEL, "#art #fun"), written_channels, Control.CHANNELS, "#art #fun", takes_mentions=True
)
ROLES = Kind(
    _many(_ROLE, "@Gold @Silver"), written_roles, Control.ROLES, "@Gold @Silver", takes_mentions=True
)
