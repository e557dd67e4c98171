"""A running sandbox: the two stand-ins, the bot between them, and the page in front."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from msgspec import Struct
from yarl import URL

from bot.sandbox.child import BotChild
from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.discord import AS_OBSERVED, DiscordStandIn
from bot.sandbox.page import Page


class Sandbox(Struct, frozen=True):
    """Everything that runs in a sandbox."""

    discord: DiscordStandIn
    comfyui: ComfyStandIn | None
    """None: the person brought a real one."""
    comfyui_url: str
    """Without the name and password that it may hold."""
    bot: BotChild
    page: Page


@asynccontextmanager
async def running_sandbox(
    *,
    comfyui: str | ComfyStandIn | None = None,
    workflows: Path | None = None,
    log_level: str = "INFO",
) -> AsyncGenerator[Sandbox]:
    """Everything started, the bot last; all of it is gone at the end.

    Args:
        comfyui: the address of a real ComfyUI, or a stand-in that runs already; None starts one.
        workflows: the folder of workflows to try.
        log_level: of the bot.
    """
    async with AsyncExitStack() as stack:
        if comfyui is None:
            comfyui = await stack.enter_async_context(ComfyStandIn.running())
        stand_in = None if isinstance(comfyui, str) else comfyui
        comfyui_url = comfyui if isinstance(comfyui, str) else comfyui.url
        bot = BotChild()
        page = Page(stand_in, _without_credentials(comfyui_url), bot)
        discord = await stack.enter_async_context(
            DiscordStandIn.running(rates=AS_OBSERVED, observers=(page.observe,), add_routes=page.add_routes)
        )
        discord.world.open_to_guests()
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="comfycord-", ignore_cleanup_errors=True)
        )
        bot.settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE": discord.api_base,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
            "COMFYUI_URLS": comfyui_url,
            "DATABASE": str(Path(folder) / "jobs.db"),
            "LOG_LEVEL": log_level,
            "METRICS_LISTEN": "off",  # its port is a real bot's
            **({"WORKFLOWS_DIR": str(workflows)} if workflows else {}),
        }
        stack.push_async_callback(bot.stop)
        await bot.start()
        yield Sandbox(discord, stand_in, _without_credentials(comfyui_url), bot, page)


def _without_credentials(url: str) -> str:
    """As it may be shown."""
    return str(URL(url).with_user(None)) if "@" in url else url
