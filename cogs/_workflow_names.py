"""Workflows by name, where somebody types one: which is meant, and what is suggested meanwhile."""

from discord import app_commands

from bot.errors import NotThere
from bot.texts import text
from bot.workflows import Workflow
from bot.workflows.named import by_command, called
from bot.workflows.spelling import nearest
from cogs._errors import Choices
from cogs._options import MAX_CHOICES
from cogs._service import AnyInteraction, Service, guild_of
from cogs._submitting import Submissions


def workflow_meant(service: Service, interaction: AnyInteraction, typed: str) -> Workflow:
    """The workflow of that name that is offered where somebody types.

    Raises:
        NotThere: with the nearest names that there are.
    """
    offered = service.workflows_in(guild_of(interaction))
    if (found := called(typed, offered)) is not None:
        return found
    names = list(by_command(offered))
    raise NotThere(text("compare-no-workflow", name=typed, names=", ".join(nearest(typed, names) or names)))


async def workflows_suggested(submissions: Submissions, interaction: AnyInteraction, typed: str) -> Choices:
    """Those that this person may use at this place, by the names that their Discord shows."""
    locale, wanted = interaction.locale.value, typed.casefold().removeprefix("/")
    names = {
        name: workflow.called(locale)
        for name, workflow in by_command(await submissions.offered(interaction)).items()
    }
    return [
        app_commands.Choice(name=shown, value=name)
        for name, shown in names.items()
        if wanted in name.casefold() or wanted in shown.casefold()
    ][:MAX_CHOICES]
