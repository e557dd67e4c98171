"""How an order becomes a job and its first status: the same for commands and for forms."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from discord.ui import LayoutView

from bot.bugs import Bug, contained
from bot.delivery.acknowledging import Acknowledger, TooLate
from bot.delivery.discord_errors import DiscordError
from bot.generation import Order
from bot.jobs.inputs import Attachment, Source
from bot.jobs.job import MessageRef, Ticket
from bot.jobs.store import StoreUnavailable
from cogs._command_line import Value
from cogs._names import Names
from cogs._service import AnyInteraction, Service, place_of, reply_of, who

log = logging.getLogger(__name__)

SUBMISSIONS_AT_ONCE = 50
"""Of a thousand commands at once the first are answered early, not all of them late."""


class Statuses(Protocol):
    async def opening(self, ticket: Ticket) -> LayoutView | None:
        """The first status of a job, as the answer to the command; None: it has ended already."""
        ...

    def follow(self, job_id: UUID, message: MessageRef | None) -> None:
        """Keep the status moving; ``message`` shows it, None where that was lost and is still to be learnt."""
        ...

    def leave_to_another(self, job_id: UUID) -> None:
        """Another process answered the command, and keeps the status moving."""
        ...


class Submissions:
    def __init__(
        self,
        service: Service,
        statuses: Statuses,
        acknowledger: Acknowledger,
        *,
        names: Names,
        language: str | None,
    ) -> None:
        self._service = service
        self._statuses = statuses
        self._acknowledger = acknowledger
        self._names = names
        self._language = language
        self._room = asyncio.Semaphore(SUBMISSIONS_AT_ONCE)

    async def submit(
        self,
        interaction: AnyInteraction,
        workflow: str,
        values: Mapping[str, Value],
        attachments: Mapping[str, Attachment],
    ) -> None:
        """Write the job down, answer with its status, and let that tell the rest.

        Raises:
            UserError: the job is not made.
        """
        await self.submit_orders(interaction, [self.order(interaction, workflow, values, attachments)])

    async def submit_several(
        self, interaction: AnyInteraction, order: Order, *, repeat: int = 1, every: bool = False
    ) -> None:
        """As :meth:`submit`, for all that one command asks for at once: see :meth:`Service.several`."""
        if repeat == 1 and not every:
            await self.submit_orders(interaction, [order])
            return
        async with self._acknowledger.in_time(interaction, ephemeral=False):
            orders = await self._service.several(order, repeat=repeat, every=every)
        await self.submit_orders(interaction, orders)

    async def submit_orders(self, interaction: AnyInteraction, orders: Sequence[Order]) -> None:
        """As :meth:`submit`; several orders are one group."""
        self._names.learn(interaction.user.id, interaction.user.display_name)
        async with self._acknowledger.in_time(interaction, ephemeral=False), self._room:
            ticket = await self._service.submit_group(orders)
        await self._show(interaction, ticket)

    def order(
        self,
        interaction: AnyInteraction,
        workflow: str,
        values: Mapping[str, Value],
        attachments: Mapping[str, Source],
    ) -> Order:
        return Order(
            workflow=workflow,
            values=values,
            interaction_id=interaction.id,
            place=place_of(interaction, self._language),
            reply=reply_of(interaction),
            attachments=attachments,
        )

    async def _show(self, interaction: AnyInteraction, ticket: Ticket) -> None:
        """The job is written down: whatever happens to the answer, it stays and its status is followed."""
        job_id = ticket.job_id
        log.info("job %s: asked for by %s", job_id, who(interaction))
        shown = await contained(f"the first status of job {job_id}", self._opened(interaction, ticket))
        # one that Discord delivered to us before was answered by nobody else
        if ticket.created and self._acknowledger.answered_elsewhere(interaction):
            log.warning("job %s: another process on this token answered first", job_id)
            self._statuses.leave_to_another(job_id)
        else:
            self._statuses.follow(job_id, None if isinstance(shown, Bug) else shown)

    async def _opened(self, interaction: AnyInteraction, ticket: Ticket) -> MessageRef | None:
        try:
            view = await self._statuses.opening(ticket)
            if view is not None:
                return await self._acknowledger.answer(interaction, view, ephemeral=False)
        except (TooLate, DiscordError, StoreUnavailable) as error:
            log.warning("job %s: its first status was not shown: %s", ticket.job_id, error)
        return None
