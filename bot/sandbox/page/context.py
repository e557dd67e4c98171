"""Everything in the sandbox that the page can look at or touch."""

from msgspec import Struct

from bot.sandbox.comfyui import ComfyStandIn
from bot.sandbox.discord import DiscordStandIn
from bot.sandbox.page.exchange_log import ExchangeLog
from bot.sandbox.page.switches import Switches


class PageContext(Struct, frozen=True):
    discord: DiscordStandIn
    comfyui: ComfyStandIn | None
    """None: a real one, which is left alone."""
    comfyui_url: str
    switches: Switches
    exchanges: ExchangeLog
