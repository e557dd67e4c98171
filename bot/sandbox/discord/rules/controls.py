"""The components that a person can operate: buttons and selects. What messages and modals have in common."""

from collections.abc import Mapping

from bot.sandbox.discord.rules.problems import Spot
from bot.sandbox.discord.rules.shapes import (
    JsonObject,
    Rule,
    as_list,
    as_number,
    as_objects,
    as_text,
    boolean,
    integer,
    many,
    one_of,
    ordered,
    record,
    snowflake,
    text,
    url,
)

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)

LINK, PREMIUM = 5, 6
MAX_SELECTED = 25

CUSTOM_ID = text(1, 100)
COMPONENT: Mapping[str, Rule] = {"type": integer(), "id": integer(0, 2**31 - 1)}

_KEYCAP = "\u20e3"
_EARLIEST_EMOJI = "\u203c"
"""All but © and ®, and the digits in keycaps, come later."""


def _is_an_emoji(emoji: JsonObject, spot: Spot) -> None:
    """Without an id it is no custom one, and a name such as ``fox`` stands for nothing."""
    name = as_text(emoji.get("name"))
    if emoji.get("id") is not None:
        return
    is_known = name.endswith(_KEYCAP) or all(each >= _EARLIEST_EMOJI or each in "©®\u200d" for each in name)
    if not name or not is_known:
        (spot / "name").report("BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


# Animated custom emojis say so themselves in discord.py; an id of null is a Unicode emoji.
EMOJI = record({"id": snowflake, "name": text(maximum=32), "animated": boolean}, also=[_is_an_emoji])


def _leads_somewhere(button: JsonObject, spot: Spot) -> None:
    """Exactly one of custom_id, url and sku_id, as the style wants; and something to read on it."""
    style = as_number(button.get("style"))
    wanted = {LINK: "url", PREMIUM: "sku_id"}.get(style or 0, "custom_id")
    given = [name for name in ("custom_id", "url", "sku_id") if button.get(name) is not None]
    if wanted not in given:
        (spot / wanted).missing()
    if {"custom_id", "url"} <= set(given):
        spot.report(
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
            "A custom id and url cannot both be specified",
        )
    elif surplus := [name for name in given if name != wanted]:
        (spot / surplus[0]).report("UNKNOWN_FIELD", f"A button of style {style} has no {surplus[0]}.")
    if not button.get("label") and not button.get("emoji") and style != PREMIUM:
        spot.report("BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji")


BUTTON_RULE = record(
    {
        **COMPONENT,
        "style": one_of(1, 2, 3, 4, LINK, PREMIUM),
        "label": text(maximum=80),
        "emoji": EMOJI,
        "custom_id": CUSTOM_ID,
        "url": url(512, schemes=("http", "https", "discord")),
        "sku_id": snowflake,
        "disabled": boolean,
    },
    required=["style"],
    also=[_leads_somewhere],
)


def check_picks(group: JsonObject, spot: Spot) -> None:
    """Options of a select or of a group of boxes: values differ, and as many can be picked as are asked for."""
    options = as_objects(group.get("options"))
    values: set[str] = set()
    for index, option in enumerate(options):
        if (value := as_text(option.get("value"))) in values:
            (spot / "options" / index).report(
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
            )
        values.add(value)
    for name in ("min_values", "max_values"):
        wanted = as_number(group.get(name))
        if options and wanted is not None and wanted > len(options):
            (spot / name).report(
                "NUMBER_TYPE_MAX", f"int value should be less than or equal to {len(options)}."
            )


def _defaults_fit(select: JsonObject, spot: Spot) -> None:
    most = as_number(select.get("max_values"))
    chosen = sum(option.get("default") is True for option in as_objects(select.get("options")))
    listed = len(as_list(select.get("default_values")))
    chosen += listed
    least = as_number(select.get("min_values"))
    if 0 < listed < (1 if least is None else least):
        (spot / "default_values").report("BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")
    if chosen > (1 if most is None else most):
        spot.report(
            "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
            f"At most {most or 1} values may be selected by default",
        )


_PICK = record(
    {
        "label": text(1, 100),
        "value": text(1, 100),
        "description": text(maximum=100),
        "default": boolean,
        "emoji": EMOJI,
    },
    required=["label", "value"],
)


def _select(more: Mapping[str, Rule], *, required: tuple[str, ...] = ()) -> Rule:
    fields: dict[str, Rule] = {
        **COMPONENT,
        "custom_id": CUSTOM_ID,
        "placeholder": text(maximum=150),
        "min_values": integer(0, MAX_SELECTED),
        "max_values": integer(1, MAX_SELECTED),
        "disabled": boolean,
        "required": boolean,
        **more,
    }
    across = [ordered("min_values", "max_values"), check_picks, _defaults_fit]
    return record(fields, required=("custom_id", *required), also=across)


def _defaults(*kinds: str) -> Rule:
    default = record({"id": snowflake, "type": one_of(*kinds)}, required=["id", "type"])
    return many(default, maximum=MAX_SELECTED)


SELECT_RULES: Mapping[int, Rule] = {
    STRING_SELECT: _select({"options": many(_PICK, 1, MAX_SELECTED)}, required=("options",)),
    USER_SELECT: _select({"default_values": _defaults("user")}),
    ROLE_SELECT: _select({"default_values": _defaults("role")}),
    MENTIONABLE_SELECT: _select({"default_values": _defaults("user", "role")}),
    CHANNEL_SELECT: _select({"default_values": _defaults("channel"), "channel_types": many(integer(0, 16))}),
}


class Identities:
    """The ids seen in one message or modal so far: none may come twice."""

    def __init__(self) -> None:
        self._custom_ids: set[str] = set()
        self._ids: set[int] = set()

    def check(self, component: JsonObject, spot: Spot) -> None:
        if custom_id := as_text(component.get("custom_id")):
            if custom_id in self._custom_ids:
                (spot / "custom_id").report(
                    "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
                )
            self._custom_ids.add(custom_id)
        if number := as_number(component.get("id")):
            if number in self._ids:
                (spot / "id").report("COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            self._ids.add(number)
