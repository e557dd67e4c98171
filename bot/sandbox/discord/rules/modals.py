"""What a modal may ask a person."""

from collections.abc import Mapping

from bot.sandbox.discord.rules.components import TEXT_DISPLAY, walk
from bot.sandbox.discord.rules.controls import (
    ACTION_ROW,
    COMPONENT,
    CUSTOM_ID,
    SELECT_RULES,
    TEXT_INPUT,
    Identities,
    check_picks,
)
from bot.sandbox.discord.rules.problems import Spot
from bot.sandbox.discord.rules.shapes import (
    JsonObject,
    Rule,
    as_number,
    as_object,
    as_objects,
    as_text,
    boolean,
    integer,
    many,
    one_of,
    ordered,
    record,
    tagged,
    text,
)

LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
MAX_INPUT = 4000


def _input(
    fields: Mapping[str, Rule], *required: str, low: str = "min_values", high: str = "max_values"
) -> Rule:
    common: Mapping[str, Rule] = {**COMPONENT, "custom_id": CUSTOM_ID, "required": boolean}
    return record(
        {**common, **fields}, required=("custom_id", *required), also=[ordered(low, high), check_picks]
    )


_TEXT_INPUT_FIELDS: Mapping[str, Rule] = {
    "style": one_of(1, 2),
    "value": text(maximum=MAX_INPUT),
    "label": text(maximum=0),  # the Label around it has one; discord.py sends null
    "placeholder": text(maximum=100),
    "min_length": integer(0, MAX_INPUT),
    "max_length": integer(1, MAX_INPUT),
}
_LABELLED_TEXT_INPUT = _input(_TEXT_INPUT_FIELDS, "style", low="min_length", high="max_length")
_LONE_TEXT_INPUT = _input(
    {**_TEXT_INPUT_FIELDS, "label": text(1, 45)}, "style", "label", low="min_length", high="max_length"
)
_COUNTS: Mapping[str, Rule] = {"min_values": integer(0, 10), "max_values": integer(1, 10)}
_BOX = record(
    {"label": text(1, 100), "value": text(1, 100), "description": text(maximum=100), "default": boolean},
    required=["label", "value"],
)

_LABEL = record(
    {
        **COMPONENT,
        "label": text(1, 45),
        "description": text(maximum=100),
        "component": tagged(
            {
                TEXT_INPUT: _LABELLED_TEXT_INPUT,
                **SELECT_RULES,
                FILE_UPLOAD: _input(_COUNTS),
                RADIO_GROUP: _input({"options": many(_BOX, 2, 10)}, "options"),
                CHECKBOX_GROUP: _input({**_COUNTS, "options": many(_BOX, 1, 10)}, "options"),
                CHECKBOX: _input({"default": boolean}),
            }
        ),
    },
    required=["label", "component"],
)
_ROW = record(
    {**COMPONENT, "components": many(tagged({TEXT_INPUT: _LONE_TEXT_INPUT}), 1, 1)}, required=["components"]
)
_TEXT = record({**COMPONENT, "content": text(1, MAX_INPUT)}, required=["content"])


def _fields_fit(modal: JsonObject, spot: Spot) -> None:
    identities = Identities()
    for component, here in walk(modal.get("components"), spot / "components"):
        identities.check(component, here)
        if field := as_object(component.get("component")):
            identities.check(field, here / "component")
            _field_is_usable(field, here / "component")


def _field_is_usable(field: JsonObject, spot: Spot) -> None:
    if as_number(field.get("min_values")) == 0 and field.get("required") is not False:
        # https://github.com/discord/discord-api-docs/pull/8177
        (spot / "min_values").report("NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.")
    if field.get("disabled") is True:
        (spot / "disabled").report("BASE_TYPE_CHOICES", "Value must be one of (False).")
    value, longest = as_text(field.get("value")), as_number(field.get("max_length"))
    if longest is not None and len(value) > longest:
        (spot / "value").report("BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")
    on = sum(option.get("default") is True for option in as_objects(field.get("options")))
    if on > 1 and field.get("type") == RADIO_GROUP:
        (spot / "options").report("BASE_TYPE_MAX_LENGTH", "Only one option may be selected by default")


MODAL = record(
    {
        "custom_id": CUSTOM_ID,
        "title": text(1, 45),
        "components": many(tagged({ACTION_ROW: _ROW, TEXT_DISPLAY: _TEXT, LABEL: _LABEL}), 1, 5),
    },
    required=["custom_id", "title", "components"],
    also=[_fields_fit],
)
"""The ``data`` of a modal callback."""
