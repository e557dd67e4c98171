"""🗑 **Delete**: a result's messages, for who asked for it and for moderators."""

import logging
import re
from uuid import UUID

import discord
from discord import ui

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.actions import custom_id
from bot.delivery.discord_errors import MessageGone, NoAccess, TryAgain
from bot.delivery.lineage import parts_in, result_of
from bot.delivery.messages import Messages
from bot.errors import NotAllowed, Refused
from bot.jobs.job import Job, MessageRef
from bot.jobs.store import JobStore
from bot.texts import render, text
from cogs._buttons import job_id_in
from cogs._notices import framed, notice
from cogs._service import AnyInteraction, Service, actor_of, guest_of, who

log = logging.getLogger(__name__)

SURE = "delete-sure"


class Delete:
    def __init__(
        self,
        service: Service,
        store: JobStore,
        messages: Messages,
        acknowledger: Acknowledger,
        *,
        forgets: bool,
    ) -> None:
        """``forgets``: whether the ledger forgets what was made, as well."""
        self._service = service
        self._store = store
        self._messages = messages
        self._acknowledger = acknowledger
        self._forgets = forgets

    async def press(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        actor, is_guest = actor_of(interaction), guest_of(interaction) is not None
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=is_guest):
            job = await self._service.seen(job_id_in(match), actor)
            is_own = job.place.user_id == actor.user_id
            if not is_own and not actor.may_moderate:
                raise NotAllowed(text("delete-not-yours"))
            asks = not is_own and match["how"] != SURE
            if not asks and not is_guest:
                await self._delete(interaction, job)
        if is_guest:
            await self._delete_as_guest(interaction, job)
            return
        view = _question(job, interaction.locale) if asks else notice(text("delete-done"), interaction.locale)
        await self._acknowledger.answer(interaction, view)

    async def _delete_as_guest(self, interaction: AnyInteraction, job: Job) -> None:
        """Where the bot is no member it reaches but the message that was pressed, and what it sent directly.

        Raises:
            Refused: the result is another message.
        """
        pressed = interaction.message
        if pressed is None or pressed.id != job.result_message_id:
            await self._delete(interaction, job)
        else:
            await self._acknowledger.take_away(interaction)
            for message in await self._shown(interaction, job):
                if message.channel_id != job.place.channel_id:
                    await self._messages.delete(message)
            await self._forget(interaction, job)
        await self._acknowledger.refuse(interaction, notice(text("delete-done"), interaction.locale))

    async def _delete(self, interaction: AnyInteraction, job: Job) -> None:
        """Delete all that shows the result.

        Raises:
            Refused: the bot may not, or nobody but its reader can.
        """
        messages = await self._shown(interaction, job)
        if not messages:
            raise Refused(text("delete-yourself"))
        if any(job.place.is_guest and each.channel_id == job.place.channel_id for each in messages):
            raise Refused(text("delete-there"))
        for message in messages:
            try:
                await self._messages.delete(message)
            except MessageGone:  # somebody was quicker
                continue
            except NoAccess as error:
                raise Refused(text("delete-no-right")) from error
            except TryAgain as error:
                raise Refused(text("discord-does-not-answer")) from error
        await self._forget(interaction, job)

    async def _forget(self, interaction: AnyInteraction, job: Job) -> None:
        if self._forgets:
            await self._store.forget_outputs(job.id)
        log.info("job %s: its result was deleted by %s", job.id, who(interaction))

    async def _shown(self, interaction: AnyInteraction, job: Job) -> list[MessageRef]:
        """Every message that shows the result, and its copy in the showcase."""
        posted = await self._store.posted(job.id)
        found = {each.message_id: each for each in parts_in(posted)}
        if (result := result_of(job, posted)) is not None:
            found.setdefault(result.message_id, result)
        pressed = interaction.message
        if pressed is not None and not pressed.flags.ephemeral and not found:
            found[pressed.id] = MessageRef(pressed.channel.id, pressed.id)
        if (copy := await self._store.exhibit(job.id)) is not None and copy.message_id is not None:
            found[copy.message_id] = MessageRef(copy.channel_id, copy.message_id)
        return list(found.values())


def _question(job: Job, locale: discord.Locale) -> ui.LayoutView:
    words = render(text("delete-others", who=f"<@{job.place.user_id}>"), locale.value)
    return framed(ui.TextDisplay(words), ui.ActionRow(_sure(job.id, locale)))


def _sure(job_id: UUID, locale: discord.Locale) -> ui.Button[ui.LayoutView]:
    label = render(text("delete-sure"), locale.value)
    return ui.Button(custom_id=custom_id(SURE, job_id), label=label, style=discord.ButtonStyle.danger)
