"""What holds at one place: its channel's values over its guild's, over the operator's, over the defaults."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar, cast

from msgspec import Struct

from bot.errors import Refused
from bot.moderation.key import Key

T = TypeVar("T")


class Source(StrEnum):
    """Where a value comes from."""

    CHANNEL = "channel"
    PARENT = "parent"
    """The channel that a thread belongs to."""
    GUILD = "guild"
    OPERATOR = "operator"
    """Chosen by nobody in the guild."""


class Layer:
    """What was chosen in one place, as the ledger keeps it; each value is read once."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        self._stored = stored
        self._read: dict[str, object] = {}

    def has(self, key: Key[T]) -> bool:
        """Whether something was chosen that this version understands."""
        if key.name not in self._stored:
            return False
        try:
            self.of(key)
        except (Refused, ValueError):
            return False
        return True

    def of(self, key: Key[T]) -> T:
        if key.name not in self._read:
            self._read[key.name] = key.kind.read(str(json.loads(self._stored[key.name])))
        return cast("T", self._read[key.name])


class Operator(Struct, frozen=True):
    """What the operator's own settings say of a guild's."""

    values: Mapping[str, object] = {}
    """Key → what holds where a guild chose nothing."""
    bounds: Mapping[str, str] = {}
    """Key → what a guild can be no less strict than."""


@dataclass(frozen=True, slots=True)
class Chosen:
    layers: Sequence[tuple[Source, Layer]] = ()
    """The nearest first."""
    operator: Operator = field(default_factory=Operator)
    _known: dict[str, object] = field(
        default_factory=dict[str, object], init=False, repr=False, compare=False
    )
    """What was asked for before, by the name of its key: one interaction asks for twenty."""

    def of(self, key: Key[T]) -> T:
        if key.name not in self._known:
            self._known[key.name] = self._found(key)
        return cast("T", self._known[key.name])

    def _found(self, key: Key[T]) -> T:
        values = [layer.of(key) for _, layer in self._having(key)]
        if not values:
            return cast("T", self.operator.values.get(key.name, key.default))
        if key.over is None:
            return values[0]
        value = values.pop()
        while values:
            value = key.over(values.pop(), value)
        return value

    def own(self, key: Key[T], source: Source) -> Sequence[T]:
        """What was chosen at one of the places; empty: nothing was."""
        return [layer.of(key) for each, layer in self._having(key) if each is source]

    def source(self, key: Key[T]) -> Source:
        """Where the value comes from; of one that several places make, the nearest."""
        return next((source for source, _ in self._having(key)), Source.OPERATOR)

    def _having(self, key: Key[T]) -> Sequence[tuple[Source, Layer]]:
        return [
            (source, layer)
            for source, layer in self.layers
            if layer.has(key) and (source is Source.GUILD or key.by_channel)
        ]


def written(key: Key[T], value: T) -> str:
    """As the ledger keeps it: JSON, of the text that reads as this value."""
    return json.dumps(key.kind.write(value), ensure_ascii=False)
