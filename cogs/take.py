"""**Take this one**, a list under a contact sheet: the member that is chosen, as an ordinary job of whoever chooses."""

import re
from collections.abc import Mapping
from uuid import UUID

from bot.delivery.group_controls import TAKE_ID
from bot.errors import NotThere
from bot.jobs.job import Job
from bot.jobs.origin import Action, Origin
from bot.texts import text
from bot.workflows import Workflow
from bot.workflows.attachment_settling import is_attached
from bot.workflows.typed import typed_value
from cogs._buttons import AnyItem, choice_of, chosen_in_menu
from cogs._command_line import Value, command_line_for
from cogs._errors import Errors
from cogs._own_options import Chosen
from cogs._service import AnyInteraction, Service, guild_of
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
            workflow = await self._service.usable(member.workflow, guild_of(interaction))
            values = values_of(member, workflow)
            files = await self._service.past.files_of(member)
            line = command_line_for(workflow, values, interaction.locale.value)
            async with self._errors.answered(interaction, line):
                await self._submissions.submit(
                    interaction,
                    member.workflow,
                    values,
                    {option.name: files[option.name] for option in workflow.options if option.name in files},
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


def take_select(take: Take, errors: Errors) -> AnyItem:
    async def chosen(interaction: AnyInteraction, match: re.Match[str]) -> None:
        await take.run(interaction, UUID(match["group"]), choice_of(interaction))

    return chosen_in_menu(TAKE_ID, chosen, errors)
