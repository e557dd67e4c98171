"""The controls under an error, which outlive the process: their custom ids hold all that is needed to serve them."""

import re
from collections.abc import Sequence
from uuid import UUID

from bot.delivery.ways_out import CHOICE_ID, WAY_ID
from cogs._buttons import AnyItem, choice_of, chosen_in_menu, pressed_button
from cogs._errors import Errors
from cogs._service import AnyInteraction
from cogs.mend import Mend


def mend_controls(mend: Mend, errors: Errors) -> Sequence[AnyItem]:
    async def pressed(interaction: AnyInteraction, match: re.Match[str]) -> None:
        await mend.press(interaction, UUID(match["source"]), match["way"])

    async def chosen(interaction: AnyInteraction, match: re.Match[str]) -> None:
        await mend.choose(interaction, UUID(match["source"]), match["option"], choice_of(interaction))

    return (
        pressed_button(WAY_ID, pressed, errors),
        chosen_in_menu(CHOICE_ID, chosen, errors),
    )
