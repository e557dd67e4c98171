"""Who may add and change workflows in a server: nobody, until somebody who manages it allows it."""

from msgspec import Struct

from bot.errors import NotAllowed
from bot.moderation.keys import WORKFLOW_ADDERS
from bot.texts import text
from cogs._service import AnyInteraction, ChosenIn, guild_of, requester_of


class Adder(Struct, frozen=True):
    user_id: int
    guild_id: int


async def may_add(interaction: AnyInteraction, settings: ChosenIn) -> Adder:
    """The operator is no exception.

    Raises:
        NotAllowed: they may not; the sentence says who can change that, and how.
    """
    guild_id = guild_of(interaction)
    if guild_id is None:
        raise NotAllowed(text("workflow-add-only-in-servers"))
    adders = (await settings.of(guild_id)).of(WORKFLOW_ADDERS)
    if not adders.managers:
        raise NotAllowed(text("workflow-add-off"))
    has_role = not adders.roles.isdisjoint(requester_of(interaction).role_ids)
    if not (interaction.permissions.manage_guild or has_role):
        raise NotAllowed(text("workflow-add-not-yours"))
    return Adder(interaction.user.id, guild_id)
