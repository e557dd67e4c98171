"""What the ledger knows of the ComfyUI servers: their workers tell of them here, for whoever does not reach them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from msgspec import Struct

from bot.jobs.job import Job

FORGOTTEN_SECONDS = 7 * 86_400.0
"""A backend of which nothing was heard for so long is not known any more."""


@dataclass(frozen=True, slots=True)
class NodeList:
    """What a server has, as its worker read it. The ledger does not look inside."""

    digest: str
    """Of the rest: two servers with the same nodes and models share one list."""
    packed: bytes = field(repr=False)
    """Its whole ``/object_info``, compressed."""
    failed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Classes that the server has and cannot describe, each with what it answered."""


class BackendReport(Struct, frozen=True):
    """How one server is."""

    name: str
    """As jobs know it."""
    label: str
    """For people."""
    online: bool
    nodes: str | None = None
    """The digest of its :class:`NodeList`; None: it has not told yet what it has."""
    vram_total_bytes: int | None = None
    vram_free_bytes: int | None = None


class ReportedBackend(Struct, frozen=True):
    """What was reported last, and how long ago by the store's clock."""

    report: BackendReport
    heard_seconds_ago: float
    """Since the last report."""
    online_seconds_ago: float | None
    """Since the last report by which it was online; None: it never was."""


class BackendStore(Protocol):
    """Part of :class:`bot.jobs.store.JobStore`."""

    def working_as(self, backends: Sequence[str]) -> AbstractAsyncContextManager[None]:
        """Be the only process that works for the backends of these names, waiting for another that is just ending.

        What an earlier one held when it ended goes back to its place in the queue at once.

        Raises:
            StoreUnusable: another process works for one of them.
        """
        ...

    async def report_backends(self, reports: Sequence[BackendReport]) -> None:
        """How the servers of one worker are now. Those of which nothing was heard for long are forgotten."""
        ...

    async def publish_nodes(self, nodes: NodeList) -> None:
        """Keep a list for as long as a backend has it. Lists that no backend has any more go."""
        ...

    async def backends(self) -> Sequence[ReportedBackend]:
        """All of them, by name."""
        ...

    async def nodes(self, digest: str) -> NodeList | None:
        """None: there is none such (any more)."""
        ...

    async def running(self) -> Sequence[Job]:
        """The jobs that workers have in hand, as they began, then those that have not."""
        ...
