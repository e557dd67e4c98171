"""Forms with every kind of field, which tell what was filled in."""

from typing import Any, TypeAlias

import discord
from discord import ui

Interaction: TypeAlias = discord.Interaction[Any]


class Questions(ui.Modal, title="Remix"):
    """Every kind of field that a form can have."""

    notes = ui.TextDisplay[Any]("What shall be **different**?")
    words = ui.Label[Any](text="Words", component=ui.TextInput(custom_id="words", min_length=3))
    size = ui.Label[Any](
        text="Size",
        description="of the picture",
        component=ui.Select(
            custom_id="size",
            options=[discord.SelectOption(label="Small"), discord.SelectOption(label="Large")],
        ),
    )
    files = ui.Label[Any](
        text="Start from", component=ui.FileUpload(custom_id="files", required=False, max_values=2)
    )
    style = ui.Label[Any](
        text="Style",
        component=ui.RadioGroup(
            custom_id="style",
            options=[discord.RadioGroupOption(label="Photo"), discord.RadioGroupOption(label="Painting")],
        ),
    )

    async def on_submit(self, interaction: Interaction) -> None:
        data: Any = interaction.data
        told = [_answer(each["component"]) for each in data["components"] if "component" in each]
        await interaction.response.send_message(" | ".join(told), ephemeral=True)


class More(ui.Modal, title="More"):
    """The rest of them: Discord allows five to a form."""

    whom = ui.Label[Any](text="Whom", component=ui.UserSelect(custom_id="whom", required=False))
    extras = ui.Label[Any](
        text="Extras",
        component=ui.CheckboxGroup(
            custom_id="extras",
            required=False,
            options=[discord.CheckboxGroupOption(label="Frame"), discord.CheckboxGroupOption(label="Title")],
        ),
    )
    agreed = ui.Label[Any](text="Agreed", component=ui.Checkbox(custom_id="agreed"))

    async def on_submit(self, interaction: Interaction) -> None:
        data: Any = interaction.data
        told = [_answer(each["component"]) for each in data["components"]]
        await interaction.response.send_message(" | ".join(told), ephemeral=True)


def _answer(component: dict[str, Any]) -> str:
    name: str = component["custom_id"]
    value: Any = component.get("values", component.get("value"))
    return f"{name}={len(value) if name == 'files' else value}"
