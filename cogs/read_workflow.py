"""**Read workflow**, in the menu of each message: what made its picture, told to one person."""

import discord
from discord import app_commands
from msgspec.structs import replace

from bot.client import InMenu, localised
from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotThere, UserError
from bot.generation import ReadRecipe
from bot.inputs.fetching import Origins
from bot.jobs.job import Job
from bot.texts import text
from bot.workflows.key import spoken
from bot.workflows.recipe import Recipe
from cogs._edit_form import Recipes, edit_id
from cogs._errors import Errors
from cogs._pictures import files_of
from cogs._recipe_layout import Told, settings_of, told_layout
from cogs._recipe_layout import files_of as recipe_files
from cogs._service import AnyInteraction, Service, actor_of, guild_of


class ReadWorkflow:
    def __init__(
        self,
        service: Service,
        recipes: Recipes,
        acknowledger: Acknowledger,
        errors: Errors,
        *,
        origins: Origins,
    ) -> None:
        """``origins``: where files may come from."""
        self._service = service
        self._recipes = recipes
        self._acknowledger = acknowledger
        self._errors = errors
        self._origins = origins

    def command(self) -> InMenu:
        async def read_workflow(interaction: AnyInteraction, message: discord.Message) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    told = await self._told(interaction, message)
                files = recipe_files(told.recipe)
                if sum(each.size_bytes for each in files) > interaction.filesize_limit:
                    files, told = (), told.without_files()
                await self._acknowledger.answer(
                    interaction, told_layout(told, files, interaction.locale), files
                )

        return app_commands.ContextMenu(name=localised(text("menu-read-workflow")), callback=read_workflow)

    async def _told(self, interaction: AnyInteraction, message: discord.Message) -> Told:
        """What the ledger knows of the message, and what its files say."""
        job = await self._job(interaction, message)
        try:
            read = await self._read(interaction, message)
        except UserError:
            if job is None:
                raise
            read = ReadRecipe(job.command, Recipe())
        if job is None:
            made = read.recipe.made_by
            return Told(read.filename, read.recipe, made and spoken(made.workflow), made and edit_id(None))
        workflow = await self._service.version(job.workflow)
        recipe = replace(read.recipe, settings=settings_of(job, workflow))
        return Told(read.filename, recipe, job.command, edit_id(job.id) if workflow else None)

    async def _job(self, interaction: AnyInteraction, message: discord.Message) -> Job | None:
        me = interaction.client.user
        if me is None or message.author.id != me.id:
            return None
        return await self._service.told_by(message.id, actor_of(interaction))

    async def _read(self, interaction: AnyInteraction, message: discord.Message) -> ReadRecipe:
        shown = files_of(message)
        files = [file for file in (each.within(self._origins) for each in shown) if file is not None]
        if not shown:
            raise NotThere(text("recipe-no-file"))
        if not files:
            raise NotThere(text("menu-elsewhere"))
        return await self._recipes.read(files, self._service.workflows_in(guild_of(interaction)))
