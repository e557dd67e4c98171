"""What a message may say: created or edited, in a channel, by webhook, or as the answer to an interaction."""

from collections.abc import Mapping, Sequence

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


def check_message(
    payload: object, *, file_names: Sequence[str] = (), before: Before | None = None, webhook: bool = False
) -> Problems:
    """Judge a request that makes a message, or edits the one that was as ``before`` says.

    ``file_names`` are those of the parts ``files[0]``, ``files[1]``… in that order. ``webhook``: the request came by a
    webhook's or an interaction's token.
    """
    problems = Problems()
    check_message_at(payload, Spot(problems), file_names=file_names, before=before, webhook=webhook)
    return problems


def check_message_at(
    payload: object, spot: Spot, *, file_names: Sequence[str], before: Before | None, webhook: bool
) -> None:
    _REQUESTS[before is not None, webhook](payload, spot)
    message = as_object(payload)
    flags = as_number(message.get("flags")) or 0
    is_v2 = bool(flags & COMPONENTS_V2) or (before is not None and before.is_v2)
    if (components := message.get("components")) is not None:
        check_components(components, spot / "components", is_v2=is_v2)
    check_embed_total(message.get("embeds"), spot / "embeds")
    _check_mentions(as_object(message.get("allowed_mentions")), spot / "allowed_mentions")
    check_files(message, spot, file_names=file_names, before=before)
    if before is None:
        _check_flags(flags, spot / "flags", webhook=webhook)
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
_CREATED: Mapping[str, Rule] = {**_ANY, "poll": _POLL}
_REFERENCE: Mapping[str, Rule] = {
    "message_id": snowflake,
    "channel_id": snowflake,
    "guild_id": snowflake,
    "fail_if_not_exists": boolean,
    "type": one_of(0, 1),
}
_CREATED_IN_CHANNEL: Mapping[str, Rule] = {
    **_CREATED,
    "nonce": _nonce,
    "enforce_nonce": boolean,
    "message_reference": record(_REFERENCE, required=["message_id"]),
    "sticker_ids": many(snowflake, maximum=3),
    "shared_client_theme": anything,
}
_CREATED_BY_WEBHOOK: Mapping[str, Rule] = {
    **_CREATED,
    "username": text(1, 80),
    "avatar_url": url(),
    "thread_name": text(maximum=100),
    "applied_tags": many(snowflake, maximum=5),
}


_REQUESTS: Mapping[tuple[bool, bool], Rule] = {
    # whether an edit; whether by the token of a webhook or an interaction
    (False, False): record(_CREATED_IN_CHANNEL),
    (False, True): record(_CREATED_BY_WEBHOOK),
    (True, False): record({**_ANY, "sticker_ids": many(snowflake, maximum=3)}),
    (True, True): record(_ANY),
}


def _check_flags(flags: int, spot: Spot, *, webhook: bool) -> None:
    settable = (
        SUPPRESS_EMBEDS
        | SUPPRESS_NOTIFICATIONS
        | VOICE_MESSAGE
        | COMPONENTS_V2
        | (EPHEMERAL if webhook else 0)
    )
    if flags & ~settable:
        spot.report("BASE_TYPE_CHOICES", f"Flags {flags & ~settable} cannot be set here.")


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
    values = {"content": message.get("content", left.content), "embeds": message.get("embeds", left.embeds)}
    for name, value in {
        **values,
        "sticker_ids": message.get("sticker_ids"),
        "poll": message.get("poll"),
    }.items():
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
