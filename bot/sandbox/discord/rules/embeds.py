"""What an embed may contain, alone and together with the others of its message."""

from collections.abc import Iterator

from bot.sandbox.discord.rules.problems import Spot
from bot.sandbox.discord.rules.shapes import (
    JsonObject,
    anything,
    as_list,
    as_object,
    as_objects,
    as_text,
    boolean,
    integer,
    many,
    moment,
    record,
    text,
    url,
)

MAX_EMBEDS = 10
MAX_CHARACTERS = 6000
"""Over all embeds of one message: titles, descriptions, fields, footers, authors."""

_MEDIA_SCHEMES = ("http", "https", "attachment")
_VISIBLE = ("title", "description", "fields", "author", "footer", "image", "thumbnail", "video")

# What Discord fills in itself and ignores from a bot: discord.py sends it back when an embed is edited.
_FILLED_IN = {
    "proxy_url": anything,
    "proxy_icon_url": anything,
    "width": anything,
    "height": anything,
    "placeholder": anything,
    "placeholder_version": anything,
    "content_type": anything,
    "is_animated": anything,
    "description": anything,
    "flags": anything,
}
_MEDIA = record({"url": url(schemes=_MEDIA_SCHEMES), **_FILLED_IN})


def _shows_something(embed: JsonObject, spot: Spot) -> None:
    if not any(embed.get(name) for name in _VISIBLE):
        (spot / "description").missing()


EMBED = record(
    {
        "type": anything,
        "flags": anything,
        "title": text(maximum=256),
        "description": text(maximum=4096),
        "url": url(),
        "timestamp": moment,
        "color": integer(0, 0xFFFFFF),
        "author": record(
            {"name": text(1, 256), "url": url(), "icon_url": url(schemes=_MEDIA_SCHEMES), **_FILLED_IN},
            required=["name"],
        ),
        "footer": record(
            {"text": text(1, 2048), "icon_url": url(schemes=_MEDIA_SCHEMES), **_FILLED_IN}, required=["text"]
        ),
        "image": _MEDIA,
        "thumbnail": _MEDIA,
        "video": _MEDIA,
        "provider": anything,
        "fields": many(
            record(
                {"name": text(1, 256), "value": text(1, 1024), "inline": boolean}, required=["name", "value"]
            ),
            maximum=25,
        ),
    },
    also=[_shows_something],
)
EMBEDS = many(EMBED, maximum=MAX_EMBEDS)


def check_embed_total(embeds: object, spot: Spot) -> None:
    if sum(map(_characters, as_objects(embeds))) > MAX_CHARACTERS:
        spot.report("MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_CHARACTERS}")


def embed_media(embeds: object, spot: Spot) -> Iterator[tuple[str, Spot]]:
    """Every address of a picture in these embeds, with its place."""
    for index, embed in enumerate(as_list(embeds)):
        for part, name in (
            ("image", "url"),
            ("thumbnail", "url"),
            ("author", "icon_url"),
            ("footer", "icon_url"),
        ):
            if address := as_text(as_object(as_object(embed).get(part)).get(name)):
                yield address, spot / index / part / name


def _characters(embed: JsonObject) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [as_object(embed.get("author")).get("name"), as_object(embed.get("footer")).get("text")]
    for each in as_objects(embed.get("fields")):
        texts += [each.get("name"), each.get("value")]
    return sum(len(as_text(part)) for part in texts)
