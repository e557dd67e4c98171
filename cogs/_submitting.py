"""How an order becomes a job and its first status: the same for commands and for forms."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from discord.ui import LayoutView

from bot.bugs import Bug, contained
from bot.delivery.acknowledging import Acknowledger, TooLate
from bot.delivery.discord_errors import DiscordError
from bot.delivery.status_layout import link_to
from bot.errors import NotThere, UserError
from bot.generation import Order, PresetBook
from bot.jobs.inputs import Source
from bot.jobs.job import Job, MessageRef, Ticket
from bot.jobs.origin import Origin
from bot.jobs.store import StoreUnavailable
from bot.texts import Text, text
from cogs._command_line import Value
from cogs._mendable import mendable
from cogs._names import Names
from cogs._notices import notice
from cogs._own_options import NOTHING_CHOSEN, Chosen
from cogs._service import AnyInteraction, Service, actor_of, place_of, reply_of, who

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
        presets: PresetBook,
        *,
        names: Names,
        language: str | None,
    ) -> None:
        self._service = service
        self._statuses = statuses
        self._acknowledger = acknowledger
        self._presets = presets
        self._names = names
        self._language = language
        self._room = asyncio.Semaphore(SUBMISSIONS_AT_ONCE)

    async def submit(
        self,
        interaction: AnyInteraction,
        workflow: str,
        values: Mapping[str, Value],
        attachments: Mapping[str, Source],
        chosen: Chosen = NOTHING_CHOSEN,
        *,
        origin: Origin | None = None,
        action_key: str | None = None,
    ) -> None:
        """Write the job down, answer with its status, and let that tell the rest.

        ``chosen``: with the bot's own options. ``origin``, ``action_key``: see :class:`bot.generation.Order`; where the same
        was pressed a moment ago, the answer leads to what came of that.

        Raises:
            UserError: the job is not made.
        """
        self._names.learn(interaction.user.id, interaction.user.display_name)
        notices: tuple[Text, ...] = ()
        if chosen.preset is not None:
            values, told = await self._with_preset(interaction, workflow, values, chosen.preset)
            notices = (told,)
        order = Order(
            workflow=workflow,
            values=values,
            notices=notices,
            interaction_id=interaction.id,
            place=place_of(interaction, self._language),
            reply=reply_of(interaction),
            attachments=attachments,
            origin=origin,
            action_key=action_key,
            private=chosen.private,
        )
        async with self._acknowledger.in_time(interaction, ephemeral=chosen.private), self._room:
            try:
                ticket = await self._service.submit(order)
            except UserError as error:
                raise await mendable(self._service, order, error) from error
        if ticket.job.interaction_id != interaction.id:
            await self._acknowledger.answer(interaction, _pressed_before(ticket.job, interaction))
        else:
            await self._show(interaction, ticket)

    async def _with_preset(
        self, interaction: AnyInteraction, workflow_name: str, values: Mapping[str, Value], preset: str
    ) -> tuple[Mapping[str, Value], Text]:
        workflow = self._service.workflows.get(workflow_name)
        if workflow is None:
            raise NotThere(text("workflow-unavailable", workflow=workflow_name))
        return await self._presets.applied(actor_of(interaction), preset, workflow, values)

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
                return await self._acknowledger.answer(interaction, view, ephemeral=ticket.job.private)
        except (TooLate, DiscordError, StoreUnavailable) as error:
            log.warning("job %s: its first status was not shown: %s", ticket.job_id, error)
        return None


def _pressed_before(job: Job, interaction: AnyInteraction) -> LayoutView:
    """The answer to the second of two presses that were meant as one."""
    if job.status_message is None:
        return notice(text("pressed-before"), interaction.locale)
    link = link_to(job.status_message, job.place.guild_id)
    return notice(text("pressed-before-there", link=link), interaction.locale)
