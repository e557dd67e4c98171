"""The controls under an error, which outlive the process: their custom ids hold all that is needed to serve them."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import discord
from discord.ui import Button, DynamicItem, Item, Select

from bot.delivery.ways_out import CHOICE_ID, WAY_ID, way_id
from cogs._edit_views import chosen_in
from cogs.mend import Mend


def mend_controls(mend: Mend) -> Sequence[type[DynamicItem[Any]]]:
    class WayButton(DynamicItem[Button[Any]], template=WAY_ID):
        def __init__(self, source: UUID, way: str) -> None:
            super().__init__(Button(custom_id=way_id(source, way)))
            self.source = source
            self.way = way

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "WayButton":
            return cls(UUID(match["source"]), match["way"])

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await mend.press(interaction, self.source, self.way)

    class ChoiceMenu(DynamicItem[Select[Any]], template=CHOICE_ID):
        def __init__(self, source: UUID, option: str) -> None:
            super().__init__(Select(custom_id=way_id(source, f"choose-{option}")))
            self.source = source
            self.option = option

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "ChoiceMenu":
            return cls(UUID(match["source"]), match["option"])

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            await mend.choose(interaction, self.source, self.option, chosen_in(interaction))

    return (WayButton, ChoiceMenu)
