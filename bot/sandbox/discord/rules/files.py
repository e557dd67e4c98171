"""The files of a message: which come with the request, which stay, and whether what is shown is there. And their weight."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.sandbox.discord.rules.components import component_media
from bot.sandbox.discord.rules.embeds import embed_media
from bot.sandbox.discord.rules.problems import TOO_LARGE, Problems, Spot
from bot.sandbox.discord.rules.shapes import (
    JsonObject,
    anything,
    as_id,
    as_objects,
    as_text,
    boolean,
    many,
    number,
    record,
    snowflake,
    text,
)

MAX_ATTACHMENTS = 10
MAX_DESCRIPTION = 1024
MAX_REQUEST_BYTES = 25 * 1024 * 1024
"""Of one request with all its files, as documented; where one file may be larger, so may a request."""


class Before(Struct, frozen=True):
    """The message as it stands when an edit arrives."""

    attachments: Mapping[str, str] = {}
    """Id → file name, of every attachment it has: those that an embed or a component shows, too."""
    is_v2: bool = False
    content: str = ""
    embeds: int = 0
    components: int = 0


_ATTACHMENT = record(
    {
        "id": snowflake,
        "filename": text(1, 1024),
        "description": text(maximum=MAX_DESCRIPTION),
        "title": text(maximum=1024),
        "duration_secs": number(0),
        "waveform": text(maximum=400),
        "is_spoiler": boolean,
        "is_remix": boolean,
        # Of a kept attachment discord.py sends all that it knows, and Discord does not mind.
        **dict.fromkeys(("proxy_url", "size", "url", "spoiler", "height", "width", "content_type"), anything),
    },
    required=["id"],
)
ATTACHMENTS = many(_ATTACHMENT, maximum=MAX_ATTACHMENTS)


def check_upload_sizes(sizes: Sequence[int], *, limit_bytes: int) -> Problems:
    """Judge the files of one request by their bytes."""
    problems = Problems()
    if sum(sizes) > max(MAX_REQUEST_BYTES, limit_bytes) or any(size > limit_bytes for size in sizes):
        problems.refuse(TOO_LARGE)
    return problems


def check_files(message: JsonObject, spot: Spot, *, file_names: Sequence[str], before: Before | None) -> None:
    kept = (before or Before()).attachments
    listed = as_objects(message.get("attachments"))
    names = dict(enumerate(file_names))
    staying = dict(kept) if message.get("attachments") is None else {}
    for index, attachment in enumerate(listed):
        identity = as_id(attachment.get("id"))
        if str(identity) in kept:
            staying[str(identity)] = kept[str(identity)]
        elif identity in names:
            names[identity] = as_text(attachment.get("filename")) or names[identity]
        elif identity is not None:
            (spot / "attachments" / index / "id").report(
                "ATTACHMENT_NOT_FOUND", f"No file or attachment has the id {identity}."
            )
    if len(staying) + len(names) > MAX_ATTACHMENTS:
        (spot / "attachments").report(
            "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_ATTACHMENTS} or fewer in length."
        )
    _check_references(message, spot, {stored_name(name) for name in (*staying.values(), *names.values())})


def stored_name(name: str) -> str:
    """A file's name as Discord keeps it, and as ``attachment://`` must call it."""
    return re.sub(r"\s", "_", name)


def _check_references(message: JsonObject, spot: Spot, available: set[str]) -> None:
    for address, place in _media(message, spot):
        scheme, _, name = address.partition("://")
        if scheme == "attachment" and name not in available:
            place.report(
                "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                f"The referenced attachment {name} was not found",
            )


def _media(message: JsonObject, spot: Spot) -> Iterator[tuple[str, Spot]]:
    yield from embed_media(message.get("embeds"), spot / "embeds")
    yield from component_media(message.get("components"), spot / "components")
