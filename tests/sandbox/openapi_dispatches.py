"""What the gateway says must be made of the same objects as what REST answers; the document knows only the latter.

A malformed dispatch ends a bot (discord.py's parsers let errors through), so every object is checked whose schema is known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from bot.sandbox.discord.wire import Exchange
from tests.sandbox.openapi_document import Document
from tests.sandbox.openapi_schemas import Schema, reference

Part: TypeAlias = tuple[str, object, Schema]

_TEXT: Schema = {"type": "string"}
_ID: Schema = reference("SnowflakeType")


def wrong_in_dispatch(document: Document, dispatch: Exchange) -> Iterator[str]:
    parts = _PARTS.get(dispatch.event)
    if parts is None:
        return
    for where, value, schema in parts(dispatch.response_json):
        for problem in document.responses.problems(schema, value):
            yield f"{where}: {problem}" if where else problem


def _object(*required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": [*required, *properties], "properties": properties}


def _message(data: Any) -> Iterator[Part]:
    yield "", data, reference("MessageResponse")
    if "member" in data:
        yield "member", {"user": data.get("author"), **data["member"]}, reference("GuildMemberResponse")


_INTERACTION = _object(
    id=_ID,
    application_id=_ID,
    type=reference("InteractionTypes"),
    token=_TEXT,
    version={"const": 1},
    locale=reference("AvailableLocalesEnum"),
    app_permissions={"type": "string", "pattern": r"^\d+$"},
    entitlements={"type": "array"},
    authorizing_integration_owners={"type": "object"},
    context=reference("InteractionContextType"),
    attachment_size_limit={"type": "integer"},
    channel_id=_ID,
    channel=_object(id=_ID, type=reference("ChannelTypes")),
)


def _interaction(data: Any) -> Iterator[Part]:
    yield "", data, _INTERACTION
    if "member" in data:
        yield "member", data["member"], reference("GuildMemberResponse")
        yield "member", data["member"], _object(permissions={"type": "string", "pattern": r"^\d+$"})
    else:
        yield "user", data.get("user"), reference("UserResponse")
    if "message" in data:
        yield "message", data["message"], reference("MessageResponse")
    resolved = _mapping(_mapping(data.get("data")).get("resolved"))
    for kind, schema in _RESOLVED.items():
        for key, value in _mapping(resolved.get(kind)).items():
            yield f"data.resolved.{kind}.{key}", value, schema


def _mapping(value: Any) -> Mapping[str, Any]:
    return value or {}


_RESOLVED: Mapping[str, Schema] = {
    "users": reference("UserResponse"),
    "messages": reference("MessageResponse"),
    "attachments": reference("MessageAttachmentResponse"),
    "roles": reference("GuildRoleResponse"),
    # Partial: no user, deaf or mute; no more than what is needed to name the channel.
    "members": _object(roles={"type": "array", "items": _ID}, permissions=_TEXT),
    "channels": _object(id=_ID, name=_TEXT, type=reference("ChannelTypes"), permissions=_TEXT),
}


def _guild(data: Any) -> Iterator[Part]:
    yield "", data, reference("GuildResponse")
    for index, channel in enumerate(data.get("channels", ())):
        # Inside a guild its channels do not repeat the guild's id.
        yield f"channels.{index}", {"guild_id": data["id"], **channel}, reference("GuildChannelResponse")
    for index, thread in enumerate(data.get("threads", ())):
        yield f"threads.{index}", {"guild_id": data["id"], **thread}, reference("ThreadResponse")
    for index, member in enumerate(data.get("members", ())):
        yield f"members.{index}", member, reference("GuildMemberResponse")


_READY = _object(
    v={"const": 10},
    session_id=_TEXT,
    resume_gateway_url=_TEXT,
    guilds={"type": "array", "items": _object(id=_ID, unavailable={"type": "boolean"})},
    application=_object(id=_ID, flags={"type": "integer"}),
)


def _ready(data: Any) -> Iterator[Part]:
    yield "", data, _READY
    # The gateway's user of one's own has no primary_guild.
    yield "user", {"primary_guild": None, **data.get("user", {})}, reference("UserResponse")


def _deleted(data: Any) -> Iterator[Part]:
    yield "", data, _object(id=_ID, channel_id=_ID)


def _only(name: str) -> Callable[[Any], Sequence[Part]]:
    return lambda data: [("", data, reference(name))]


_PARTS: Mapping[str, Callable[[Any], Iterator[Part] | Sequence[Part]]] = {
    "READY": _ready,
    "GUILD_CREATE": _guild,
    "CHANNEL_CREATE": _only("GuildChannelResponse"),
    "CHANNEL_UPDATE": _only("GuildChannelResponse"),
    "CHANNEL_DELETE": _only("GuildChannelResponse"),
    "THREAD_CREATE": _only("ThreadResponse"),
    "THREAD_UPDATE": _only("ThreadResponse"),
    "MESSAGE_CREATE": _message,
    "MESSAGE_UPDATE": _message,
    "MESSAGE_DELETE": _deleted,
    "INTERACTION_CREATE": _interaction,
}
