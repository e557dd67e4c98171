"""Registering commands over REST, as discord.py and as a bare client do it."""

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord import Command, DiscordStandIn
from tests.sandbox.discord.bare import Bare
from tests.sandbox.discord.bots import Bot, at_work

PAINT: dict[str, Any] = {"name": "paint", "description": "A picture"}


async def test_discord_py_registers_its_tree(stand_in: DiscordStandIn) -> None:
    bot = Bot()

    @bot.tree.command(description="A picture")
    @app_commands.describe(prompt="Words", steps="How many")
    async def paint(  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        interaction: discord.Interaction[Bot], prompt: str, steps: app_commands.Range[int, 1, 150] = 20
    ) -> None:
        await interaction.response.defer()

    async with at_work(bot, stand_in):
        (command,) = stand_in.commands
    assert [(option.name, option.type.name, option.required) for option in command.options] == [
        ("prompt", "STRING", True),
        ("steps", "INTEGER", False),
    ]


async def test_a_bulk_overwrite_keeps_ids_and_leaves_unchanged_versions_alone(bare: Bare) -> None:
    path = f"/applications/{bare.application_id}/commands"
    first = (await bare("PUT", path, [PAINT, {"name": "draw", "description": "Another"}])).json
    second = (await bare("PUT", path, [PAINT, {"name": "draw", "description": "Changed"}])).json
    assert [each["id"] for each in second] == [each["id"] for each in first]
    assert second[0]["version"] == first[0]["version"]
    assert second[1]["version"] != first[1]["version"]


async def test_single_commands_are_made_changed_and_removed(bare: Bare, stand_in: DiscordStandIn) -> None:
    path = f"/applications/{bare.application_id}/commands"
    made = await bare("POST", path, PAINT)
    again = await bare("POST", path, PAINT)
    assert (made.status, again.status, again.json) == (201, 200, made.json)
    changed = await bare("PATCH", f"{path}/{made.json['id']}", {"description": "Other"})
    assert (await bare("GET", f"{path}/{made.json['id']}")).json == changed.json
    assert (await bare("DELETE", f"{path}/{made.json['id']}")).status == 204
    assert (await bare("GET", f"{path}/{made.json['id']}")).refusal == (404, 10063)
    assert stand_in.commands == ()


async def test_guild_commands_are_there_in_their_guild_only(bare: Bare, stand_in: DiscordStandIn) -> None:
    here, elsewhere = stand_in.guilds
    path = f"/applications/{bare.application_id}/guilds/{here.id}/commands"
    made = (await bare("PUT", path, [PAINT])).json
    assert made[0]["guild_id"] == str(here.id)
    assert names(stand_in.member.commands(here.channels["general"])) == ["paint"]
    assert names(stand_in.member.commands(elsewhere.channels["general"])) == []


async def test_localisations_are_told_to_those_who_ask(bare: Bare) -> None:
    path = f"/applications/{bare.application_id}/commands"
    localised = {**PAINT, "name_localizations": {"zh-CN": "画图"}}
    await bare("PUT", path, [localised])
    assert "name_localizations" not in (await bare("GET", path)).json[0]
    asked = (await bare("GET", path + "?with_localizations=true")).json
    assert asked[0]["name_localizations"] == {"zh-CN": "画图"}


@pytest.mark.parametrize(("application", "expected"), [("1", (404, 10002)), ("not-a-number", (400, 50035))])
async def test_another_application_is_refused(
    bare: Bare, application: str, expected: tuple[int, int]
) -> None:
    assert (await bare("GET", f"/applications/{application}/commands")).refusal == expected


async def test_a_guild_without_the_bot_is_refused(bare: Bare, stand_in: DiscordStandIn) -> None:
    guild = stand_in.guilds[0]
    stand_in.throw_out(guild)
    path = f"/applications/{bare.application_id}/guilds/{guild.id}/commands"
    assert (await bare("PUT", path, [PAINT])).refusal == (403, 50001)


async def test_wrong_commands_are_refused_with_the_place_of_the_error(bare: Bare) -> None:
    answer = await bare(
        "PUT", f"/applications/{bare.application_id}/commands", [{**PAINT, "name": "No Caps"}]
    )
    assert answer.refusal == (400, 50035)
    assert list(answer.json["errors"]["0"]) == ["name"]


async def test_two_hundred_commands_a_day_may_be_made_in_one_place(
    bare: Bare, stand_in: DiscordStandIn
) -> None:
    everywhere = f"/applications/{bare.application_id}/commands"
    in_guild = f"/applications/{bare.application_id}/guilds/{stand_in.guilds[0].id}/commands"
    stand_in.clock.freeze()
    for letter in "ab":
        await bare("PUT", in_guild, [{**PAINT, "name": f"{letter}{each}"} for each in range(100)])
        stand_in.clock.move(3600)
    refused = await bare("PUT", in_guild, [PAINT])
    assert refused.refusal == (429, 30034)
    assert refused.json["retry_after"] == 22 * 3600
    assert len((await bare("GET", in_guild)).json) == 100  # nothing came of it
    changed = {**PAINT, "name": "b1", "description": "Another"}
    assert [(await bare("PUT", place, [changed])).status for place in (in_guild, everywhere)] == [200, 200]
    stand_in.clock.move(22 * 3600)
    assert (await bare("POST", in_guild, PAINT)).status == 201


async def test_a_hundred_slash_commands_are_taken_and_no_more(bare: Bare, stand_in: DiscordStandIn) -> None:
    path = f"/applications/{bare.application_id}/guilds/{stand_in.guilds[0].id}/commands"
    many = [{**PAINT, "name": f"paint-{each}"} for each in range(131)]
    assert (await bare("PUT", path, many[:101])).refusal == (400, 30032)
    too_long = await bare("PUT", path, many)
    assert (too_long.refusal, too_long.json["errors"]) == (
        (400, 50035),
        {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 130 or fewer in length."}]},
    )
    await bare("PUT", path, many[:100])
    assert (await bare("POST", path, many[100])).refusal == (400, 30032)
    assert (await bare("POST", path, {"name": "Look", "type": 3})).status == 201


def names(commands: list[Command]) -> list[str]:
    return [command.name for command in commands]
