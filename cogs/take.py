"""**Take this one**, a list under a contact sheet: the member that is chosen, as an ordinary job of whoever chooses."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import discord
from discord import ui
from discord.ui import DynamicItem, Item

from bot.delivery.group_controls import TAKE_ID, take_id
from bot.errors import NotThere
from bot.jobs.inputs import KeptInput, Source
from bot.jobs.job import Job
from bot.jobs.origin import Action, Origin
from bot.texts import text
from bot.workflows import Workflow
from bot.workflows.attachment_settling import is_attached
from bot.workflows.template import ATTACHED
from bot.workflows.typed import typed_value
from cogs._command_line import Value, command_line_for
from cogs._errors import Errors
from cogs._own_options import Chosen
from cogs._service import AnyInteraction, Service
from cogs._submitting import Submissions
from cogs.originals import seen_result


class Take:
    def __init__(self, service: Service, submissions: Submissions, errors: Errors) -> None:
        self._service = service
        self._submissions = submissions
        self._errors = errors

    async def run(self, interaction: AnyInteraction, group_id: UUID, number: str) -> None:
        async with self._errors.answered(interaction):
            member = await self._member(interaction, group_id, number)
            workflow = self._service.workflows.get(member.workflow)
            if workflow is None:
                raise NotThere(text("workflow-unavailable", workflow=member.workflow))
            values = values_of(member, workflow)
            line = command_line_for(workflow, values, interaction.locale.value)
            async with self._errors.answered(interaction, line):
                await self._submissions.submit(
                    interaction,
                    member.workflow,
                    values,
                    files_of(member, workflow),
                    Chosen(private=member.private),
                    origin=Origin(member.id, Action.TAKE),
                    action_key=f"take:{member.id.hex}:{interaction.user.id}",
                )

    async def _member(self, interaction: AnyInteraction, group_id: UUID, number: str) -> Job:
        job = await seen_result(self._service, interaction, group_id)
        for member in await self._service.members(job):
            if member.group is not None and str(member.group.number) == number:
                return member
        raise NotThere(text("result-forgotten"))


def values_of(member: Job, workflow: Workflow) -> Mapping[str, Value]:
    """What was chosen for it, the seed included, as far as the workflow still has those options."""
    return {
        option.name: typed_value(option, member.values[option.name])
        for option in workflow.options
        if option.name in member.values and not is_attached(option.kind)
    }


def files_of(member: Job, workflow: Workflow) -> Mapping[str, Source]:
    """The files that it started from, as they were kept; what was laid over them comes along."""
    return {
        option.name: KeptInput(member.id, option.name, member.values[option.name])
        for option in workflow.options
        if option.kind in ATTACHED
        and option.of is None
        and member.values.get(option.name, option.default) != option.default
    }


def take_select(take: Take) -> type[DynamicItem[ui.Select[Any]]]:
    class TakeSelect(DynamicItem[ui.Select[Any]], template=TAKE_ID):
        def __init__(self, group_id: UUID) -> None:
            super().__init__(ui.Select(custom_id=take_id(group_id)))
            self.group_id = group_id

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "TakeSelect":
            return cls(UUID(match["group"]))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            chosen = (interaction.data or {}).get("values") or [""]
            await take.run(interaction, self.group_id, str(chosen[0]))

    return TakeSelect
