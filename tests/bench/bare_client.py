"""The floor of what goes through Discord's gateway: discord.py alone, with one command that only defers."""

import asyncio
import os
import signal

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class BareClient(discord.Client):
    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        self.tree.command(description="Only defers")(blank)
        await self.tree.sync()

    async def serve(self, token: str) -> None:
        """In front of the stand-in that the environment names, until SIGTERM."""
        Route.BASE = os.environ["DISCORD_API_BASE"]
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
        running = asyncio.ensure_future(self.start(token))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
        try:
            await running
        except asyncio.CancelledError:
            await self.close()


async def blank(interaction: discord.Interaction[BareClient], color: int) -> None:
    _ = color
    await interaction.response.defer(thinking=True)


if __name__ == "__main__":
    asyncio.run(BareClient().serve(os.environ["DISCORD_TOKEN"]))
