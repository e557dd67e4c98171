"""What the moderators of a guild can choose: each choice with its meaning, its default, and how it is written.

A new one is one line in :data:`KEYS`, and its texts. Knows no Discord: a channel is a number here.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar, cast

from bot.errors import NotThere, Refused
from bot.jobs.guild_store import GuildStore
from bot.texts import Text, text
from bot.workflows.spelling import nearest

T = TypeVar("T")

_CHANNEL = re.compile(r"(?:<#)?([0-9]{15,20})>?")


class ShowcaseBy(StrEnum):
    """Who may copy a result to the showcase."""

    REQUESTER = "requester"
    """Whoever asked for it, and moderators."""
    MODERATORS = "moderators"


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """One choice."""

    name: str
    about: Text
    default: T
    read: Callable[[str], T]
    """What was typed, as its value.

    Raises:
        Refused: it is none.
    """
    names: Sequence[str] = ()
    """All that may be typed, where that is a list."""
    is_channel: bool = False


def one_of(kind: type[T], *names: str) -> Callable[[str], T]:
    def read(typed: str) -> T:
        word = typed.strip().casefold()
        if word not in names:
            near = ", ".join(nearest(word, names) or names)
            raise Refused(text("settings-not-one-of", value=typed, names=near))
        return kind(word)  # pyright: ignore[reportCallIssue]  # a StrEnum is made of its value

    return read


def channel(typed: str) -> int | None:
    """A channel as Discord writes it, or its number; ``off``: none."""
    if typed.strip().casefold() == "off":
        return None
    found = _CHANNEL.fullmatch(typed.strip())
    if found is None:
        raise Refused(text("settings-no-channel", value=typed))
    return int(found[1])


SHOWCASE_CHANNEL: Key[int | None] = Key(
    "showcase-channel", text("settings-showcase-channel"), None, channel, is_channel=True
)
SHOWCASE_BY = Key(
    "showcase-by",
    text("settings-showcase-by"),
    ShowcaseBy.REQUESTER,
    one_of(ShowcaseBy, *ShowcaseBy),
    tuple(ShowcaseBy),
)

TRANSLATE = Key("translate", text("settings-translate"), Switch.OFF, one_of(Switch, *Switch), tuple(Switch))
"""Whether words are put into English first, where a prompt helper is set up."""

KEYS: Mapping[str, Key[object]] = {
    key.name: cast("Key[object]", key) for key in (SHOWCASE_CHANNEL, SHOWCASE_BY, TRANSLATE)
}


def key_named(name: str) -> Key[object]:
    """The choice of this name.

    Raises:
        NotThere: there is none.
    """
    key = KEYS.get(name.strip().casefold())
    if key is None:
        near = ", ".join(nearest(name, KEYS) or KEYS)
        raise NotThere(text("settings-unknown", key=name, names=near))
    return key


class Chosen:
    """What one guild chose."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        self._stored = stored

    def of(self, key: Key[T]) -> T:
        """The default, where nothing was chosen, or something that an older or newer version knew."""
        stored = self._stored.get(key.name)
        if stored is None:
            return key.default
        try:
            return key.read(str(json.loads(stored)))
        except (Refused, ValueError):
            return key.default


class GuildSettings:
    """Every method may raise ``StoreUnavailable``."""

    def __init__(self, store: GuildStore) -> None:
        self._store = store

    async def of(self, guild_id: int | None) -> Chosen:
        """In a direct message nothing was chosen."""
        if guild_id is None:
            return Chosen({})
        return Chosen(await self._store.guild_settings(guild_id))

    async def choose(self, guild_id: int, key: Key[object], typed: str | None, *, by: int) -> object:
        """Choose what was typed; None: the default again. Returns the value that holds now.

        Raises:
            Refused: it is not allowed.
        """
        value = key.default if typed is None else key.read(typed)
        stored = None if typed is None else json.dumps(_written(value))
        await self._store.set_guild_setting(guild_id, key.name, stored, set_by=by)
        return value


def _written(value: object) -> str:
    return "off" if value is None else str(value)
