"""``/jobs`` and ``/job``: what a person asked for here, seen by them alone."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from discord import app_commands, ui

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.actions import offered
from bot.delivery.marks import short_id
from bot.delivery.messages import Attached
from bot.delivery.words import shortened
from bot.jobs.job import Job
from bot.texts import text
from cogs._buttons import choice_of, chosen_in_menu, pressed_button
from cogs._errors import Choices, Errors
from cogs._job_list import FILTER_ID, LIST_ID, ON_A_PAGE, OPEN_ID, Filter, Listed, job_layout, list_layout
from cogs._options import MAX_CHOICE, MAX_CHOICES
from cogs._service import AnyInteraction, Service, Subcommand, actor_of, guild_of

THUMBNAILS_SECONDS = 1.2
"""A page does not wait longer for its pictures: it has to be there within Discord's three seconds."""
_TURN = re.compile(LIST_ID)
_FILTER = re.compile(re.escape(FILTER_ID))
_OPEN = re.compile(re.escape(OPEN_ID))


class Jobs:
    def __init__(self, service: Service, acknowledger: Acknowledger, errors: Errors) -> None:
        self._service = service
        self._own = service.own_jobs
        self._acknowledger = acknowledger
        self._errors = errors

    def commands(self) -> Sequence[Subcommand]:
        return [self._list_command(), self._one_command()]

    def buttons(self) -> Sequence[type[ui.DynamicItem[Any]]]:
        return [
            pressed_button(_TURN, self._turned, self._errors),
            chosen_in_menu(_FILTER, self._filtered, self._errors),
            chosen_in_menu(_OPEN, self._opened, self._errors),
        ]

    def _list_command(self) -> Subcommand:
        async def jobs(interaction: AnyInteraction) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    view, files = await self._page(interaction, Filter.ALL, 0)
                await self._acknowledger.answer(interaction, view, files)

        return app_commands.Command(
            name=localised(text("command-jobs-name")),
            description=localised(text("command-jobs-description")),
            callback=jobs,
        )

    def _one_command(self) -> Subcommand:
        @app_commands.describe(job=localised(text("command-job-option")))
        @app_commands.rename(job=localised(text("option-job-name")))
        async def show(interaction: AnyInteraction, job: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    view = await self._one(interaction, job)
                await self._acknowledger.answer(interaction, view)

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self._choices(interaction, typed))

        command: Subcommand = app_commands.Command(
            name=localised(text("command-job-name")),
            description=localised(text("command-job-description")),
            callback=show,
        )
        command.autocomplete("job")(suggest)
        return command

    async def _choices(self, interaction: AnyInteraction, typed: str) -> Choices:
        page = await self._own.history(actor_of(interaction), most=MAX_CHOICES * 4)
        found = [app_commands.Choice(name=_label(job), value=job.id.hex) for job in page.jobs]
        return [each for each in found if typed.casefold() in each.name.casefold()][:MAX_CHOICES]

    async def _turned(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        """The pages go on or back, or mentions are switched."""
        if match.string.endswith(":mentions"):
            wanted = not await self._own.wants_mentions(interaction.user.id)
            await self._own.set_mentions(interaction.user.id, wanted=wanted)
        await self._show(interaction, Filter(match["filter"]), int(match["page"]))

    async def _filtered(self, interaction: AnyInteraction, _match: re.Match[str]) -> None:
        chosen = choice_of(interaction)
        await self._show(interaction, Filter(chosen) if chosen in set(Filter) else Filter.ALL, 0)

    async def _show(self, interaction: AnyInteraction, chosen: Filter, number: int) -> None:
        view, files = await self._page(interaction, chosen, number)
        await self._acknowledger.update(interaction, view, files)

    async def _opened(self, interaction: AnyInteraction, _match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            view = await self._one(interaction, choice_of(interaction))
        await self._acknowledger.answer(interaction, view)

    async def _page(
        self, interaction: AnyInteraction, chosen: Filter, number: int
    ) -> tuple[ui.LayoutView, Sequence[Attached]]:
        actor = actor_of(interaction)
        found = await self._own.history(actor, states=chosen.states, skip=number * ON_A_PAGE, most=ON_A_PAGE)
        thumbnails = await self._thumbnails(found.jobs)
        files = [Attached(f"{job_id.hex}.webp", content) for job_id, content in thumbnails.items()]
        listed = Listed(
            jobs=found.jobs,
            count=found.count,
            page=number,
            filter=chosen,
            mentions=await self._own.wants_mentions(actor.user_id),
            thumbnails={job_id: f"{job_id.hex}.webp" for job_id in thumbnails},
        )
        return list_layout(listed, interaction.locale.value), files

    async def _thumbnails(self, jobs: Sequence[Job]) -> Mapping[UUID, bytes]:
        """Of those whose ComfyUI still has what they made, as far as it says so soon."""
        tasks = {job.id: asyncio.create_task(self._own.thumbnail(job)) for job in jobs}
        if not tasks:
            return {}
        done, late = await asyncio.wait(tasks.values(), timeout=THUMBNAILS_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        found = {job_id: task.result() for job_id, task in tasks.items() if task in done}
        return {job_id: content for job_id, content in found.items() if content is not None}

    async def _one(self, interaction: AnyInteraction, typed: str) -> ui.LayoutView:
        actor = actor_of(interaction)
        job = await self._own.found(typed, actor)
        source, others = (
            await self._service.version(job.workflow),
            self._service.workflows_in(guild_of(interaction)),
        )
        parent = None if job.origin is None else await self._own.parent(job, actor)
        return job_layout(
            job,
            interaction.locale.value,
            offered=None if source is None else offered(job, source, others, showcase=False),
            parent=parent,
            may_cancel=actor.may_moderate or job.place.user_id == actor.user_id,
        )


def _label(job: Job) -> str:
    words = " ".join((job.prompt or "").split())
    return shortened(" · ".join(filter(None, (short_id(job.id), job.command, words))), MAX_CHOICE)
