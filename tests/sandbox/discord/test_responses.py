"""Answering interactions in every way, in time and too late."""

import io
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import discord
import pytest
from PIL import Image

from bot.sandbox.discord import Channel, DiscordStandIn, Invocation, MessageFlag
from tests.sandbox.discord.bots import Bot, at_work, raised_by

Interaction: TypeAlias = discord.Interaction[Bot]
Work: TypeAlias = Callable[[Interaction], Awaitable[object]]


def bot_that(work: Work) -> Bot:
    bot = Bot()

    @bot.tree.command(description="x")
    async def paint(interaction: Interaction) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await work(interaction)

    return bot


async def paint(stand_in: DiscordStandIn, work: Work, done: Callable[[Invocation], object]) -> Invocation:
    async with at_work(bot_that(work), stand_in):
        invocation = await stand_in.member.slash(stand_in.channels["general"], "/paint")
        await stand_in.until(lambda: done(invocation))
    return invocation


async def test_a_deferred_answer_thinks_and_then_says_it(stand_in: DiscordStandIn) -> None:
    async def work(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content="one")
        await interaction.edit_original_response(content="two")

    invocation = await paint(stand_in, work, lambda done: len(done.versions) == 3)
    assert [(version.is_thinking, version.content) for version in invocation.versions] == [
        (True, ""),
        (False, "one"),
        (False, "two"),
    ]
    assert invocation.versions[0].at < invocation.versions[1].at < invocation.versions[2].at


async def test_discord_py_learns_of_its_own_answer(stand_in: DiscordStandIn) -> None:
    learnt: list[object] = []

    async def work(interaction: Interaction) -> None:
        answer = await interaction.response.send_message("hello", ephemeral=True)
        original = await interaction.original_response()
        learnt.append((answer.message_id == original.id, answer.is_ephemeral(), original.content))

    await paint(stand_in, work, lambda _: learnt)
    assert learnt == [(True, True, "hello")]


async def test_only_one_person_sees_an_ephemeral_message(stand_in: DiscordStandIn, general: Channel) -> None:
    refusals: list[int] = []

    async def work(interaction: Interaction) -> None:
        await interaction.response.send_message("psst", ephemeral=True)
        original = await interaction.original_response()
        assert isinstance(interaction.channel, discord.TextChannel)
        refusals.append((await raised_by(interaction.channel.fetch_message(original.id))).code)

    invocation = await paint(stand_in, work, lambda _: refusals)
    seen = [[message.text for message in each.sees(general)] for each in (stand_in.member, stand_in.second)]
    assert (seen, invocation.ephemeral, refusals) == ([["psst"], []], True, [10008])


