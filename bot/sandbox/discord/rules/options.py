"""What an option of a slash command may be: eleven types, two of which hold options themselves."""

from collections.abc import Mapping, Sequence

from bot.sandbox.discord.rules.names import LOCALES, slash_name
from bot.sandbox.discord.rules.problems import Spot
from bot.sandbox.discord.rules.shapes import (
    INT53,
    JsonObject,
    Rule,
    as_list,
    as_number,
    as_objects,
    as_text,
    boolean,
    integer,
    localisations,
    many,
    number,
    one_of,
    ordered,
    record,
    tagged,
    text,
)

MAX_OPTIONS = 25
MAX_CHOICES = 25
MAX_CHOICE_TEXT = 100
MAX_FILE_TYPES = 10

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(
    1, 12
)
_CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)

DESCRIPTION = text(1, 100)
CHOICE_VALUES: Mapping[int, Rule] = {
    STRING: text(maximum=MAX_CHOICE_TEXT),
    INTEGER: integer(),
    NUMBER: number(),
}


def choices(kind: int) -> Rule:
    """The fixed choices of an option of this type, or the ones suggested while a person types."""
    choice = record(
        {
            "name": text(1, MAX_CHOICE_TEXT),
            "name_localizations": localisations(text(1, MAX_CHOICE_TEXT), LOCALES),
            "value": CHOICE_VALUES[kind],
        },
        required=["name", "value"],
    )
    return many(choice, maximum=MAX_CHOICES)


def check_siblings(owner: JsonObject, spot: Spot) -> None:
    """Options beside each other: names differ, required ones come first, subcommands stand alone."""
    options = as_objects(owner.get("options"))
    names: set[str] = set()
    optional_seen = False
    for index, option in enumerate(options):
        here = spot / "options" / index
        if (name := as_text(option.get("name"))) in names:
            here.report(
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                f"Option name {name} is already used in these options",
            )
        names.add(name)
        if option.get("required") is True and optional_seen:
            here.report(
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen |= option.get("required") is not True and as_number(option.get("type")) not in {
            SUBCOMMAND,
            GROUP,
        }
    if 0 < sum(as_number(option.get("type")) in {SUBCOMMAND, GROUP} for option in options) < len(options):
        (spot / "options").report(
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )


def _autocomplete_xor_choices(option: JsonObject, spot: Spot) -> None:
    if option.get("autocomplete") is True and as_list(option.get("choices")):
        (spot / "choices").report(
            "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_INVALID",
            "Autocomplete options cannot have fixed choices",
        )


def _file_type(value: object, spot: Spot) -> None:
    text(1, 32)(value, spot)
    if not as_text(value).startswith("."):
        one_of("image", "video", "audio")(value, spot)


def _option(more: Mapping[str, Rule] | None = None, *, checks: Sequence[tuple[str, str]] = ()) -> Rule:
    fields: dict[str, Rule] = {
        "type": integer(),
        "name": slash_name,
        "name_localizations": localisations(slash_name, LOCALES),
        "description": DESCRIPTION,
        "description_localizations": localisations(DESCRIPTION, LOCALES),
        "required": boolean,
        **(more or {}),
    }
    across = [_autocomplete_xor_choices, *(ordered(low, high) for low, high in checks)]
    if "options" in fields:
        across.append(check_siblings)
    return record(fields, required=["type", "name", "description"], also=across)


def _ranged(kind: int, low: str, high: str, lowest: Rule, highest: Rule) -> Rule:
    return _option(
        {"autocomplete": boolean, "choices": choices(kind), low: lowest, high: highest}, checks=[(low, high)]
    )


_VALUES: dict[int, Rule] = {
    STRING: _ranged(STRING, "min_length", "max_length", integer(0, 6000), integer(1, 6000)),
    INTEGER: _ranged(INTEGER, "min_value", "max_value", integer(), integer()),
    NUMBER: _ranged(NUMBER, "min_value", "max_value", number(-INT53, INT53), number(-INT53, INT53)),
    BOOLEAN: _option(),
    USER: _option(),
    CHANNEL: _option({"channel_types": many(one_of(*_CHANNEL_TYPES))}),
    ROLE: _option(),
    MENTIONABLE: _option(),
    ATTACHMENT: _option({"file_types": many(_file_type, maximum=MAX_FILE_TYPES)}),
}
_SUBCOMMAND = _option({"options": many(tagged(_VALUES), maximum=MAX_OPTIONS)})
_GROUP = _option({"options": many(tagged({SUBCOMMAND: _SUBCOMMAND}), maximum=MAX_OPTIONS)})

OPTIONS = many(tagged({SUBCOMMAND: _SUBCOMMAND, GROUP: _GROUP, **_VALUES}), maximum=MAX_OPTIONS)
