"""What a single guild has for itself, as people meet it."""

from bot.client import OwnCommands
from cogs._guild_commands import GuildCommands
from tests.cogs.test_guild_sync import command
from tests.delivery.rig import Rig


async def test_a_guilds_command_that_is_gone_is_none_of_those_that_are_everywhere(rig: Rig) -> None:
    async with rig.bot():
        asked = await rig.discord.member.slash_of_old(rig.general, "txt2img", of_guild=True)
        assert (await asked.answered()).text.startswith("`/txt2img` is not there any more in this server")
    assert rig.generation.orders == []


async def test_it_is_told_before_discord_takes_no_more_commands(rig: Rig) -> None:
    full = GuildCommands(
        rig.store, {1: OwnCommands([command(f"c{number}") for number in range(99)], frozenset({"kept"}))}
    )
    new = GuildCommands(rig.store, {})

    async def why(commands: GuildCommands, name: str) -> str | None:
        reason = await commands.why_no_room(1, name)
        return None if reason is None else reason.id

    assert [await why(full, name) for name in ("c7", "kept", "cat")] == [None, None, "guild-commands-full"]
    await rig.store.note_command_creates(1, 199)
    assert await why(new, "cat") is None
    await rig.store.note_command_creates(1, 1)
    assert [await why(full, "c7"), await why(new, "cat")] == [None, "guild-commands-spent"]
    rig.discord.clock.move(86_401)
    assert await why(new, "cat") is None
