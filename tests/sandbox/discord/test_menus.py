"""Commands in the menus of messages and persons."""

import discord
import pytest

from bot.sandbox.discord import Channel, DiscordStandIn, NotSent, Upload
from tests.sandbox.discord.bots import Bot, at_work


async def test_a_command_of_the_message_menu_brings_the_message_with_its_files(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot, seen = Bot(), list[object]()

    @bot.tree.context_menu(name="Remix this")
    async def remix(interaction: discord.Interaction[Bot], message: discord.Message) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        seen.append((message.content, await message.attachments[0].read()))
        await interaction.response.send_message("ok", ephemeral=True)

    async with at_work(bot, stand_in):
        message = await stand_in.second.say(general, "look", Upload("fox.bin", b"fox"))
        invocation = await stand_in.member.context_command("Remix this", message, general)
        await invocation.answered()
        with pytest.raises(NotSent, match="there is no command “Eat this” in this menu"):
            await stand_in.member.context_command("Eat this", message, general)
    assert (seen, invocation.ephemeral) == ([("look", b"fox")], True)


async def test_a_command_of_the_person_menu_brings_the_person(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot, seen = Bot(), list[str]()

    @bot.tree.context_menu(name="Who is this")
    async def who(interaction: discord.Interaction[Bot], member: discord.Member) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        seen.append(member.display_name)
        await interaction.response.send_message("ok", ephemeral=True)

    async with at_work(bot, stand_in):
        target = stand_in.second.user
        await (await stand_in.member.context_command("Who is this", target, general)).answered()
    assert seen == ["Kim"]


async def test_a_command_on_a_forwarded_message_finds_its_files_in_the_snapshot(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot, seen = Bot(), list[object]()

    @bot.tree.context_menu(name="Remix this")
    async def remix(interaction: discord.Interaction[Bot], message: discord.Message) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        (snapshot,) = message.message_snapshots
        seen.append((message.content, message.attachments, message.flags.forwarded))
        seen.append((snapshot.content, await snapshot.attachments[0].read()))
        await interaction.response.send_message("ok", ephemeral=True)

    async with at_work(bot, stand_in):
        original = await stand_in.second.say(general, "look", Upload("fox.bin", b"fox"))
        await stand_in.second.delete(original)
        with pytest.raises(NotSent, match="cannot be forwarded"):
            await stand_in.member.forward(original, general)
        original = await stand_in.second.say(general, "look", Upload("fox.bin", b"fox"))
        forwarded = await stand_in.member.forward(original, general)
        await stand_in.second.delete(original)
        await (await stand_in.member.context_command("Remix this", forwarded, general)).answered()
    assert seen == [("", [], True), ("look", b"fox")]


async def test_a_command_of_the_message_menu_can_open_a_form(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot, seen = Bot(), list[object]()

    class Words(discord.ui.Modal, title="Remix"):
        def __init__(self, message: discord.Message) -> None:
            super().__init__()
            self.message = message
            self.words = discord.ui.TextInput[discord.ui.View](label="Words", default=message.content)
            self.add_item(self.words)

        async def on_submit(self, interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # the client's type
            seen.append((self.message.content, self.words.value))
            await interaction.response.send_message("ok", ephemeral=True)

    @bot.tree.context_menu(name="Remix this")
    async def remix(interaction: discord.Interaction[Bot], message: discord.Message) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_modal(Words(message))

    async with at_work(bot, stand_in):
        message = await stand_in.second.say(general, "a fox")
        for values in ({}, {"Words": "a wolf"}):
            opened = await stand_in.member.context_command("Remix this", message, general)
            await opened.acknowledged()
            await (await stand_in.member.submit_modal(opened, values)).answered()
    assert seen == [("a fox", "a fox"), ("a fox", "a wolf")]
