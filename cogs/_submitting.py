"""How an order becomes a job and its first status: the same for commands and for forms."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from discord.ui import LayoutView
from msgspec.structs import replace

from bot.bugs import Bug, contained
from bot.delivery.acknowledging import Acknowledger, TooLate
from bot.delivery.discord_errors import DiscordError
from bot.delivery.status_layout import link_from
from bot.errors import Refused, UserError
from bot.generation import Order, PresetBook
from bot.jobs.inputs import Source
from bot.jobs.job import Job, MessageRef, Ticket
from bot.jobs.log_context import about
from bot.jobs.origin import Origin
from bot.jobs.store import StoreUnavailable
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import ADDED_NEGATIVE, ADDED_PROMPT, DEFAULTS, LANGUAGE, TRANSLATE
from bot.moderation.places import Places
from bot.moderation.values import Switch
from bot.texts import Text, text
from bot.workflows import Workflow
from bot.workflows.additions import Additions
from bot.workflows.defaults import with_defaults
from cogs._command_line import Value
from cogs._mendable import mendable
from cogs._names import Names
from cogs._notices import notice
from cogs._own_options import NOTHING_CHOSEN, Chosen
from cogs._service import (
    AnyInteraction,
    Service,
    actor_of,
    channel_of,
    guild_of,
    place_of,
    reply_of,
    requester_of,
    who,
)

log = logging.getLogger(__name__)

SUBMISSIONS_AT_ONCE = 50
"""Of a thousand commands at once the first are answered early, not all of them late."""
LOOKS_FOR_STATUS, LOOK_SECONDS = 8, 0.1
"""The second of two presses waits so long for the status message that the first one opens."""


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
        settings: GuildSettings,
        *,
        names: Names,
    ) -> None:
        self._service = service
        self._statuses = statuses
        self._acknowledger = acknowledger
        self._presets = presets
        self._settings = settings
        self._places = Places(settings)
        self._names = names
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

        ``workflow``: its key. ``chosen``: with the bot's own options. ``origin``, ``action_key``: see :class:`bot.generation.Order`; where the same
        was pressed a moment ago, the answer leads to what came of that.

        Raises:
            UserError: the job is not made.
        """
        private = await self._private(interaction, chosen, origin)
        notices: tuple[Text, ...] = ()
        if chosen.preset is not None:
            values, told = await self._with_preset(interaction, workflow, values, chosen.preset)
            notices = (told,)
        order = await self.order(interaction, workflow, values, attachments)
        order = replace(
            order,
            notices=(*notices, *order.notices),
            origin=origin,
            action_key=action_key,
            private=private,
            translate=chosen.translate or order.translate,
            improve=chosen.improve,
        )
        orders: Sequence[Order] = (order,)
        if chosen.repeat > 1 or chosen.all:
            async with self._acknowledger.in_time(interaction, ephemeral=private):
                orders = await self._service.several(order, repeat=chosen.repeat, every=chosen.all)
        await self.submit_orders(interaction, orders)

    async def offered(self, interaction: AnyInteraction) -> Mapping[str, Workflow]:
        """By key, the workflows that this person can use at this place: for menus and suggestions.

        Raises:
            NotAllowed: they cannot use the bot here at all.
        """
        return await self._places.open_to(
            self._service.workflows_in(guild_of(interaction)),
            guild_of(interaction),
            requester_of(interaction),
            channel_of(interaction),
        )

    async def order(
        self,
        interaction: AnyInteraction,
        workflow: str,
        values: Mapping[str, Value],
        attachments: Mapping[str, Source],
    ) -> Order:
        """What the person wants, with what was chosen for this place."""
        channel = channel_of(interaction)
        settings = await self._settings.of(guild_of(interaction), channel.channel_id, channel.parent_id)
        offered = await self._service.version(workflow)
        notices: tuple[Text, ...] = ()
        if offered is not None:
            values, notices = with_defaults(offered, values, settings.of(DEFAULTS))
        return Order(
            workflow=workflow,
            values=values,
            interaction_id=interaction.id,
            place=place_of(interaction, settings.of(LANGUAGE)),
            reply=reply_of(interaction),
            requester=requester_of(interaction),
            channel=channel,
            attachments=attachments,
            notices=notices,
            additions=Additions(settings.of(ADDED_PROMPT), settings.of(ADDED_NEGATIVE)),
            translate=self._service.helps_with_words and settings.of(TRANSLATE) is Switch.ON,
        )

    async def submit_orders(self, interaction: AnyInteraction, orders: Sequence[Order]) -> None:
        """Write the jobs down, of which several are one group; see :meth:`submit`."""
        self._names.learn(interaction.user.id, interaction.user.display_name)
        private = orders[0].private
        async with self._acknowledger.in_time(interaction, ephemeral=private), self._room:
            try:
                ticket = await self._service.submit_group(orders)
            except UserError as error:
                if len(orders) > 1:
                    raise
                raise await mendable(self._service, orders[0], error) from error
        with about(ticket.job):
            if ticket.job.interaction_id == interaction.id:
                await self._show(interaction, ticket)
            else:
                await self._point_to(interaction, ticket.job)

    async def _private(self, interaction: AnyInteraction, chosen: Chosen, origin: Origin | None) -> bool:
        """Whether only this person may see it: they said so, or it is made of what only its requester sees.

        Raises:
            Refused: everybody was told already that something will come.
        """
        private = chosen.private
        if origin is not None and not interaction.context.dm_channel:
            private = private or await self._service.own_jobs.is_private(origin.job_id)
        if private and self._acknowledger.announced_to_all(interaction):
            raise Refused(text("private-late"))
        return private

    async def _with_preset(
        self, interaction: AnyInteraction, key: str, values: Mapping[str, Value], preset: str
    ) -> tuple[Mapping[str, Value], Text]:
        workflow = await self._service.usable(key, guild_of(interaction))
        return await self._presets.applied(actor_of(interaction), preset, workflow, values)

    async def _point_to(self, interaction: AnyInteraction, job: Job) -> None:
        """It was pressed twice: the first press has the status, or will have it in a moment."""
        log.info("job %s: pressed twice by %s", job.id, who(interaction))
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            for _ in range(LOOKS_FOR_STATUS):
                if job.status_message is not None:
                    break
                await asyncio.sleep(LOOK_SECONDS)
                job = await self._service.seen(job.id, actor_of(interaction))
        if job.status_message is None or job.private:
            words = text("pressed-twice")
        else:
            words = text("pressed-twice-link", link=link_from(job.place, job.status_message))
        await self._acknowledger.refuse(interaction, notice(words, interaction.locale))

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