async def test_the_first_follow_up_replaces_the_thinking(stand_in: DiscordStandIn) -> None:
    async def work(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.followup.send("first", ephemeral=True)
        second = await interaction.followup.send("second", ephemeral=True, wait=True)
        await second.edit(content="second, again")

    invocation = await paint(
        stand_in, work, lambda done: done.follow_ups and done.follow_ups[0].text.endswith("again")
    )
    assert [version.content for version in invocation.versions] == ["", "first"]
    assert not invocation.ephemeral
    assert [(each.text, each.ephemeral) for each in invocation.follow_ups] == [("second, again", True)]


async def test_an_answer_can_be_deleted_and_is_then_unknown(stand_in: DiscordStandIn) -> None:
    codes: list[int] = []

    async def work(interaction: Interaction) -> None:
        await interaction.response.send_message("hello")
        await interaction.delete_original_response()
        codes.append((await raised_by(interaction.edit_original_response(content="x"))).code)

    invocation = await paint(stand_in, work, lambda _: codes)
    assert (codes, invocation.response) == ([10008], None)


async def test_after_three_seconds_the_interaction_is_unknown(stand_in: DiscordStandIn) -> None:
    codes: list[int] = []

    async def work(interaction: Interaction) -> None:
        stand_in.clock.move(3.2)
        codes.append((await raised_by(interaction.response.defer())).code)

    await paint(stand_in, work, lambda _: codes)
    assert codes == [10062]


async def test_after_fifteen_minutes_the_token_is_dead_but_the_bot_may_edit(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    codes: list[int] = []

    async def work(interaction: Interaction) -> None:
        await interaction.response.send_message("hello")
        message = await interaction.original_response()
        stand_in.clock.move(15 * 60)
        codes.append((await raised_by(interaction.edit_original_response(content="x"))).code)
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.channel.get_partial_message(message.id).edit(content="still here")

    await paint(stand_in, work, lambda _: general.messages and general.messages[0].text == "still here")
    assert codes == [50027]


async def test_a_follow_up_before_any_answer_is_refused(stand_in: DiscordStandIn) -> None:
    codes: list[int] = []

    async def work(interaction: Interaction) -> None:
        codes.append((await raised_by(interaction.followup.send("early"))).code)

    await paint(stand_in, work, lambda _: codes)
    assert codes == [10015]


async def test_answering_twice_is_refused(stand_in: DiscordStandIn) -> None:
    codes: list[int] = []

    async def work(interaction: Interaction) -> None:
        await interaction.response.send_message("one")
        again = discord.InteractionResponse[Bot](interaction)
        codes.append((await raised_by(again.send_message("two"))).code)

    await paint(stand_in, work, lambda _: codes)
    assert codes == [40060]


async def test_an_answer_that_does_not_fit_is_refused_with_its_place(stand_in: DiscordStandIn) -> None:
    texts: list[str] = []

    async def work(interaction: Interaction) -> None:
        embed = discord.Embed(title="x" * 300)
        texts.append(str(await raised_by(interaction.response.send_message(embed=embed))))

    await paint(stand_in, work, lambda _: texts)
    (text,) = texts
    assert text.splitlines() == [
        "400 Bad Request (error code: 50035): Invalid Form Body",
        "In data.embeds.0.title: Must be 256 or fewer in length.",
    ]


async def test_a_bot_without_the_right_to_write_can_answer_all_the_same(stand_in: DiscordStandIn) -> None:
    channel, codes = stand_in.channels["read-only"], list[int]()

    async def work(interaction: Interaction) -> None:
        await interaction.response.send_message("allowed")
        assert isinstance(interaction.channel, discord.TextChannel)
        codes.append((await raised_by(interaction.channel.send("not allowed"))).code)

    async with at_work(bot_that(work), stand_in):
        invocation = await stand_in.member.slash(channel, "/paint")
        await stand_in.until(lambda: codes)
    assert invocation.response is not None
    assert (invocation.response.text, codes) == ("allowed", [50013])


async def test_a_layout_with_a_picture_comes_back_with_everything_looked_up(stand_in: DiscordStandIn) -> None:
    async def work(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        view = discord.ui.LayoutView()
        container = discord.ui.Container[discord.ui.LayoutView]()
        container.add_item(discord.ui.TextDisplay("A red fox"))
        container.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://fox.png")))
        view.add_item(container)
        file = discord.File(stand_in_picture(30, 20), "fox.png", description="alt text")
        message = await interaction.edit_original_response(view=view, attachments=[file])
        assert message.attachments == []
        assert message.flags.components_v2

    invocation = await paint(stand_in, work, lambda done: len(done.versions) == 2)
    version = invocation.versions[-1]
    (picture,) = version.attachments
    (container,) = version.components
    assert version.text == "A red fox"
    assert version.flags == MessageFlag.IS_COMPONENTS_V2
    assert (picture.filename, picture.width, picture.height, picture.content_type) == (
        "fox.png",
        30,
        20,
        "image/png",
    )
    assert container["components"][1] == {
        "type": 12,
        "id": 3,
        "items": [{"media": picture.to_media(), "description": None, "spoiler": False}],
    }


def stand_in_picture(width: int, height: int) -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, "PNG")
    content.seek(0)
    return content


@pytest.mark.parametrize("embed", [True, False])
async def test_a_file_that_an_embed_shows_is_not_listed(stand_in: DiscordStandIn, *, embed: bool) -> None:
    listed: list[list[str]] = []

    async def work(interaction: Interaction) -> None:
        file = discord.File(stand_in_picture(3, 2), "fox.png")
        shown = [discord.Embed(title="x").set_image(url="attachment://fox.png")] if embed else []
        await interaction.response.send_message("hello", file=file, embeds=shown)
        message = await interaction.original_response()
        listed.append([each.filename for each in message.attachments])
        message = await message.edit(embeds=[])
        listed.append([each.filename for each in message.attachments])

    await paint(stand_in, work, lambda _: len(listed) == 2)
    assert listed == [[] if embed else ["fox.png"], ["fox.png"]]
