"""Workflows by name, where somebody types one: which is meant, and what is suggested meanwhile."""

from discord import app_commands

from bot.errors import NotThere
from bot.texts import Text, text
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
        NotThere: why it is not, or the nearest names that there are.
    """
    offered = service.workflows_in(guild_of(interaction))
    if (found := called(typed, offered)) is not None:
        return found
    if (why := why_not_meant(service, interaction, typed)) is not None:
        raise NotThere(why)
    names = list(by_command(offered))
    raise NotThere(text("compare-no-workflow", name=typed, names=", ".join(nearest(typed, names) or names)))


def why_not_meant(service: Service, interaction: AnyInteraction, typed: str) -> Text | None:
    """Why what is called so cannot be run for the moment; None: nothing here is called so, or it can."""
    name, guild_id = typed.strip().removeprefix("/"), guild_of(interaction)
    if not service.is_called(name, guild_id):
        return None
    return service.why_not(name) or service.why_no_command(name, guild_id)


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
