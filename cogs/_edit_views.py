"""The controls of the edit form, which outlive the process: their custom ids hold all that is needed to serve them."""

import re
from collections.abc import Sequence
from uuid import UUID

from cogs._buttons import AnyItem, choice_of, chosen_in_menu, pressed_button
from cogs._edit_form import EDIT_ID
from cogs._errors import Errors
from cogs._panel import BUTTON_ID, PAGE_ID
from cogs._service import AnyInteraction
from cogs.edit import Edit


def edit_controls(edit: Edit, errors: Errors) -> Sequence[AnyItem]:
    async def opened(interaction: AnyInteraction, match: re.Match[str]) -> None:
        await edit.open(interaction, match["job"])

    async def pressed(interaction: AnyInteraction, match: re.Match[str]) -> None:
        order_id = UUID(match["order"])
        match match["what"]:
            case "run":
                await edit.run(interaction, order_id)
            case "improve":
                await edit.improve(interaction, order_id)
            case _:
                await edit.reset(interaction, order_id)

    async def turned(interaction: AnyInteraction, match: re.Match[str]) -> None:
        await edit.turn_to(interaction, UUID(match["order"]), choice_of(interaction))

    return (
        pressed_button(re.compile(EDIT_ID), opened, errors),
        pressed_button(re.compile(BUTTON_ID), pressed, errors),
        chosen_in_menu(re.compile(PAGE_ID), turned, errors),
    )
