"""The settings of all guilds, answered from memory: nobody waits for the ledger before they are answered.

The ledger numbers changes. Whoever remembers asks for those after the last one they know: when they are told that there is
one, and else each half minute, so that what was not heard is found all the same.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

from bot.errors import Refused
from bot.jobs.guild_store import ChangedSettings, Layers
from bot.jobs.job import Place
from bot.jobs.store import StoreUnavailable, Topic
from bot.moderation.chosen import Chosen, Layer, Operator, Source, written
from bot.moderation.key import Key
from bot.texts import text

log = logging.getLogger(__name__)

MOST_GUILDS = 20_000
"""Of which settings are remembered: some 100 MB, if each chose twenty. Of more, those that were asked for last."""
PAGE = 500
"""Guilds that are read at once."""
LOOK_SECONDS = 30.0

_Places = tuple[int | None, int | None]
"""A channel and the channel of its thread, as far as something was chosen there."""


class _Remembered:
    """What was chosen in one guild, and what holds in its channels by that, each put together once."""

    def __init__(self, layers: Layers, operator: Operator) -> None:
        self._layers = {place: Layer(stored) for place, stored in layers.items()}
        self._operator = operator
        self._chosen: dict[_Places, Chosen] = {}

    def at(self, channel_id: int | None, parent_id: int | None) -> Chosen:
        layers = self._layers
        places = channel_id if channel_id in layers else None, parent_id if parent_id in layers else None
        if places not in self._chosen:
            self._chosen[places] = self._made(*places)
        return self._chosen[places]

    def _made(self, channel_id: int | None, parent_id: int | None) -> Chosen:
        nearest = (Source.CHANNEL, channel_id), (Source.PARENT, parent_id)
        found = [(source, self._layers[place]) for source, place in nearest if place is not None]
        if None in self._layers:
            found.append((Source.GUILD, self._layers[None]))
        return Chosen(found, self._operator)


class SettingsStore(Protocol):
    """What is wanted of the ledger; see :mod:`bot.jobs.guild_store`."""

    async def guild_settings(self, guild_id: int) -> Layers: ...

    async def set_guild_setting(
        self, guild_id: int, key: str, value: str | None, *, set_by: int, channel_id: int | None = None
    ) -> None: ...

    async def changed_settings(self, since: int, most: int) -> Sequence[ChangedSettings]: ...

    async def wait(self, topic: Topic, timeout_seconds: float) -> None: ...


class GuildSettings:
    """One for a process. Where the memory has room for all guilds, only the first question of all asks the ledger."""

    def __init__(
        self,
        store: SettingsStore,
        operator: Operator | None = None,
        *,
        most_guilds: int = MOST_GUILDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._store = store
        self._operator = operator or Operator()
        self._most = most_guilds
        self._look = look_seconds
        self._nothing = _Remembered({}, self._operator)
        self._remembered: OrderedDict[int, _Remembered] = OrderedDict()
        self._has_all = True
        """Whether a guild that is not remembered chose nothing."""
        self._last = 0
        """The number of the last change that is known."""
        self._is_read = False
        self.on_change: list[Callable[[int], None]] = []
        """Told of each guild that chose something, here or in another process; at first of all that ever did."""
        self._reading = asyncio.Lock()

    async def run(self) -> NoReturn:
        """Follow what is chosen, here and in other processes."""
        while True:
            try:
                await self._read_changes()
            except StoreUnavailable as error:
                log.debug("settings are as they were known: %s", error)
            await self._store.wait(Topic.SETTINGS, self._look)

    async def of(
        self, guild_id: int | None, channel_id: int | None = None, parent_id: int | None = None
    ) -> Chosen:
        """What holds in a channel; in a thread (of ``parent_id``) what its channel has, unless it has its own.

        In direct messages (no guild) nothing was chosen.

        Raises:
            StoreUnavailable: this guild is not remembered, and the ledger cannot be asked.
        """
        if guild_id is None:
            return self._nothing.at(None, None)
        return (await self._of_guild(guild_id)).at(channel_id, parent_id)

    async def at(self, place: Place) -> Chosen:
        """What holds where a job was asked for. Raises as :meth:`of` does."""
        return await self.of(place.guild_id, place.channel_id, place.parent_id)

    async def choose(
        self, guild_id: int, key: Key[object], typed: str | None, *, by: int, channel_id: int | None = None
    ) -> Chosen:
        """Choose what was typed; None: as if it had never been chosen. Returns what holds now.

        Raises:
            Refused: it is not allowed.
            StoreUnavailable: whether it was written is not known.
        """
        stored = None if typed is None else written(key, self._allowed(key, typed))
        await self._store.set_guild_setting(guild_id, key.name, stored, set_by=by, channel_id=channel_id)
        await self._read_changes()
        return await self.of(guild_id, channel_id)

    def _allowed(self, key: Key[object], typed: str) -> object:
        value, bound = key.kind.read(typed), self._operator.bounds.get(key.name)
        if key.is_beyond is not None and bound is not None and key.is_beyond(value, bound):
            raise Refused(text("settings-beyond-operator", bound=bound))
        return value

    async def _of_guild(self, guild_id: int) -> _Remembered:
        if not self._is_read:
            await self._read_changes()
        if guild_id in self._remembered:
            self._remembered.move_to_end(guild_id)
            return self._remembered[guild_id]
        if self._has_all:
            return self._nothing
        before = self._last
        found = _Remembered(await self._store.guild_settings(guild_id), self._operator)
        if self._last == before:  # else it may be older than what was read meanwhile
            self._remember(guild_id, found)
        return found

    async def _read_changes(self) -> None:
        async with self._reading:
            while changes := await self._store.changed_settings(self._last, PAGE):
                for each in changes:
                    self._remember(each.guild_id, _Remembered(each.layers, self._operator))
                    for call in self.on_change:
                        call(each.guild_id)
                self._last = changes[-1].number
            self._is_read = True

    def _remember(self, guild_id: int, found: _Remembered) -> None:
        self._remembered[guild_id] = found
        self._remembered.move_to_end(guild_id)
        if len(self._remembered) > self._most:
            self._remembered.popitem(last=False)
            self._has_all = False
