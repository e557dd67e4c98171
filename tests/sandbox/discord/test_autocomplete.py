"""What is suggested while a person types."""

import asyncio

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord import Channel, DiscordStandIn, NotAcknowledged, NotSent
from tests.sandbox.discord.bare import Bare
from tests.sandbox.discord.bots import Bot, at_work

TYPED = {
    "name": "typed",
    "description": "x",
    "options": [
        {"type": 3, "name": "name", "description": "x", "autocomplete": True, "required": True},
        {"type": 4, "name": "steps", "description": "x"},
        {"type": 3, "name": "tags", "description": "x"},
    ],
}


async def test_autocomplete_suggests_while_other_options_are_half_filled(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot = Bot()

    @bot.tree.command(description="x")
    async def paint(interaction: discord.Interaction[Bot], checkpoint: str, steps: int = 1) -> None:
        raise AssertionError

    @paint.autocomplete("checkpoint")
    async def suggest(  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        interaction: discord.Interaction[Bot], current: str
    ) -> list[app_commands.Choice[str]]:
        names = [f"{current}{each}" for each in (1, 2)]
        return [
            app_commands.Choice(name=f"{name} {interaction.namespace.steps}", value=name) for name in names
        ]

    async with at_work(bot, stand_in):
        options = {"steps": 5}
        choices = await stand_in.member.autocomplete(general, "/paint", "checkpoint", "sd", options)
        assert [(choice.name, choice.value) for choice in choices] == [("sd1 5", "sd1"), ("sd2 5", "sd2")]
        with pytest.raises(NotSent, match="nothing is suggested"):
            await stand_in.member.autocomplete(general, "/paint", "steps", "1")


async def test_what_is_half_filled_and_wrong_is_left_out_while_typing(
    stand_in: DiscordStandIn, bare: Bare, general: Channel
) -> None:
    await bare("PUT", f"/applications/{bare.application_id}/commands", [TYPED])
    suggesting = asyncio.create_task(
        stand_in.member.autocomplete(general, "/typed steps:many tags:a", "name", "fo")
    )
    await stand_in.until(lambda: stand_in.exchanges[-1].event == "INTERACTION_CREATE")
    options = stand_in.exchanges[-1].response_json["data"]["options"]
    stand_in.clock.move(3)
    with pytest.raises(NotAcknowledged):
        await suggesting
    assert options == [
        {"name": "name", "type": 3, "value": "fo", "focused": True},
        {"name": "tags", "type": 3, "value": "a"},
    ]
