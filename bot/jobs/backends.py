"""The ComfyUI servers, as their workers tell of them. Nothing here decides who may claim what."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import cast

from bot.jobs.backend_store import FORGOTTEN_SECONDS, BackendReport, NodeList, ReportedBackend
from bot.jobs.database import Columns, Row, Statements
from bot.jobs.job import Job
from bot.jobs.ledger import Ledger
from bot.jobs.rows import JOB, job_of

_REPORT = """
INSERT INTO backends (name, label, nodes, vram_total, vram_free, online, heard_at, online_at)
VALUES (
    :name, :label, :nodes, :vram_total, :vram_free, :online, :now, CASE WHEN :online = 1 THEN :now END
)
ON CONFLICT (name) DO UPDATE SET
    label = excluded.label, nodes = excluded.nodes, vram_total = excluded.vram_total,
    vram_free = excluded.vram_free, online = excluded.online, heard_at = excluded.heard_at,
    online_at = coalesce(excluded.online_at, backends.online_at)
"""

_FORGET = "DELETE FROM backends WHERE heard_at < :now - :seconds"

_KEEP = """
INSERT INTO node_lists (digest, packed, failed, kept_at) VALUES (:digest, :packed, :failed, :now)
ON CONFLICT (digest) DO UPDATE SET kept_at = excluded.kept_at
"""

# A list is kept before its backend tells of it: what is a minute old and nobody's will stay nobody's.
_DROP = """
DELETE FROM node_lists WHERE kept_at < :now - 60 AND NOT EXISTS (
    SELECT 1 FROM backends WHERE backends.nodes = node_lists.digest
)
"""

_ALL = """
SELECT name, label, nodes, vram_total, vram_free, online, :now - heard_at AS heard, :now - online_at AS seen
FROM backends ORDER BY name
"""

_NODES = "SELECT digest, packed, failed FROM node_lists WHERE digest = :digest"

_RUNNING = f"""
SELECT {JOB} FROM jobs WHERE state = 'running' ORDER BY started_at NULLS LAST, sequence
"""  # noqa: S608  # literals only


class Backends(Ledger):
    @asynccontextmanager
    async def working_as(self, backends: Sequence[str]) -> AsyncGenerator[None]:
        """Alone with its ledger, a process has every name."""
        _ = backends
        yield

    async def report_backends(self, reports: Sequence[BackendReport]) -> None:
        await self._database.write(partial(_report, [_columns_of(each) for each in reports]))

    async def publish_nodes(self, nodes: NodeList) -> None:
        await self._database.write(partial(_publish, nodes))

    async def backends(self) -> Sequence[ReportedBackend]:
        return [_reported_of(row) for row in await self._database.read(_ALL)]

    async def nodes(self, digest: str) -> NodeList | None:
        rows = await self._database.read(_NODES, {"digest": digest})
        return _nodes_of(rows[0]) if rows else None

    async def running(self) -> Sequence[Job]:
        return [job_of(row) for row in await self._database.read(_RUNNING)]


def _report(reports: Sequence[Columns], statements: Statements) -> None:
    for columns in reports:
        statements.run(_REPORT, columns)
    statements.run(_FORGET, {"seconds": FORGOTTEN_SECONDS})


def _publish(nodes: NodeList, statements: Statements) -> None:
    failed = json.dumps(dict(nodes.failed), ensure_ascii=False)
    statements.run(_KEEP, {"digest": nodes.digest, "packed": nodes.packed, "failed": failed})
    statements.run(_DROP)


def _columns_of(report: BackendReport) -> Columns:
    return {
        "name": report.name,
        "label": report.label,
        "nodes": report.nodes,
        "vram_total": report.vram_total_bytes,
        "vram_free": report.vram_free_bytes,
        "online": int(report.online),
    }


def _reported_of(row: Row) -> ReportedBackend:
    report = BackendReport(
        row["name"], row["label"], bool(row["online"]), row["nodes"], row["vram_total"], row["vram_free"]
    )
    return ReportedBackend(report, row["heard"], row["seen"])


def _nodes_of(row: Row) -> NodeList:
    failed = cast("dict[str, str]", json.loads(row["failed"]))
    return NodeList(row["digest"], bytes(row["packed"]), failed)
