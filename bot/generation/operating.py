"""What only the operator sees: how each ComfyUI server is, what it has in hand, and what failed there lately."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from bot.comfy import ComfyError
from bot.generation.backends import Backend
from bot.generation.expecting import JobsOn
from bot.generation.parts import Parts
from bot.generation.servers import AnyBackend
from bot.jobs.backend_store import BackendReport
from bot.jobs.job import Job, State
from bot.jobs.operator_store import BackendFailure
from bot.texts import Argument, Text, text

ANSWER_SECONDS = 2.0
"""So long a server is waited for that does not tell of its memory."""
WAITING = frozenset({State.PREPARING, State.QUEUED})
_MODEL = re.compile(r"[^=]+=(.*\.(?:safetensors|ckpt|gguf|sft|pth?|bin))", re.IGNORECASE)
"""Of what a job needs, a model file."""


class NodeFailures(Struct, frozen=True):
    node: Argument
    """What the node is called; a text where no node is to blame."""
    count: int


class BackendView(Struct, frozen=True):
    name: str
    """As jobs know it."""
    label: str
    online: bool
    paused: bool
    jobs: tuple[Job, ...]
    """What it has in hand of ours, in the order in which it will do it."""
    vram_free_bytes: int | None
    vram_total_bytes: int | None
    """None: nobody told."""
    models: tuple[str, ...]
    """What the job loaded that it began last: most likely it has them still."""
    failures: Sequence[NodeFailures]
    """Of the last hour, the most frequent first."""


class _Memory(Struct, frozen=True):
    free_bytes: int | None = None
    total_bytes: int | None = None


class Operating:
    def __init__(self, parts: Parts, jobs_on: JobsOn) -> None:
        self._parts = parts
        self._jobs_on = jobs_on

    async def waiting(self) -> int:
        """How many jobs no server has in hand yet. May raise ``StoreUnavailable``."""
        return sum(each.jobs for each in await self._parts.store.backlog() if each.stage in WAITING)

    async def backends(self) -> Sequence[BackendView]:
        """All servers, this process's own first. May raise ``StoreUnavailable``."""
        store = self._parts.store
        needs = await store.last_needs()
        failures = await store.failures()
        reports = {each.report.name: each.report for each in await store.backends()}
        servers = list(self._parts.servers)
        memories = await asyncio.gather(*(_memory_of(each, reports.get(each.name)) for each in servers))
        return [
            BackendView(
                name=each.name,
                label=each.label,
                online=each.online,
                paused=self._parts.orders.is_paused(each.name),
                jobs=tuple(self._jobs_on(each.name)),
                vram_free_bytes=memory.free_bytes,
                vram_total_bytes=memory.total_bytes,
                models=models_of(needs.get(each.name, frozenset())),
                failures=by_node([one for one in failures if one.backend == each.name]),
            )
            for each, memory in zip(servers, memories, strict=True)
        ]


async def _memory_of(server: AnyBackend, report: BackendReport | None) -> _Memory:
    """What it says now, where this process reaches it; else what its worker told last."""
    if not isinstance(server, Backend):
        return _Memory() if report is None else _Memory(report.vram_free_bytes, report.vram_total_bytes)
    if not server.online:
        return _Memory()
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            devices = (await server.client.system_stats()).devices
    except (ComfyError, TimeoutError):
        return _Memory()
    return _Memory(sum(each.vram_free for each in devices), sum(each.vram_total for each in devices))


def models_of(needs: frozenset[str]) -> tuple[str, ...]:
    """The model files among what a job needs, by name."""
    found = (_MODEL.fullmatch(each) for each in needs)
    return tuple(sorted({match[1] for match in found if match}))


def by_node(failures: Sequence[BackendFailure]) -> Sequence[NodeFailures]:
    """The most frequent first."""
    nodes = [each.failed.reason.arguments.get("node", text("owner-no-node")) for each in failures]
    counted = Counter(node.to_json() if isinstance(node, Text) else str(node) for node in nodes)
    told = {node.to_json() if isinstance(node, Text) else str(node): node for node in nodes}
    return [NodeFailures(told[key], count) for key, count in counted.most_common()]
