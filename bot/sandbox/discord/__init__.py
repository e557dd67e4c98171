"""The Discord stand-in: REST v10, gateway and CDN on a loopback socket, and persons who use the bot.

It knows nothing of the bot behind the sockets, and needs neither network nor token::

    async with DiscordStandIn.running() as discord:
        # … start a bot that talks to discord.api_base and discord.gateway_url with discord.token …
        invocation = await discord.member.slash(discord.channels["general"], "/txt2img prompt:a red fox")
        await invocation.acknowledged()
        message = await invocation.answered()
        await discord.until(lambda: "Done" in message.text)

What else there is::

        discord.add_fault(Fault("PATCH", r"/webhooks/.*", status=502))      # or drop="after", delay_seconds=2 …
        discord.deny(discord.channels["general"], Permission.SEND_MESSAGES)
        discord.cdn_faults.add(Fault("GET", ".*", status=503))              # downloads of files
        discord.attachments.expire(attachment_id)                           # or a day later: discord.clock.move(…)
        discord.clock.move(15 * 60)                                         # tokens die, nobody waits
        discord.gw_drop(); discord.gw_reconnect(); discord.gw_invalidate(resumable=False); await discord.gw_close(4009)
        discord.gateway.acknowledges_heartbeats = False                     # and other switches of the gateway
        discord.session_starts.seconds = AS_DISCORD_SECONDS                 # between two IDENTIFYs; shards, a day's starts …
        discord.rate_limits.rates = AS_OBSERVED
        [exchange.status for exchange in discord.requests]

A loopback test double with a look of its own; it is not Discord and does not pretend to be.
"""

from bot.sandbox.discord.attachments import Attachment
from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.command_line import NotSent, UnknownCommand
from bot.sandbox.discord.commands import Command, CommandType, Option, OptionType
from bot.sandbox.discord.faults import Fault
from bot.sandbox.discord.guilds import Guild
from bot.sandbox.discord.interaction import CallbackType
from bot.sandbox.discord.invocations import Choice, Invocation, NotAcknowledged
from bot.sandbox.discord.messages import Message, MessageFlag, Version
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.ratelimits import AS_OBSERVED, OFF, Rate, Rates
from bot.sandbox.discord.server import DiscordStandIn
from bot.sandbox.discord.typed_lines import run_line
from bot.sandbox.discord.typed_presses import action_of, actions_of, custom_ids_of, press_line
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Exchange, Observer, Upload

__all__ = [
    "AS_OBSERVED",
    "OFF",
    "Attachment",
    "CallbackType",
    "Channel",
    "Choice",
    "Command",
    "CommandType",
    "DiscordStandIn",
    "Exchange",
    "Fault",
    "Guild",
    "Invocation",
    "Message",
    "MessageFlag",
    "NotAcknowledged",
    "NotSent",
    "Observer",
    "Option",
    "OptionType",
    "Permission",
    "Person",
    "Rate",
    "Rates",
    "UnknownCommand",
    "Upload",
    "User",
    "Version",
    "action_of",
    "actions_of",
    "custom_ids_of",
    "press_line",
    "run_line",
]
