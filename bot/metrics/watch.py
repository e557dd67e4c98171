"""Everything that is observed of one process, put together: what the composition root deals with."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Generic, Protocol, TypeAlias, TypeVar

from aiohttp import TraceConfig

from bot.generation.backends import Backend
from bot.generation.servers import AnyBackend
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


class DiscordClient(Protocol):
    """discord.py's."""

    @property
    def http(self) -> HttpClient: ...

    @property
    def latency(self) -> float:
        """Seconds; infinite, or no number, until the gateway answered."""
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
        self._discord: DiscordClient | None = None
        self._servers: Iterable[AnyBackend] = ()
        self.store = ledger if address is None else self._calls.observed(ledger, self._jobs.listeners)
        """The ledger as everybody else is to see it."""

    def services(
        self, servers: Iterable[AnyBackend], discord: DiscordClient | None
    ) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What must run, by name.

        ``servers``: of which the process knows; figures are told of those that it reaches itself. ``discord``: before its
        login; None: this process has nothing to do with Discord.
        """
        self._servers, self._discord = servers, discord
        readiness = Readiness(self._ledger, self._facts())
        services: dict[str, Callable[[], Awaitable[None]]] = {}
        if (systemd := ServiceManager.around()) is not None:
            services["systemd"] = lambda: systemd.keep_told(readiness)
        if self._address is not None:
            if discord is not None:
                discord.http.http_trace = self._requests.trace()
            pages = {"/metrics": self._metrics, "/healthz": _alive, "/readyz": _page_of(readiness)}
            services["metrics"] = Endpoint(*self._address, pages).run
            services["event loop lag"] = self._process.measure_lag
        return services

    def _facts(self) -> Mapping[str, tuple[Callable[[], bool], str]]:
        servers, discord = self._servers, self._discord
        facts = {
            "comfyui": (lambda: any(each.knowledge is not None for each in servers), "has never answered")
        }
        return (
            facts
            if discord is None
            else {"discord": (lambda: math.isfinite(discord.latency), "is not connected"), **facts}
        )

    async def figures(self) -> Sequence[Figure]:
        """All, as they are now."""
        own = [each for each in self._servers if isinstance(each, Backend)]
        waiting, servers = await asyncio.gather(
            ledger_figures(self._ledger, self._jobs.workflows), backend_figures(own)
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
        if self._discord is None:
            return ()
        gateway = Gauge("comfycord_gateway_latency_seconds", "Of the last heartbeat; none: not connected")
        if math.isfinite(seconds := self._discord.latency):
            gateway.values[()] = seconds
        return *self._requests.figures, gateway


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
