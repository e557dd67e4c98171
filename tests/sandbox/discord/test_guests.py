"""A bot that a person brings along to where no guild installed it."""

import discord
from discord import app_commands

from bot.sandbox.discord import Channel, DiscordStandIn, Permission
from bot.sandbox.discord.permissions import Overwrite, OverwriteKind
from tests.sandbox.discord.bots import Bot, at_work


async def test_a_guest_bot_is_quiet_where_guests_may_not_speak(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot = Bot()

    @bot.tree.command(description="x")
    @app_commands.allowed_installs(guilds=False, users=True)
    async def paint(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        await interaction.response.send_message("hello")

    quiet = Overwrite(stand_in.guilds[0].id, OverwriteKind.ROLE, deny=Permission.USE_EXTERNAL_APPS)
    general.own_overwrites[quiet.id] = quiet
    stand_in.member.has_installed = True
    async with at_work(bot, stand_in):
        invocation = await stand_in.member.slash(general, "/paint")
        await invocation.answered()
    assert (invocation.ephemeral, invocation.interaction.owners) == (
        True,
        {"1": str(stand_in.member.user.id)},
    )


async def test_a_guest_bot_answers_five_times_and_quietly_where_it_must(
    stand_in: DiscordStandIn, general: Channel
) -> None:
    bot, refusals = Bot(), list[int]()

    @bot.tree.command(description="x")
    @app_commands.allowed_installs(guilds=True, users=True)
    async def paint(interaction: discord.Interaction[Bot]) -> None:  # pyright: ignore[reportUnusedFunction]  # the decorator keeps it
        assert interaction.is_user_integration()
        await interaction.response.send_message("hello")
        try:
            for _ in range(6):
                await interaction.followup.send("more")
        except discord.HTTPException as refusal:
            refusals.append(refusal.code)

    stand_in.throw_out(stand_in.guilds[0])
    stand_in.member.has_installed = True
    async with at_work(bot, stand_in):
        invocation = await stand_in.member.slash(general, "/paint")
        await stand_in.until(lambda: refusals == [40094])
        assert (len(invocation.follow_ups), invocation.ephemeral) == (5, False)
