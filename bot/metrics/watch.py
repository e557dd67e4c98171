"""Everything that is observed of one process, put together: what the composition root deals with."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Generic, Protocol, TypeAlias, TypeVar

from aiohttp import TraceConfig

from bot.generation.backends import Backend
from bot.jobs.store import JobStore
from bot.metrics.backend_figures import backend_figures
from bot.metrics.discord_requests import DiscordRequests
from bot.metrics.endpoint import Answer, Endpoint
from bot.metrics.job_figures import JobFigures
from bot.metrics.ledger_figures import ledger_figures
from bot.metrics.process_figures import ProcessFigures
from bot.metrics.readiness import Readiness
from bot.metrics.recording import Figure, Gauge
from bot.metrics.store_calls import StoreCalls
from bot.systemd import ServiceManager

Address: TypeAlias = tuple[str, int]
Store = TypeVar("Store", bound=JobStore)


class HttpClient(Protocol):
    """discord.py's, before its login."""

    http_trace: TraceConfig | None


class Parts(Protocol):
    """:class:`bot.generation.parts.Parts`."""

    @property
    def backends(self) -> Sequence[Backend]: ...

    def knowledge(self) -> Sequence[object]:
        """What is known of servers, this process's own and others'."""
        ...


class Gateway(Protocol):
    """:class:`bot.client.Gateway`: all that this process has to do with Discord."""

    @property
    def http(self) -> HttpClient: ...

    @property
    def latencies(self) -> Mapping[int, float | None]:
        """Shard → seconds; None: it is not connected."""
        ...


class Watch(Generic[Store]):
    """Of one process, with the ledger that it opened."""

    def __init__(self, ledger: Store, address: Address | None) -> None:
        """``address``: where the figures are to be read; None: nowhere, and nothing is counted."""
        self._ledger = ledger
        self._address = address
        self._jobs = JobFigures(ledger.now)
        self._calls = StoreCalls()
        self._process = ProcessFigures()
        self._requests = DiscordRequests()
        self._gateway: Gateway | None = None
        self._backends: Sequence[Backend] = ()
        self.store = ledger if address is None else self._calls.observed(ledger, self._jobs.listeners)
        """The ledger as everybody else is to see it."""

    def services(self, parts: Parts, gateway: Gateway | None) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What must run, by name. ``gateway``: before it runs; None: this process has nothing to do with Discord."""
        self._backends, self._gateway = parts.backends, gateway
        readiness = Readiness(self._ledger, _facts(parts, gateway))
        services: dict[str, Callable[[], Awaitable[None]]] = {}
        if (systemd := ServiceManager.around()) is not None:
            services["systemd"] = lambda: systemd.keep_told(readiness)
        if self._address is not None:
            if gateway is not None:
                gateway.http.http_trace = self._requests.trace()
            pages = {"/metrics": self._metrics, "/healthz": _alive, "/readyz": _page_of(readiness)}
            services["metrics"] = Endpoint(*self._address, pages).run
            services["event loop lag"] = self._process.measure_lag
        return services

    async def figures(self) -> Sequence[Figure]:
        """All, as they are now."""
        waiting, servers = await asyncio.gather(
            ledger_figures(self._ledger, self._jobs.workflows), backend_figures(self._backends)
        )
        return (
            *waiting,
            *servers,
            *self._jobs.figures,
            *self._calls.figures,
            *self._process.figures(),
            *self._figures_of_discord(),
        )

    async def _metrics(self, accept: str) -> Answer:
        content_type, body = await asyncio.to_thread(_exposition, await self.figures(), accept)
        return Answer(body, content_type=content_type)

    def _figures_of_discord(self) -> Sequence[Figure]:
        if self._gateway is None:
            return ()
        connected = Gauge(
            "comfycord_gateway_connected", "Whether a shard is connected to Discord", ("shard",)
        )
        latency = Gauge("comfycord_gateway_latency_seconds", "What a shard's last heartbeat took", ("shard",))
        for shard_id, seconds in self._gateway.latencies.items():
            connected.values[(str(shard_id),)] = float(seconds is not None)
            if seconds is not None:
                latency.values[(str(shard_id),)] = seconds
        return *self._requests.figures, connected, latency


def _facts(parts: Parts, gateway: Gateway | None) -> Mapping[str, tuple[Callable[[], bool], str]]:
    facts = {"comfyui": (lambda: bool(parts.knowledge()), "has never answered")}
    if gateway is None:
        return facts

    def is_connected() -> bool:
        latencies = gateway.latencies.values()
        return bool(latencies) and None not in latencies

    return {"discord": (is_connected, "is not connected"), **facts}


async def _alive(_: str) -> Answer:
    """That this is answered is the answer: the event loop turns."""
    return Answer(b"ok\n")


def _page_of(readiness: Readiness) -> Callable[[str], Awaitable[Answer]]:
    async def ready(_: str) -> Answer:
        found = await readiness.look()
        status = HTTPStatus.OK if found else HTTPStatus.SERVICE_UNAVAILABLE
        return Answer(found.lines.encode(), status)

    return ready


def _exposition(figures: Sequence[Figure], accept: str) -> tuple[str, bytes]:
    from bot.metrics.exposition import exposition  # noqa: PLC0415  # see there

    return exposition(figures, accept)
