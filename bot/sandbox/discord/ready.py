"""READY: a session as the bot is told of it."""

from collections.abc import Sequence

from bot.sandbox.discord.guilds import Guild
from bot.sandbox.discord.sessions import Session
from bot.sandbox.discord.wire import Json
from bot.sandbox.discord.world import World


def ready(session: Session, guilds: Sequence[Guild], world: World, *, resume_url: str) -> Json:
    return {
        "v": 10,
        "user": world.bot.to_own_json(),
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session.id,
        "resume_gateway_url": resume_url,
        "session_type": "normal",
        "private_channels": [],
        "relationships": [],
        "user_settings": {},
        "application": {"id": str(world.application_id), "flags": 0},
        **({"shard": list(session.shard)} if session.shard else {}),
    }
