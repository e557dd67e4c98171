"""The parts that a role is made of, and what of them has to run."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from bot.generation.execution import Execution
from bot.generation.housekeeping import Housekeeping
from bot.generation.parts import Parts
from bot.generation.publishing import Publisher
from bot.generation.relaying import ProgressReceiver, ProgressSender
from bot.jobs.job import Job
from bot.jobs.progress_bus import ProgressBus
from bot.role import Role

Service: TypeAlias = Callable[[], Awaitable[None]]
"""Runs until cancelled."""


class Composition:
    """Of a process that is alone with its ledger, what carries jobs out and tidies up.

    Where others have the same ledger (``parts.remote``), also what tells them of this process, and this process of them.
    """

    def __init__(
        self, role: Role, parts: Parts, bus: ProgressBus | None = None, *, hands_over: bool = False
    ) -> None:
        """``bus``: to the others. ``hands_over``: they show what comes of the jobs that run here."""
        boot = secrets.token_hex(4)
        self.parts = parts
        self._execution = Execution(parts, boot=boot, hands_over=hands_over) if role.runs_jobs else None
        self._publisher = Publisher(parts.store, parts.backends) if parts.remote and role.runs_jobs else None
        services: dict[str, Service] = {
            "housekeeping": Housekeeping(parts, forgets=role.answers_people).run,
            "quarantine": parts.quarantine.run,
            "orders for backends": parts.orders.run,
            "guild workflows": parts.guild_workflows.run,
        }
        if self._execution is not None:
            services["execution"] = self._execution.run
        if parts.remote is not None:
            services["other workers"] = parts.remote.run
        if self._publisher is not None:
            services["publisher"] = self._publisher.run
        if bus is not None and role.runs_jobs:
            services["progress to others"] = ProgressSender(parts.board, bus, boot).run
        if bus is not None and role.answers_people:
            services["progress of others"] = ProgressReceiver(parts.board, bus, boot).run
        self.services: Mapping[str, Service] = services

    def jobs_on(self, backend: str) -> Sequence[Job]:
        """The jobs that a backend has, in the order in which it will do them."""
        own = () if self._execution is None else self._execution.jobs_on(backend)
        return own or (() if self.parts.remote is None else self.parts.remote.jobs_on(backend))

    async def prepare(self) -> None:
        """Know the servers, and let others know of them, before anything runs: a job is never bound to a server unknown."""
        await self.parts.prepare()
        if self._publisher is not None:
            await self._publisher.report()
