"""Shards: the connections over which Discord tells one bot of its guilds, each guild over one of them."""

import re

from msgspec import Struct

_WRITTEN = re.compile(r"(?:(?P<first>\d+)(?:-(?P<last>\d+))?/)?(?P<count>\d+)")


class Shards(Struct, frozen=True):
    """Those of one process: from ``first`` to ``last``, of ``count`` that the bot has altogether."""

    first: int
    last: int
    count: int

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("there is at least one shard")
        if self.first > self.last:
            raise ValueError(f"shard {self.first} comes after shard {self.last}: write the smaller one first")
        if self.last >= self.count:
            raise ValueError(
                f"there is no shard {self.last} of {self.count}: they count from 0, the last one is {self.count - 1}"
            )

    @classmethod
    def all_of(cls, count: int) -> "Shards":
        return cls(0, count - 1, count)

    @classmethod
    def read(cls, written: str) -> "Shards":
        """``8``: all of eight. ``0-3/8``: the first four of them. ``5/8``: one of them.

        Raises:
            ValueError: with a sentence for the operator.
        """
        match = _WRITTEN.fullmatch(written.replace(" ", ""))
        if match is None:
            raise ValueError(
                "write how many there are, like 4, or which of them this process has, like 0-3/8 (they count from 0)"
            )
        first, last, count = match.group("first", "last", "count")
        if first is None:
            return cls.all_of(int(count))
        return cls(int(first), int(last or first), int(count))

    def __str__(self) -> str:
        return f"shards {self.first}-{self.last} of {self.count}"

    def has_guild(self, guild_id: int) -> bool:
        """Whether Discord tells of it over one of these."""
        return (guild_id >> 22) % self.count in self.ids

    @property
    def ids(self) -> range:
        return range(self.first, self.last + 1)
