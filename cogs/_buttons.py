"""Buttons and menus that outlive the process: the pattern of a custom id, and who serves what fits it."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

import discord
from discord.ui import Button, DynamicItem, Item, Select

from cogs._errors import Errors
from cogs._service import AnyInteraction

Press: TypeAlias = Callable[[AnyInteraction, re.Match[str]], Awaitable[None]]
AnyItem: TypeAlias = type[DynamicItem[Any]]


def pressed_button(template: re.Pattern[str], press: Press, errors: Errors) -> AnyItem:
    """Whatever goes wrong is answered, as for commands."""

    class PressedButton(DynamicItem[Button[Any]], template=template):
        def __init__(self, custom_id: str, match: re.Match[str]) -> None:
            super().__init__(Button(custom_id=custom_id))
            self.match = match

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "PressedButton":
            return cls(match.string, match)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            async with errors.answered(interaction):
                await press(interaction, self.match)

    return PressedButton


def chosen_in_menu(template: re.Pattern[str], choose: Press, errors: Errors) -> AnyItem:
    """``choose`` finds the choice with :func:`choice_of`."""

    class ChosenInMenu(DynamicItem[Select[Any]], template=template):
        def __init__(self, custom_id: str, match: re.Match[str]) -> None:
            super().__init__(Select(custom_id=custom_id))
            self.match = match

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "ChosenInMenu":
            return cls(match.string, match)

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            async with errors.answered(interaction):
                await choose(interaction, self.match)

    return ChosenInMenu


def choice_of(interaction: AnyInteraction) -> str:
    """What was chosen in a menu; empty where it was cleared."""
    values = (interaction.data or {}).get("values") or [""]
    return str(values[0])


def job_id_in(match: re.Match[str]) -> UUID:
    return UUID(match["job"])


def press_key(interaction: AnyInteraction, match: re.Match[str]) -> str:
    """What was pressed, where and by whom."""
    message = interaction.message.id if interaction.message else 0
    return f"{match.string}:{message}:{interaction.user.id}"
