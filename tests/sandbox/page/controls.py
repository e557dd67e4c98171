"""Rows of buttons and menus under a message, each of which answers in a way of its own."""

from typing import Any, TypeAlias

import discord
from discord import ui

Interaction: TypeAlias = discord.Interaction[Any]


class Edit(ui.Modal, title="Edit"):
    """Filled in from the start, also with somebody; it answers once it says something new."""

    def __init__(self, someone: discord.abc.Snowflake | None = None) -> None:
        super().__init__()
        samplers = [
            discord.SelectOption(label=f"sampler {number}", default=number == 3) for number in range(25)
        ]
        whom = [] if someone is None else [discord.SelectDefaultValue.from_user(someone)]
        self.words = ui.TextInput[Any](custom_id="words", default="a red fox")
        self.sampler = ui.Select[Any](custom_id="sampler", options=samplers, required=False, min_values=0)
        self.whom = ui.UserSelect[Any](custom_id="whom", default_values=whom, required=False)
        for component in (self.words, self.sampler, self.whom):
            self.add_item(ui.Label[Any](text=component.custom_id.capitalize(), component=component))

    async def on_submit(self, interaction: Interaction) -> None:
        if self.words.value == "a red fox":
            return
        told = (self.words.value, self.sampler.values, [each.display_name for each in self.whom.values])
        await interaction.response.send_message(f"edited: {told}", ephemeral=True)


class Controls(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Button[Any](label="Away", url="https://example.org", row=0))

    @ui.button(label="Fail", custom_id="fail:1f", row=0)
    async def fail(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        """Says nothing."""

    @ui.button(label="Edit", emoji="🎛", custom_id="edit:1f", row=0)
    async def edit(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Edit(interaction.user))

    @ui.button(label="More", custom_id="more:1f", row=0)
    async def more(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        """Takes note, and goes on in private with controls of its own."""
        await interaction.response.defer()
        await interaction.followup.send("more", view=Controls(), ephemeral=True)

    @ui.button(label="Drop", custom_id="drop:1f", style=discord.ButtonStyle.danger, row=0)
    async def drop(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()

    @ui.button(label="Swap", custom_id="swap:1f", row=1)
    async def swap(self, interaction: Interaction, button: ui.Button[Any]) -> None:
        """Another button takes the place of the one that was pressed."""
        self.remove_item(button)
        self.add_item(ui.Button[Any](label="Swapped", custom_id="swapped:1f", row=1))
        await interaction.response.edit_message(view=self)

    @ui.button(label="Off", custom_id="off:1f", disabled=True, row=1)
    async def off(self, interaction: Interaction, _button: ui.Button[Any]) -> None:
        raise AssertionError

    @ui.select(
        custom_id="pick:1f",
        placeholder="Which picture",
        min_values=0,
        row=2,
        options=[
            discord.SelectOption(label=f"Picture {number}", default=number == 2) for number in range(1, 26)
        ],
    )
    async def pick(self, interaction: Interaction, menu: ui.Select[Any]) -> None:
        await interaction.response.send_message(f"picked: {menu.values}", ephemeral=True)

    @ui.select(cls=ui.RoleSelect, custom_id="roles:1f", placeholder="Which roles", max_values=2, row=3)
    async def roles(self, interaction: Interaction, menu: ui.RoleSelect[Any]) -> None:
        await interaction.response.edit_message(content=f"roles: {[each.name for each in menu.values]}")

    @ui.select(
        custom_id="group:1f",
        placeholder="Which options",
        row=4,
        options=[discord.SelectOption(label="size"), discord.SelectOption(label="sampler")],
    )
    async def group(self, interaction: Interaction, _menu: ui.Select[Any]) -> None:
        await interaction.response.send_modal(Edit())
