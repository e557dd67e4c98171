"""**Recipe**: how a result was made, and its files as they were, for one person's eyes."""

import re
from contextlib import AsyncExitStack

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.copies import Copies
from bot.delivery.lineage import lineage_of, link_of
from bot.delivery.upload_limits import UploadLimits
from bot.jobs.job import Job
from bot.jobs.store import JobStore
from cogs._buttons import job_id_in
from cogs._job_recipe import Child, JobRecipe, recipe_layout
from cogs._service import AnyInteraction, Service, actor_of


class RecipeOfJob:
    def __init__(self, service: Service, store: JobStore, copies: Copies, acknowledger: Acknowledger) -> None:
        self._service = service
        self._store = store
        self._copies = copies
        self._acknowledger = acknowledger
        self._limits = UploadLimits()

    async def press(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        limit = self._limits.of(interaction.guild_id, interaction.filesize_limit)
        async with AsyncExitStack() as until_sent:
            async with self._acknowledger.in_time(interaction, ephemeral=True):
                job = await self._service.seen(job_id_in(match), actor_of(interaction))
                recipe = await self._recipe(interaction, job)
                originals = await until_sent.enter_async_context(self._copies.originals(job, limit))
            view = recipe_layout(recipe, originals, interaction.locale)
            await self._acknowledger.answer(interaction, view, originals.files)

    async def _recipe(self, interaction: AnyInteraction, job: Job) -> JobRecipe:
        actor = actor_of(interaction)
        children = [
            Child(each.origin.action.value, link_of(each, await self._store.posted(each.id)))
            for each in await self._store.made_of(job.id)
            if each.origin is not None and each.place.guild_id == job.place.guild_id
        ]
        return JobRecipe(
            job=job,
            workflow=await self._service.version(job.workflow),
            node_seconds=await self._store.node_seconds(job.id),
            lineage=await lineage_of(job, self._store),
            children=children,
            for_moderator=actor.may_moderate,
        )
