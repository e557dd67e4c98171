"""``/mod cancel | pause | resume | drain | delete``: what moderators do to jobs and to their queue."""

import logging
import re
from collections.abc import Sequence

import discord
from discord import app_commands

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.moderation import Moderation
from bot.errors import NotThere, Refused
from bot.jobs.job import Job
from bot.jobs.pause_store import PauseKind
from bot.texts import Text, text
from cogs._buttons import job_id_in
from cogs._errors import Errors
from cogs._moderators import Moderator, moderator_of, subcommand
from cogs._notices import notice
from cogs._service import AnyInteraction, Service, Subcommand, actor_of, who
from cogs.cancel import Cancel, cancelled, job_named

log = logging.getLogger(__name__)

_LINK = re.compile(r"https://(?:\w+\.)?discord\.com/channels/[0-9]+/[0-9]+/(?P<message>[0-9]{1,20})")


class ModJobs:
    def __init__(
        self,
        service: Service,
        moderation: Moderation,
        cancel: Cancel,
        acknowledger: Acknowledger,
        errors: Errors,
    ) -> None:
        self._service = service
        self._moderation = moderation
        self._cancel = cancel
        self._acknowledger = acknowledger
        self._errors = errors

    def commands(self) -> Sequence[Subcommand]:
        return (self._cancel_command(), *self._queue_commands(), self._delete_command())

    async def delete_by_button(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """Under an entry of the log."""
        await self._delete(interaction, job_id_in(match).hex)

    def _cancel_command(self) -> Subcommand:
        @app_commands.describe(
            job=localised(text("mod-option-job")),
            person=localised(text("mod-option-cancel-person")),
            everything=localised(text("mod-option-everything")),
        )
        @app_commands.rename(
            job=localised(text("option-job-name")),
            person=localised(text("option-person-name")),
            everything=localised(text("option-everything-name")),
        )
        async def cancel(
            interaction: AnyInteraction,
            job: str | None = None,
            person: discord.User | None = None,
            everything: bool = False,  # noqa: FBT001, FBT002  # Discord names it
        ) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    moderator = moderator_of(interaction)
                    if (job is not None) + (person is not None) + everything != 1:
                        raise Refused(text("mod-cancel-what"))
                    if job is not None:
                        done = await cancelled(self._service, interaction, job_named(job))
                    else:
                        user_id = None if person is None else person.id
                        done = await self._moderation.cancel_all(
                            moderator.guild_id, user_id=user_id, by=moderator.user_id
                        )
                        log.info("jobs of guild %d: cancelled by %s", moderator.guild_id, who(interaction))
                await self._acknowledger.answer(interaction, notice(done, interaction.locale))

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self._cancel.choices(interaction, typed))

        command = subcommand(text("mod-cancel-name"), text("mod-cancel-description"), cancel)
        command.autocomplete("job")(suggest)
        return command

    def _queue_commands(self) -> Sequence[Subcommand]:
        async def pause(interaction: AnyInteraction) -> None:
            await self._hold_up(interaction, PauseKind.PAUSE)

        async def drain(interaction: AnyInteraction) -> None:
            await self._hold_up(interaction, PauseKind.DRAIN)

        async def resume(interaction: AnyInteraction) -> None:
            await self._hold_up(interaction, None)

        return (
            subcommand(text("mod-pause-name"), text("mod-pause-description"), pause),
            subcommand(text("mod-drain-name"), text("mod-drain-description"), drain),
            subcommand(text("mod-resume-name"), text("mod-resume-description"), resume),
        )

    async def _hold_up(self, interaction: AnyInteraction, kind: PauseKind | None) -> None:
        """None: let it go on."""
        async with self._errors.answered(interaction):
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                done = await self._held_up(moderator_of(interaction), kind)
            log.info("queue of guild %s: %s by %s", interaction.guild_id, kind or "resume", who(interaction))
            await self._acknowledger.answer(interaction, notice(done, interaction.locale))

    async def _held_up(self, moderator: Moderator, kind: PauseKind | None) -> Text:
        if kind is None:
            return await self._moderation.resume(moderator.guild_id, by=moderator.user_id)
        return await self._moderation.hold_up(moderator.guild_id, kind, by=moderator.user_id)

    def _delete_command(self) -> Subcommand:
        @app_commands.describe(result=localised(text("mod-option-result")))
        @app_commands.rename(result=localised(text("option-result-name")))
        async def delete(interaction: AnyInteraction, result: str) -> None:
            async with self._errors.answered(interaction):
                await self._delete(interaction, result)

        return subcommand(text("mod-delete-name"), text("mod-delete-description"), delete)

    async def _delete(self, interaction: AnyInteraction, result: str) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            job = await self._meant(interaction, result)
            moderator = moderator_of(interaction)
            done = await self._moderation.delete(moderator.guild_id, job, by=moderator.user_id)
        await self._acknowledger.answer(interaction, notice(done, interaction.locale))

    async def _meant(self, interaction: AnyInteraction, result: str) -> Job:
        """By a link to its message, or by the digits that people see of it.

        Raises:
            NotThere: nothing is known of it here.
        """
        actor = actor_of(interaction)
        if (link := _LINK.fullmatch(result.strip())) is None:
            return await self._service.own_jobs.found(result, actor)
        job = await self._service.told_by(int(link["message"]), actor)
        if job is None:
            raise NotThere(text("message-without-job"))
        return job
