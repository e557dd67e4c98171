"""A gateway session: outlives its connection, and remembers what a reconnecting client may have missed."""

from collections import deque
from collections.abc import Callable

from msgspec import Struct, field

from bot.sandbox.discord.intents import Intent
from bot.sandbox.discord.wire import dumps

_REPLAYED_EVENTS = 5000


class Dispatch(Struct, frozen=True):
    sequence: int
    event: str
    frame: bytes


class Session(Struct, eq=False):
    id: str
    intents: Intent
    shard: tuple[int, int] | None
    sequence: int = 0
    send: Callable[[bytes], None] | None = None
    """Puts a frame on the connection; None while there is none."""
    missed: deque[Dispatch] = field(default_factory=lambda: deque(maxlen=_REPLAYED_EVENTS))

    def dispatch(self, event: str, data: bytes) -> None:
        """``data`` is JSON already: the same event goes to many sessions."""
        self.sequence += 1
        frame = b'{"op":0,"s":%d,"t":"%s","d":%s}' % (self.sequence, event.encode(), data)
        self.missed.append(Dispatch(self.sequence, event, frame))
        if self.send is not None:
            self.send(frame)

    def can_resume_from(self, sequence: int) -> bool:
        oldest = self.missed[0].sequence if self.missed else self.sequence + 1
        return oldest - 1 <= sequence <= self.sequence

    def resume(self, sequence: int, send: Callable[[bytes], None]) -> None:
        """Repeat what came after ``sequence``, then say so."""
        self.send = send
        for dispatch in self.missed:
            if dispatch.sequence > sequence:
                send(dispatch.frame)
        self.dispatch("RESUMED", dumps({"_trace": ["sandbox"]}))

    def concerns(self, guild_id: int | None) -> bool:
        return is_of(self.shard, guild_id)


def shard_of(given: object) -> tuple[int, int] | None:
    """``[id, count]`` as IDENTIFY says it; None: that is no shard."""
    match given:
        case [int(shard_id), int(count)] if 0 <= shard_id < count:
            return shard_id, count
        case _:
            return None


def is_of(shard: tuple[int, int] | None, guild_id: int | None) -> bool:
    """Whether this shard (None: the only one) hears of the guild. Direct messages, and what has no guild, go to shard 0.

    https://docs.discord.com/developers/events/gateway#sharding-sharding-formula
    """
    if shard is None:
        return True
    shard_id, count = shard
    return ((guild_id or 0) >> 22) % count == shard_id
