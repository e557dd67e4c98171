"""What a message may say: created or edited, in a channel, by webhook, or as the answer to an interaction."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto

from bot.sandbox.discord.rules.components import check_components
from bot.sandbox.discord.rules.embeds import EMBEDS, check_embed_total
from bot.sandbox.discord.rules.files import ATTACHMENTS, Before, check_files
from bot.sandbox.discord.rules.problems import EMPTY_MESSAGE, Problems, Spot
from bot.sandbox.discord.rules.shapes import (
    JsonObject,
    Rule,
    anything,
    as_list,
    as_number,
    as_object,
    as_text,
    boolean,
    integer,
    many,
    one_of,
    record,
    snowflake,
    text,
    url,
)

MAX_CONTENT = 2000
MAX_NONCE = 25

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
SUPPRESS_NOTIFICATIONS = 1 << 12
VOICE_MESSAGE = 1 << 13
COMPONENTS_V2 = 1 << 15


class Via(Enum):
    """By which way a request comes: the fields that it may have differ."""

    CHANNEL = auto()
    WEBHOOK = auto()
    CALLBACK = auto()


def check_message(
    payload: object, *, file_names: Sequence[str] = (), before: Before | None = None, webhook: bool = False
) -> Problems:
    """Judge a request that makes a message, or edits the one that was as ``before`` says.

    ``file_names`` are those of the parts ``files[0]``, ``files[1]``… in that order. ``webhook``: the request came by a
    webhook's or an interaction's token.
    """
    problems = Problems()
    via = Via.WEBHOOK if webhook else Via.CHANNEL
    check_message_at(payload, Spot(problems), file_names=file_names, before=before, via=via)
    return problems


def check_message_at(
    payload: object, spot: Spot, *, file_names: Sequence[str], before: Before | None, via: Via
) -> None:
    (_CREATED if before is None else _EDITED)[via](payload, spot)
    message = as_object(payload)
    flags = as_number(message.get("flags")) or 0
    is_v2 = bool(flags & COMPONENTS_V2) or (before is not None and before.is_v2)
    if (components := message.get("components")) is not None:
        check_components(components, spot / "components", is_v2=is_v2)
    check_embed_total(message.get("embeds"), spot / "embeds")
    _check_mentions(as_object(message.get("allowed_mentions")), spot / "allowed_mentions")
    check_files(message, spot, file_names=file_names, before=before)
    if before is None:
        _check_flags(flags, spot / "flags", via)
    if is_v2:
        _check_no_legacy_fields(message, spot, before)
    if not _says_something(message, before or Before(), file_names):
        spot.problems.refuse(EMPTY_MESSAGE)


def _nonce(value: object, spot: Spot) -> None:
    if as_number(value) is None and not isinstance(value, str):
        spot.report("NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
    elif len(str(value)) > MAX_NONCE:
        spot.report("NONCE_TYPE_TOO_LONG", f"Must be {MAX_NONCE} or fewer characters long.")


_MENTIONS = record(
    {
        "parse": many(one_of("users", "roles", "everyone")),
        "users": many(snowflake, maximum=100),
        "roles": many(snowflake, maximum=100),
        "replied_user": boolean,
    }
)
_ANY: Mapping[str, Rule] = {
    "content": text(maximum=MAX_CONTENT),
    "embeds": EMBEDS,
    "allowed_mentions": _MENTIONS,
    "components": anything,  # judged apart, by the flag
    "attachments": ATTACHMENTS,
    "flags": integer(0),
    "tts": boolean,  # on edits too: discord.py always sends it
}
_POLL_MEDIA = record({"text": text(1, 300), "emoji": anything})
_POLL = record(
    {
        "question": _POLL_MEDIA,
        "answers": many(record({"poll_media": _POLL_MEDIA}, required=["poll_media"]), 1, 10),
        "duration": integer(1, 768),
        "allow_multiselect": boolean,
        "layout_type": one_of(1),
    },
    required=["question", "answers"],
)
_STICKERS = many(snowflake, maximum=3)
_REFERENCE: Mapping[str, Rule] = {
    "message_id": snowflake,
    "channel_id": snowflake,
    "guild_id": snowflake,
    "fail_if_not_exists": boolean,
    "type": one_of(0, 1),
}
_CREATED: Mapping[Via, Rule] = {
    Via.CHANNEL: record(
        {
            **_ANY,
            "poll": _POLL,
            "nonce": _nonce,
            "enforce_nonce": boolean,
            "message_reference": record(_REFERENCE, required=["message_id"]),
            "sticker_ids": _STICKERS,
            "shared_client_theme": anything,
        }
    ),
    Via.WEBHOOK: record(
        {
            **_ANY,
            "poll": _POLL,
            "username": text(1, 80),
            "avatar_url": url(),
            "thread_name": text(maximum=100),
            "applied_tags": many(snowflake, maximum=5),
        }
    ),
    Via.CALLBACK: record({**_ANY, "poll": _POLL}),
}
_EDITED: Mapping[Via, Rule] = {
    Via.CHANNEL: record({**_ANY, "sticker_ids": _STICKERS}),
    Via.WEBHOOK: record(_ANY),
    Via.CALLBACK: record(_ANY),
}
_SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | VOICE_MESSAGE | COMPONENTS_V2


def _check_flags(flags: int, spot: Spot, via: Via) -> None:
    if surplus := flags & ~(_SETTABLE if via is Via.CHANNEL else _SETTABLE | EPHEMERAL):
        spot.report("BASE_TYPE_CHOICES", f"Flags {surplus} cannot be set here.")


def _check_mentions(mentions: JsonObject, spot: Spot) -> None:
    for name in ("users", "roles"):
        if name in as_list(mentions.get("parse")) and as_list(mentions.get(name)):
            spot.report(
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.',
            )


def _check_no_legacy_fields(message: JsonObject, spot: Spot, before: Before | None) -> None:
    """A V2 message has components and nothing else: neither in the request, nor left over from before it was one."""
    left = before or Before()
    values = {
        "content": message.get("content", left.content),
        "embeds": message.get("embeds", left.embeds),
        "sticker_ids": message.get("sticker_ids"),
        "poll": message.get("poll"),
    }
    for name, value in values.items():
        if value:
            (spot / name).report(
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _says_something(message: JsonObject, before: Before, file_names: Sequence[str]) -> bool:
    content = message.get("content", before.content)
    return bool(
        as_text(content).strip()
        or file_names
        or message.get("attachments", before.attachments)
        or message.get("embeds", before.embeds)
        or message.get("components", before.components)
        or any(message.get(name) for name in ("sticker_ids", "poll", "shared_client_theme"))
    )
