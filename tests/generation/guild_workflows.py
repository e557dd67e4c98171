"""Workflows that a guild added, and what offers them, in tests."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.comfy import JsonValue, ObjectInfo
from bot.generation.catalogue import WorkflowCatalogue
from bot.generation.guild_workflows import GuildWorkflows
from bot.generation.workflows import Workflows
from bot.jobs.guild_workflow import GuildWorkflow, WorkflowVersion
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import JobStore
from bot.workflows import Template
from tests.generation.rig import RULES
from tests.workflows.samples import COMMAND, GRAPH, server

HERE, ELSEWHERE, MODERATOR = 100, 200, 7
DRAWN: Mapping[str, JsonValue] = {node_id: node for node_id, node in GRAPH.items() if node_id != "5"}
"""A graph without a file to start from."""


def source(graph: JsonValue = DRAWN) -> bytes:
    return json.dumps(graph).encode()


async def add(
    store: JobStore,
    name: str = "cat",
    command: str = COMMAND,
    graph: JsonValue = DRAWN,
    *,
    guild_id: int = HERE,
) -> WorkflowVersion:
    """A draft."""
    interaction_id = hash((name, guild_id)) % 2**40
    return await store.add_guild_workflow(
        guild_id, MODERATOR, interaction_id, name=name, source=source(graph), command=command
    )


async def publish(store: JobStore, draft: WorkflowVersion) -> GuildWorkflow:
    return await store.publish(draft.guild_id, draft.workflow_id, draft.number, MODERATOR)


async def changed(
    store: JobStore, draft: WorkflowVersion, command: str, *, name: str | None = None
) -> WorkflowVersion:
    """The draft of a workflow, begun where there is none, with another command, or another name."""
    draft = await store.begin_edit(draft.guild_id, draft.workflow_id, MODERATOR)
    return await store.change_draft(
        draft.guild_id,
        draft.workflow_id,
        draft.number,
        draft.revision,
        name=name or draft.name,
        source=draft.source,
        command=command,
    )


@dataclass
class Offered:
    store: SqliteStore
    workflows: Workflows
    guilds: GuildWorkflows
    known: list[ObjectInfo]
    """What the servers have."""
    changed: asyncio.Event = field(repr=False)
    """Of what everybody is offered."""

    def keys(self, guild_id: int | None) -> list[str]:
        return list(self.workflows.in_guild(guild_id))


@asynccontextmanager
async def offered(
    folder: Path, templates: Sequence[Template] = (), kind_of_store: type[SqliteStore] = SqliteStore
) -> AsyncGenerator[Offered]:
    """One server, and nothing that looks by itself."""
    async with kind_of_store.open(folder / "jobs.db") as store:
        known = [server()]
        catalogue = WorkflowCatalogue(templates, lambda: [*known])
        guilds = GuildWorkflows(
            store, lambda: [*known], RULES, on_shared=catalogue.changed.set, on_classes=lambda: None
        )
        await catalogue.refresh()
        catalogue.changed.clear()
        workflows = Workflows(catalogue, guilds, lambda: [*known])
        yield Offered(store, workflows, guilds, known, catalogue.changed)
