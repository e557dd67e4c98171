"""What a setting is: its name, meaning, default, and the kind of its value."""

from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from bot.moderation.kinds import Kind
from bot.texts import Text

T = TypeVar("T")


class Theme(StrEnum):
    """What settings are about: each is a page of the panel, in this order."""

    PLACES = "places"
    LIMITS = "limits"
    OPTIONS = "options"
    RESULTS = "results"
    DECENCY = "decency"
    LOG = "log"


class Key(Struct, Generic[T], frozen=True):
    """One setting."""

    name: str
    theme: Theme
    about: Text
    default: T
    kind: Kind[T]
    by_channel: bool = False
    """Whether a channel can have a value of its own, which wins over its guild's."""
    over: Callable[[T, T], T] | None = None
    """What holds where both a channel and its guild chose: of the channel's (first) and the guild's; None: the channel's."""
    is_beyond: Callable[[T, str], bool] | None = None
    """Whether a value is less strict than what the operator's own settings allow, which is written as text."""
