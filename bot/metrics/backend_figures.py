"""The ComfyUI servers of this process: whether they answer, and how much memory their devices have."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from bot.comfy import ComfyError
from bot.generation.backends import Backend, Condition
from bot.metrics.recording import Figure, Gauge

PATIENCE_SECONDS: Final = 2.0
"""One that does not answer in time has no figures of its memory this time: a reader waits ten seconds at most."""


async def backend_figures(backends: Sequence[Backend]) -> Sequence[Figure]:
    condition = Gauge(
        "comfycord_backend_condition", "1 for the condition that a ComfyUI is in", ("backend", "condition")
    )
    total = Gauge("comfycord_backend_vram_bytes", "Memory of a ComfyUI's device", ("backend", "device"))
    free = Gauge("comfycord_backend_vram_free_bytes", "Of it, what is free", ("backend", "device"))
    for backend in backends:
        for each in Condition:
            condition.values[backend.name, each] = float(backend.condition is each)
    await asyncio.gather(*(_look(backend, total, free) for backend in backends if backend.online))
    return condition, total, free


async def _look(backend: Backend, total: Gauge, free: Gauge) -> None:
    with suppress(ComfyError, TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            stats = await backend.client.system_stats()
        for number, device in enumerate(stats.devices):
            name = f"{number} {device.type}"
            total.values[backend.name, name] = device.vram_total
            free.values[backend.name, name] = device.vram_free
