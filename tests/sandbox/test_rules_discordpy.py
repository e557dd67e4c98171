"""What discord.py makes of its own objects is accepted by the rules, and refused where Discord would refuse it."""

import json
from typing import Any, cast

import discord
import pytest
from discord import app_commands, ui
from discord.http import handle_message_parameters

from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.discord.rules import check_callback, check_commands, check_message
from tests.sandbox.judged import ACCEPTED, told
from tests.sandbox.openapi import watching
from tests.sandbox.showcase import Buttons, Layout, Questions, add_commands, card, picture, showcase

COMMAND = 2


def serialised(**fields: Any) -> object:
    """The request body, files aside."""
    with handle_message_parameters(**fields) as parameters:
        if parameters.multipart:
            return json.loads(parameters.multipart[0]["value"])
        return parameters.payload


async def test_a_message_with_embed_rows_and_files() -> None:
    body = serialised(content="hi", embed=card(), view=Buttons(), files=[picture()], nonce="7")
    assert told(check_message(body, file_names=["fox.png"])) == ACCEPTED


async def test_a_layout_whose_files_are_there() -> None:
    body = serialised(view=Layout(), files=[picture(), picture("graph.json")])
    assert told(check_message(body, file_names=["fox.png", "graph.json"])) == ACCEPTED


async def test_a_layout_whose_files_are_missing() -> None:
    missing = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
    assert told(check_message(serialised(view=Layout()))) == [
        ("components.0.components.0.accessory.media.url", missing),
        ("components.0.components.2.items.0.media.url", missing),
        ("components.0.components.3.file.url", missing),
    ]


async def test_a_layout_beside_a_content() -> None:
    view = ui.LayoutView().add_item(ui.TextDisplay[Any]("hi"))
    legacy = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
    assert told(check_message(serialised(content="hi", view=view))) == [("content", legacy)]
    assert told(check_message(serialised(content=None, view=view))) == ACCEPTED


async def test_a_modal() -> None:
    assert (
        told(check_callback({"type": 9, "data": Questions().to_dict()}, interaction_type=COMMAND)) == ACCEPTED
    )


async def test_commands_of_every_kind() -> None:
    async with discord.Client(intents=discord.Intents.none()) as client:
        tree = app_commands.CommandTree(client)
        add_commands(tree)
        kinds = (
            discord.AppCommandType.chat_input,
            discord.AppCommandType.user,
            discord.AppCommandType.message,
        )
        bodies = [each.to_dict(tree) for kind in kinds for each in tree.get_commands(type=kind)]
    assert [body["name"] for body in bodies] == [
        "options",
        "later",
        "speak",
        "group",
        "Their Pictures",
        "Remix This",
    ]
    assert told(check_commands(bodies)) == ACCEPTED


async def test_a_refusal_reads_in_discord_py_as_discords_does() -> None:
    with watching() as observers:
        async with DiscordStandIn.running(observers=observers) as stand_in, showcase(stand_in) as client:
            channel = client.get_channel(stand_in.channels["general"].id)
            with pytest.raises(discord.HTTPException) as refused:
                await cast("discord.TextChannel", channel).send(
                    embed=discord.Embed(title="x" * 257, description="")
                )
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert refused.value.text == "Invalid Form Body\nIn embeds.0.title: Must be 256 or fewer in length."
