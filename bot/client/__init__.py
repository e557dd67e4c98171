"""The discord.py side of the process: connect, stay connected, keep the commands in sync. Knows no command."""

from bot.client.command_list import MAX_COMMANDS, MAX_CREATES
from bot.client.connection import ComfycordClient
from bot.client.gateway import Gateway
from bot.client.guild_leaving import GuildLeaving, leave_guild
from bot.client.guild_sync import GuildCommandSync
from bot.client.guilds_left import GuildsLeft
from bot.client.own_commands import OwnCommands
from bot.client.payloads import FILE_TYPES, InMenu
from bot.client.presence import Presence
from bot.client.request_pace import RequestPace
from bot.client.session_starts import SessionStarts
from bot.client.shard_connection import CannotConnect
from bot.client.sync import CommandSource, CommandSync
from bot.client.translator import localised, localised_by

__all__ = [
    "FILE_TYPES",
    "MAX_COMMANDS",
    "MAX_CREATES",
    "CannotConnect",
    "ComfycordClient",
    "CommandSource",
    "CommandSync",
    "Gateway",
    "GuildCommandSync",
    "GuildLeaving",
    "GuildsLeft",
    "InMenu",
    "OwnCommands",
    "Presence",
    "RequestPace",
    "SessionStarts",
    "leave_guild",
    "localised",
    "localised_by",
]
