"""🗑 **Delete**: a result's messages, for who asked for it and for moderators."""

import re
from uuid import UUID

import discord
from discord import ui

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.actions import custom_id
from bot.delivery.deleting import Deletion
from bot.delivery.messages import Messages
from bot.errors import NotAllowed
from bot.jobs.job import Job, MessageRef
from bot.texts import render, text
from cogs._buttons import job_id_in
from cogs._notices import framed, notice
from cogs._service import AnyInteraction, Service, actor_of, guest_of

SURE = "delete-sure"


class Delete:
    def __init__(
        self, service: Service, deletion: Deletion, messages: Messages, acknowledger: Acknowledger
    ) -> None:
        self._service = service
        self._deletion = deletion
        self._messages = messages
        self._acknowledger = acknowledger

    async def press(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        actor, is_guest = actor_of(interaction), guest_of(interaction) is not None
        async with self._acknowledger.in_time(interaction, ephemeral=True, in_place=is_guest):
            job = await self._service.seen(job_id_in(match), actor)
            is_own = job.place.user_id == actor.user_id
            if not is_own and not actor.may_moderate:
                raise NotAllowed(text("delete-not-yours"))
            asks = not is_own and match["how"] != SURE
            if not asks and not is_guest:
                await self._deletion.delete(job, actor.user_id, pressed=_pressed(interaction))
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
        by, pressed = interaction.user.id, interaction.message
        if pressed is None or pressed.id != job.result_message_id:
            await self._deletion.delete(job, by, pressed=_pressed(interaction))
        else:
            await self._acknowledger.take_away(interaction)
            for message in await self._deletion.shown(job, _pressed(interaction)):
                if message.channel_id != job.place.channel_id:
                    await self._messages.delete(message)
            await self._deletion.note(job, by)
        await self._acknowledger.refuse(interaction, notice(text("delete-done"), interaction.locale))


def _pressed(interaction: AnyInteraction) -> MessageRef | None:
    """The message whose button was pressed, if others see it."""
    pressed = interaction.message
    if pressed is None or pressed.flags.ephemeral:
        return None
    return MessageRef(pressed.channel.id, pressed.id)


def _question(job: Job, locale: discord.Locale) -> ui.LayoutView:
    words = render(text("delete-others", who=f"<@{job.place.user_id}>"), locale.value)
    return framed(ui.TextDisplay(words), ui.ActionRow(_sure(job.id, locale)))


def _sure(job_id: UUID, locale: discord.Locale) -> ui.Button[ui.LayoutView]:
    label = render(text("delete-sure"), locale.value)
    return ui.Button(custom_id=custom_id(SURE, job_id), label=label, style=discord.ButtonStyle.danger)
