"""``/preset``: values by name, one's own and the server's."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import discord
from discord import app_commands, ui

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.words import clipped, escaped
from bot.errors import NotThere
from bot.generation import Actor, PresetBook
from bot.jobs.preset import Preset
from bot.texts import Text, render, text
from bot.workflows import Workflow
from bot.workflows.applying import PROMPT
from bot.workflows.named import by_command, called
from cogs._command_line import Value
from cogs._errors import Choices, Errors
from cogs._notices import notice, words_in_frame
from cogs._options import matching
from cogs._own_options import Chosen
from cogs._service import AnyCommand, AnyInteraction, Service, Subcommand, actor_of, guild_of
from cogs._submitting import Submissions
from cogs._workflow_names import why_not_meant

MOST_LISTED = 40
MOST_SHOWN = 80
"""Characters of a preset's values in the list."""


class Presets:
    def __init__(
        self,
        service: Service,
        submissions: Submissions,
        presets: PresetBook,
        acknowledger: Acknowledger,
        errors: Errors,
    ) -> None:
        self._service = service
        self._submissions = submissions
        self._presets = presets
        self._acknowledger = acknowledger
        self._errors = errors

    async def suggested(self, interaction: AnyInteraction, workflow: Workflow) -> Sequence[str]:
        """Names for the option ``preset`` of a workflow's command."""
        return [each.name for each in await self._presets.usable(actor_of(interaction), workflow)]

    def command(self) -> AnyCommand:
        group = app_commands.Group(
            name=localised(text("command-preset-name")),
            description=localised(text("command-preset-description")),
        )
        for each in (self._save(), self._list(), self._use(), self._share(), self._delete()):
            group.add_command(each)
        return group

    def _save(self) -> Subcommand:
        @app_commands.describe(
            name=localised(text("preset-option-name")),
            words=localised(text("preset-option-words", example="{prompt}, watercolour")),
        )
        @app_commands.rename(
            name=localised(text("option-name-name")), words=localised(text("option-words-name"))
        )
        async def save(interaction: AnyInteraction, name: str, words: str | None = None) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    saved = await self._saved(actor_of(interaction), name, words)
                lines = [render(_told_saved(saved), interaction.locale.value), _values(saved)]
                await self._acknowledger.answer(interaction, words_in_frame("\n".join(lines)))

        return _subcommand(text("preset-save-name"), text("preset-save-description"), save)

    async def _saved(self, actor: Actor, name: str, words: str | None) -> Preset:
        if words is not None:
            return await self._presets.save_words(actor, name, words)
        job = await self._presets.last_job(actor)
        return await self._presets.save_values(actor, name, job, await self._service.version(job.workflow))

    def _list(self) -> Subcommand:
        async def list_all(interaction: AnyInteraction) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    presets = await self._presets.all(actor_of(interaction))
                await self._acknowledger.answer(interaction, _listed(presets, interaction.locale))

        return _subcommand(text("preset-list-name"), text("preset-list-description"), list_all)

    def _use(self) -> Subcommand:
        @app_commands.describe(
            name=localised(text("preset-option-which")),
            prompt=localised(text("preset-option-prompt")),
            workflow=localised(text("preset-option-workflow")),
        )
        @app_commands.rename(
            name=localised(text("option-name-name")),
            prompt=localised(text("option-prompt-name")),
            workflow=localised(text("option-workflow-name")),
        )
        async def use(
            interaction: AnyInteraction, name: str, prompt: str | None = None, workflow: str | None = None
        ) -> None:
            async with self._errors.answered(interaction):
                await self._run(interaction, name, prompt, workflow)

        command = _subcommand(text("preset-use-name"), text("preset-use-description"), use)
        self._suggest_names(command)

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self._workflow_names(interaction, typed))

        command.autocomplete("workflow")(suggest)
        return command

    async def _workflow_names(self, interaction: AnyInteraction, typed: str) -> Choices:
        return matching(list(by_command(await self._submissions.offered(interaction))), typed)

    async def _run(
        self, interaction: AnyInteraction, name: str, prompt: str | None, workflow_name: str | None
    ) -> None:
        preset = await self._presets.named(actor_of(interaction), name)
        workflow = await self._meant(interaction, preset, workflow_name)
        values: dict[str, Value] = {}
        if prompt is not None:
            values[workflow.prompt_option or PROMPT] = prompt
        await self._submissions.submit(interaction, workflow.name, values, {}, Chosen(preset=preset.name))

    async def _meant(self, interaction: AnyInteraction, preset: Preset, typed: str | None) -> Workflow:
        """The workflow that was typed; else the one that the preset is for, as it is offered now.

        Raises:
            NotThere: it cannot be run here, or nothing says which one.
        """
        guild_id = guild_of(interaction)
        if typed is not None:
            found = called(typed, self._service.workflows_in(guild_id))
            if found is not None:
                return found
            why = why_not_meant(self._service, interaction, typed)
            raise NotThere(why or text("workflow-unavailable", workflow=typed))
        if preset.workflow is None:
            raise NotThere(text("preset-which-workflow", name=preset.name))
        now = self._service.successor(preset.workflow)
        return await self._service.usable(preset.workflow if now is None else now.name, guild_id)

    def _share(self) -> Subcommand:
        @app_commands.describe(name=localised(text("preset-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def share(interaction: AnyInteraction, name: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    shared = await self._presets.share(
                        actor_of(interaction), name, may_share=_may_share(interaction)
                    )
                told = text("preset-shared", name=shared.name)
                await self._acknowledger.answer(interaction, notice(told, interaction.locale))

        command = _subcommand(text("preset-share-name"), text("preset-share-description"), share)
        self._suggest_names(command)
        return command

    def _delete(self) -> Subcommand:
        @app_commands.describe(name=localised(text("preset-option-which")))
        @app_commands.rename(name=localised(text("option-name-name")))
        async def delete(interaction: AnyInteraction, name: str) -> None:
            async with self._errors.answered(interaction):
                async with self._acknowledger.in_time(interaction, ephemeral=True):
                    gone = await self._presets.delete(
                        actor_of(interaction), name, may_share=_may_share(interaction)
                    )
                told = text("preset-deleted", name=gone.name)
                await self._acknowledger.answer(interaction, notice(told, interaction.locale))

        command = _subcommand(text("preset-delete-name"), text("preset-delete-description"), delete)
        self._suggest_names(command)
        return command

    def _suggest_names(self, command: Subcommand) -> None:
        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._errors.suggested(interaction, self._names(interaction, typed))

        command.autocomplete("name")(suggest)

    async def _names(self, interaction: AnyInteraction, typed: str) -> Choices:
        presets = await self._presets.all(actor_of(interaction))
        return matching([each.name for each in presets], typed)


def _subcommand(
    name: Text, description: Text, callback: Callable[..., Coroutine[Any, Any, None]]
) -> Subcommand:
    return app_commands.Command(name=localised(name), description=localised(description), callback=callback)


def _may_share(interaction: AnyInteraction) -> bool:
    return guild_of(interaction) is not None and interaction.permissions.manage_guild


def _told_saved(preset: Preset) -> Text:
    if preset.workflow is None:
        return text("preset-saved-style", name=preset.name)
    return text("preset-saved", name=preset.name, workflow=preset.command or "?")


def _listed(presets: Sequence[Preset], locale: discord.Locale) -> ui.LayoutView:
    if not presets:
        return notice(text("preset-none"), locale)
    head = render(text("preset-listed", count=len(presets)), locale.value)
    lines = [_line(each, locale.value) for each in presets[:MOST_LISTED]]
    return words_in_frame("\n".join([f"**{head}**", *lines]))


def _line(preset: Preset, locale: str) -> str:
    where = text("preset-of-guild") if preset.guild_id is not None else text("preset-of-person")
    what = preset.command or render(text("preset-any-workflow"), locale)
    return f"**{escaped(preset.name)}** · {escaped(what)} · {render(where, locale)}\n-# {_values(preset)}"


def _values(preset: Preset) -> str:
    return escaped(
        clipped(" · ".join(f"{name}: {words}" for name, words in preset.values.items()), MOST_SHOWN)
    )
