"""Why there is no such command: what the bot itself says of it, asked by somebody whom no other person sees."""

from bot.sandbox.discord import DiscordStandIn, NotAcknowledged
from bot.sandbox.reading import readable
from bot.texts import render, text


async def why_not(discord: DiscordStandIn, name: str, locale: str) -> str | None:
    """The first line of the bot's answer; None: it knows no such workflow, or is silent."""
    asker = discord.onlooker
    asker.locale = locale
    try:
        answer = await (await asker.slash_of_old(asker.direct, name)).answered()
    except NotAcknowledged:
        return None
    first, *_ = readable(answer.text, {}, answer.now.at, locale).splitlines() or [""]
    return None if first in {"", render(text("command-changed"), locale)} else first
