"""What stands in a message's ``components``: action rows alone, or with the V2 flag whole layouts."""

from collections.abc import Iterator, Mapping

from bot.sandbox.discord.rules.controls import (
    ACTION_ROW,
    BUTTON,
    BUTTON_RULE,
    COMPONENT,
    SELECT_RULES,
    SELECTS,
    Identities,
)
from bot.sandbox.discord.rules.problems import Spot
from bot.sandbox.discord.rules.shapes import (
    JsonObject,
    Rule,
    anything,
    as_list,
    as_number,
    as_object,
    as_objects,
    as_text,
    boolean,
    integer,
    many,
    one_of,
    record,
    tagged,
    text,
    url,
)

SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17

MAX_ROWS = 5
MAX_COMPONENTS = 40
"""Of a V2 message, nested ones included."""
MAX_TEXT = 4000
"""Over all text displays of a V2 message."""
MAX_DESCRIPTION = 1024


def _row_fits(row: JsonObject, spot: Spot) -> None:
    """Five buttons side by side, or one select alone: a select is as wide as the row."""
    children = as_objects(row.get("components"))
    if len(children) > 1 and any(as_number(child.get("type")) in SELECTS for child in children):
        (spot / "components" / 1).report(
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
        )


def _layout(fields: Mapping[str, Rule], *required: str) -> Rule:
    return record({**COMPONENT, **fields}, required=required)


def _media(*schemes: str) -> Rule:
    filled_in = dict.fromkeys(
        ("proxy_url", "width", "height", "content_type", "attachment_id", "id"), anything
    )
    return record({"url": url(schemes=schemes), **filled_in}, required=["url"])


_ROW = record(
    {**COMPONENT, "components": many(tagged({BUTTON: BUTTON_RULE, **SELECT_RULES}), 1, 5)},
    required=["components"],
    also=[_row_fits],
)
_TEXT = _layout({"content": text(1, MAX_TEXT)}, "content")
_PICTURE: Mapping[str, Rule] = {
    "media": _media("http", "https", "attachment"),
    "description": text(1, MAX_DESCRIPTION),
    "spoiler": boolean,
}
_THUMBNAIL = _layout(_PICTURE, "media")
_SECTION = _layout(
    {
        "components": many(tagged({TEXT_DISPLAY: _TEXT}), 1, 3),
        "accessory": tagged({BUTTON: BUTTON_RULE, THUMBNAIL: _THUMBNAIL}),
    },
    "components",
    "accessory",
)
_IN_CONTAINER: Mapping[int, Rule] = {
    ACTION_ROW: _ROW,
    SECTION: _SECTION,
    TEXT_DISPLAY: _TEXT,
    MEDIA_GALLERY: _layout({"items": many(record(_PICTURE, required=["media"]), 1, 10)}, "items"),
    FILE: _layout(
        {"file": _media("attachment"), "spoiler": boolean, "name": anything, "size": anything}, "file"
    ),
    SEPARATOR: _layout({"divider": boolean, "spacing": one_of(1, 2)}),
}
_CONTAINER = _layout(
    {
        "accent_color": integer(0, 0xFFFFFF),
        "spoiler": boolean,
        "components": many(tagged(_IN_CONTAINER), 1, MAX_COMPONENTS),
    },
    "components",
)

_ROWS = many(tagged({ACTION_ROW: _ROW}), maximum=MAX_ROWS)
_LAYOUT = many(tagged({**_IN_CONTAINER, CONTAINER: _CONTAINER}))


def check_components(components: object, spot: Spot, *, is_v2: bool) -> None:
    (_LAYOUT if is_v2 else _ROWS)(components, spot)
    everything = list(walk(components, spot))
    identities = Identities()
    for component, here in everything:
        identities.check(component, here)
    if is_v2 and len(everything) > MAX_COMPONENTS:
        spot.report(
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"Total number of components cannot exceed {MAX_COMPONENTS}",
        )
    if sum(len(as_text(component.get("content"))) for component, _ in everything) > MAX_TEXT:
        spot.report(
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"Components displayable text size exceeds maximum size of {MAX_TEXT}",
        )


def walk(components: object, spot: Spot) -> Iterator[tuple[JsonObject, Spot]]:
    """Every component with its place, parents before children."""
    for index, each in enumerate(as_list(components)):
        component, here = as_object(each), spot / index
        yield component, here
        yield from walk(component.get("components"), here / "components")
        if accessory := as_object(component.get("accessory")):
            yield accessory, here / "accessory"


def component_media(components: object, spot: Spot) -> Iterator[tuple[str, Spot]]:
    """Every address of a picture or a file in these components, with its place."""
    for component, here in walk(components, spot):
        items = [
            (as_object(item), here / "items" / index)
            for index, item in enumerate(as_list(component.get("items")))
        ]
        for holder, place in ((component, here), *items):
            for name in ("media", "file"):
                if address := as_text(as_object(holder.get(name)).get("url")):
                    yield address, place / name / "url"
