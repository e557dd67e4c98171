"""What a process is that has no servers, and a connection to Discord that is half there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import TraceConfig

from bot.generation.backends import Backend


@dataclass
class Http:
    http_trace: TraceConfig | None = None


@dataclass
class TwoShards:
    """Of which one is connected."""

    http: Http = field(default_factory=Http)
    latencies: Mapping[int, float | None] = field(default_factory=lambda: {0: 0.1, 1: None})


@dataclass
class NoServers:
    backends: Sequence[Backend] = ()

    def knowledge(self) -> Sequence[object]:
        return ()
