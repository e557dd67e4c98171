"""A few words in which to write down what a request may contain: texts, numbers, lists, closed objects.

A :data:`Rule` looks at one value and reports at its spot. ``null`` is as good as absent, as it is to Discord. Knows
nothing of commands or messages. The codes are Discord's as far as they could be learnt. ``UNKNOWN_FIELD`` is not:
Discord drops a misspelt field without a word, and a bot's author never learns why it had no effect.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias, cast

from bot.sandbox.discord.rules.problems import Spot

JsonObject: TypeAlias = Mapping[str, object]
Rule: TypeAlias = Callable[[object, Spot], None]
Check: TypeAlias = Callable[[JsonObject, Spot], None]

INT53 = 2**53
_SNOWFLAKE_DIGITS = 20


def as_object(value: object) -> JsonObject:
    """The value if it is an object, else an empty one: whoever asks has had the wrong type reported already."""
    return cast("JsonObject", value) if isinstance(value, dict) else {}


def as_list(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def as_objects(value: object) -> Sequence[JsonObject]:
    return [as_object(item) for item in as_list(value)]


def as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def as_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def as_id(value: object) -> int | None:
    """The id that a text or a number means."""
    digits = str(value) if as_number(value) is not None else as_text(value)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _SNOWFLAKE_DIGITS):
        return None
    return int(digits)


def anything(_value: object, _spot: Spot) -> None:
    """What Discord accepts and ignores."""


def boolean(value: object, spot: Spot) -> None:
    if not isinstance(value, bool):
        spot.report("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def snowflake(value: object, spot: Spot) -> None:
    """An id as text; as a number too, which the documentation allows and discord.py sends."""
    if as_id(value) is None:
        spot.report("NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def text(minimum: int = 0, maximum: int | None = None) -> Rule:
    def rule(value: object, spot: Spot) -> None:
        if not isinstance(value, str):
            spot.report("STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif minimum and not value:
            spot.missing()
        elif minimum and maximum and not minimum <= len(value) <= maximum:
            spot.report("BASE_TYPE_BAD_LENGTH", f"Must be between {minimum} and {maximum} in length.")
        elif maximum is not None and len(value) > maximum:
            spot.report("BASE_TYPE_MAX_LENGTH", f"Must be {maximum} or fewer in length.")

    return rule


def url(maximum: int = 2048, schemes: Sequence[str] = ("http", "https")) -> Rule:
    length = text(1, maximum)

    def rule(value: object, spot: Spot) -> None:
        length(value, spot)
        scheme, _, rest = as_text(value).partition("://")
        if value and scheme.lower() not in schemes:
            spot.report(
                "URL_TYPE_INVALID_SCHEME",
                f'Scheme "{scheme}" is not supported. Scheme must be one of {tuple(schemes)}.',
            )
        elif value and not rest:
            spot.report("URL_TYPE_INVALID_URL", "Not a well formed URL.")

    return rule


def moment(value: object, spot: Spot) -> None:
    try:
        datetime.fromisoformat(as_text(value))
    except ValueError:
        spot.report("DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


def integer(minimum: int = -INT53, maximum: int = INT53) -> Rule:
    def rule(value: object, spot: Spot) -> None:
        if (number := as_number(value)) is None:
            spot.report("NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        else:
            _within(number, minimum, maximum, spot)

    return rule


def number(minimum: float = -INT53, maximum: float = INT53) -> Rule:
    def rule(value: object, spot: Spot) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            spot.report("NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')
        else:
            _within(value, minimum, maximum, spot)

    return rule


def _within(value: float, minimum: float, maximum: float, spot: Spot) -> None:
    kind = "int" if isinstance(value, int) else "float"
    if value < minimum:
        spot.report("NUMBER_TYPE_MIN", f"{kind} value should be greater than or equal to {minimum}.")
    elif value > maximum:
        spot.report("NUMBER_TYPE_MAX", f"{kind} value should be less than or equal to {maximum}.")


def one_of(*allowed: str | int) -> Rule:
    def rule(value: object, spot: Spot) -> None:
        if isinstance(value, bool) or value not in allowed:
            spot.report("BASE_TYPE_CHOICES", f"Value must be one of ({', '.join(map(str, allowed))}).")

    return rule


def many(item: Rule, minimum: int = 0, maximum: int | None = None) -> Rule:
    def rule(value: object, spot: Spot) -> None:
        if not isinstance(value, list):
            spot.report("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        items = as_list(cast("object", value))
        if minimum and maximum and not minimum <= len(items) <= maximum:
            spot.report("BASE_TYPE_BAD_LENGTH", f"Must be between {minimum} and {maximum} in length.")
        elif maximum is not None and len(items) > maximum:
            spot.report("BASE_TYPE_MAX_LENGTH", f"Must be {maximum} or fewer in length.")
        for index, each in enumerate(items):
            item(each, spot / index)

    return rule


def localisations(item: Rule, locales: Collection[str]) -> Rule:
    def rule(value: object, spot: Spot) -> None:
        for locale, translated in as_object(value).items():
            if locale not in locales:
                (spot / locale).report(
                    "BASE_TYPE_CHOICES", f"Value must be one of ({', '.join(sorted(locales))})."
                )
            else:
                item(translated, spot / locale)

    return rule


def record(fields: Mapping[str, Rule], *, required: Collection[str] = (), also: Sequence[Check] = ()) -> Rule:
    """A closed object: these fields, no others; ``also`` are the checks that look at several fields at once."""

    def rule(value: object, spot: Spot) -> None:
        if not isinstance(value, dict):
            spot.report("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
            return
        given = as_object(cast("object", value))
        for name, inner in given.items():
            if name not in fields:
                (spot / name).report("UNKNOWN_FIELD", "This field is not known here.")
            elif inner is not None:
                fields[name](inner, spot / name)
        for name in required:
            if given.get(name) is None:
                (spot / name).missing()
        for check in also:
            check(given, spot)

    return rule


def tagged(branches: Mapping[int, Rule]) -> Rule:
    """An object whose ``type`` says what else it holds."""

    def rule(value: object, spot: Spot) -> None:
        kind = as_number(as_object(value).get("type"))
        if not isinstance(value, dict):
            spot.report("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        elif kind is None:
            (spot / "type").missing()
        elif kind not in branches:
            allowed = ", ".join(map(str, branches))
            (spot / "type").report("UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({allowed}).')
        else:
            branches[kind](cast("object", value), spot)

    return rule


def ordered(low: str, high: str) -> Check:
    """``low`` must not be greater than ``high`` where both are given."""

    def check(given: JsonObject, spot: Spot) -> None:
        smaller, greater = given.get(low), given.get(high)
        if isinstance(smaller, int | float) and isinstance(greater, int | float) and smaller > greater:
            (spot / low).report("NUMBER_TYPE_MAX", f"int value should be less than or equal to {greater}.")

    return check
