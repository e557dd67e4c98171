"""What the doctor of a bot without a ComfyUI has to say of its workers': as they told the ledger."""

import asyncio

from bot.comfy import ObjectInfo, unpack_object_info
from bot.generation.remote import SILENT_SECONDS
from bot.jobs.address import Address
from bot.jobs.opening import open_store
from bot.jobs.store import JobStore, StoreUnavailable, StoreUnusable
from bot.texts import Text, text


async def told_by_workers(database: Address, known: list[ObjectInfo]) -> list[tuple[bool, Text]]:
    """Whether each backend is well, and what to say of it; what they have is added to ``known``.

    Nothing, where the database cannot be used: that is another finding.
    """
    try:
        async with open_store(database) as store:
            return await _told(store, known)
    except (StoreUnusable, StoreUnavailable):
        return []


async def _told(store: JobStore, known: list[ObjectInfo]) -> list[tuple[bool, Text]]:
    told: list[tuple[bool, Text]] = []
    for each in await store.backends():
        report, seconds = each.report, round(each.heard_seconds_ago)
        if report.online and each.heard_seconds_ago < SILENT_SECONDS:
            told.append((True, text("doctor-reported", backend=report.label, seconds=seconds)))
        else:
            told.append((False, text("doctor-reported-away", backend=report.label, seconds=seconds)))
        nodes = None if report.nodes is None else await store.nodes(report.nodes)
        if nodes is not None:
            known.append(await asyncio.to_thread(unpack_object_info, nodes.packed, nodes.failed))
    return told or [(False, text("doctor-reported-none"))]
