"""Components as a message holds them: every one numbered, every file looked up, every default filled in.

Whether a layout is allowed at all is the rules' business; here it is known to be.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import count
from mimetypes import guess_type
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.discord.attachments import Attachment
from bot.sandbox.discord.links import unsigned
from bot.sandbox.discord.snowflakes import Snowflakes
from bot.sandbox.discord.wire import Json

ATTACHMENT_SCHEME = "attachment://"


class ComponentType(IntEnum):
    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = frozenset(
    {
        ComponentType.STRING_SELECT,
        ComponentType.USER_SELECT,
        ComponentType.ROLE_SELECT,
        ComponentType.MENTIONABLE_SELECT,
        ComponentType.CHANNEL_SELECT,
    }
)

_DEFAULTS: Mapping[int, Json] = {
    ComponentType.SEPARATOR: {"spacing": 1, "divider": True},
    ComponentType.CONTAINER: {"accent_color": None, "spoiler": False},
    ComponentType.THUMBNAIL: {"description": None, "spoiler": False},
    ComponentType.FILE: {"spoiler": False, "name": None, "size": None},
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
}
_CHILDREN = ("accessory", "component")


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """Every component of a layout, from the top down."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        yield from walk([component[key] for key in _CHILDREN if component.get(key)])


def texts(components: Sequence[Json]) -> list[str]:
    return [item["content"] for item in walk(components) if item["type"] == ComponentType.TEXT_DISPLAY]


def settle(
    components: Sequence[Json], attachments: Sequence[Attachment], snowflakes: Snowflakes
) -> tuple[Json, ...]:
    """The components of a request as the message's answers show them."""
    taken = {item["id"] for item in walk(components) if item.get("id")}
    numbers = (number for number in count(1) if number not in taken)
    media = _Media(attachments, snowflakes)
    return tuple(_settled(component, numbers, media) for component in components)


class _Media:
    """Turns the links of a request into media items."""

    def __init__(self, attachments: Sequence[Attachment], snowflakes: Snowflakes) -> None:
        self._by_link = {
            **{ATTACHMENT_SCHEME + each.filename: each for each in attachments},
            **{each.link.address: each for each in attachments},
        }
        self._snowflakes = snowflakes

    def find(self, link: str) -> Attachment | None:
        return self._by_link.get(unsigned(link))

    def item(self, link: str) -> Json:
        if found := self.find(link):
            return found.to_media()
        kind, _ = guess_type(urlsplit(link).path)  # Discord looks at what lies there
        told = {} if kind is None else {"content_type": kind}
        return {"id": str(self._snowflakes.next()), "url": link, "proxy_url": link, **told}


def _settled(component: Json, numbers: Iterator[int], media: _Media) -> Json:
    settled: Json = {
        "type": component["type"],
        "id": component.get("id") or next(numbers),
        **_DEFAULTS.get(component["type"], {}),
        **{key: value for key, value in component.items() if key not in {"type", "id"} and value is not None},
    }
    for key, value in _shown(component, media).items():
        settled[key] = value
    if "components" in component:
        settled["components"] = [_settled(child, numbers, media) for child in component["components"]]
    for key in _CHILDREN:
        if component.get(key):
            settled[key] = _settled(component[key], numbers, media)
    return settled


def _shown(component: Json, media: _Media) -> Json:
    match component["type"]:
        case ComponentType.MEDIA_GALLERY:
            return {"items": [_gallery_item(item, media) for item in component["items"]]}
        case ComponentType.THUMBNAIL:
            return {"media": media.item(component["media"]["url"])}
        case ComponentType.FILE:
            found = media.find(component["file"]["url"])
            named = {"name": found.filename, "size": found.size_bytes} if found else {}
            return {"file": media.item(component["file"]["url"]), **named}
        case ComponentType.BUTTON | ComponentType.STRING_SELECT:
            return _with_emoji(component)
        case kind if kind in SELECTS and component.get("default_values"):
            # Numbers are taken, and answered as the texts that snowflakes are.
            return {
                "default_values": [{**each, "id": str(each["id"])} for each in component["default_values"]]
            }
        case _:
            return {}


def _gallery_item(item: Json, media: _Media) -> Json:
    return {
        "media": media.item(item["media"]["url"]),
        "description": item.get("description"),
        "spoiler": bool(item.get("spoiler", False)),
    }


def _with_emoji(component: Json) -> Json:
    changed: Json = {}
    if emoji := component.get("emoji"):
        changed["emoji"] = _emoji(emoji)
    if options := component.get("options"):
        changed["options"] = [
            {**_filled(option), **({"emoji": _emoji(option["emoji"])} if option.get("emoji") else {})}
            for option in options
        ]
    return changed


def _emoji(emoji: Json) -> Json:
    """Without nulls: a Unicode emoji has a name and no id."""
    return _filled({**emoji, "name": emoji.get("name") or ""})


def _filled(value: dict[str, Any]) -> Json:
    return {key: each for key, each in value.items() if each is not None}
