"""The controls of the edit form, which outlive the process: their custom ids hold all that is needed to serve them."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import discord
from discord.ui import Button, DynamicItem, Item, Select

from cogs._edit_form import EDIT_ID
from cogs._panel import BUTTON_ID, PAGE_ID
from cogs.edit import Edit


def edit_controls(edit: Edit) -> Sequence[type[DynamicItem[Any]]]:
    class EditButton(DynamicItem[Button[Any]], template=EDIT_ID):
        def __init__(self, source: str) -> None:
            super().__init__(Button(custom_id=f"edit:{source}"))
            self.source = source

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "EditButton":
            return cls(match["job"])

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await edit.open(interaction, self.source)

    class PanelButton(DynamicItem[Button[Any]], template=BUTTON_ID):
        def __init__(self, what: str, order_id: UUID) -> None:
            super().__init__(Button(custom_id=f"edit-{what}:{order_id.hex}"))
            self.what = what
            self.order_id = order_id

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "PanelButton":
            return cls(match["what"], UUID(match["order"]))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            serve = edit.run if self.what == "run" else edit.reset
            await serve(interaction, self.order_id)

    class PageMenu(DynamicItem[Select[Any]], template=PAGE_ID):
        def __init__(self, order_id: UUID) -> None:
            super().__init__(Select(custom_id=f"edit-page:{order_id.hex}"))
            self.order_id = order_id

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "PageMenu":
            return cls(UUID(match["order"]))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await edit.turn_to(interaction, self.order_id, chosen_in(interaction))

    return (EditButton, PanelButton, PageMenu)


def chosen_in(interaction: discord.Interaction[Any]) -> str:
    """What was chosen in the menu; empty where nothing was."""
    data: Any = interaction.data or {}
    return str(next(iter(data.get("values") or ()), ""))
