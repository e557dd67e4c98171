"""What an application may register as its commands: one, or all at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.sandbox.discord.rules.names import LOCALES, menu_name, slash_name
from bot.sandbox.discord.rules.options import DESCRIPTION, OPTIONS, check_siblings
from bot.sandbox.discord.rules.problems import TOO_MANY_COMMANDS, Problems, Spot
from bot.sandbox.discord.rules.shapes import (
    JsonObject,
    Rule,
    as_number,
    as_object,
    as_objects,
    as_text,
    boolean,
    integer,
    localisations,
    many,
    one_of,
    record,
    snowflake,
    text,
)

CHAT_INPUT, USER, MESSAGE, PRIMARY_ENTRY_POINT = 1, 2, 3, 4
MAX_COMMANDS = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15, PRIMARY_ENTRY_POINT: 1}
MAX_AT_ONCE = 130
"""In a list, whatever their types: https://github.com/chenhg5/cc-connect/issues/504 has seen both limits."""
MAX_CHARACTERS = 8000
"""Names, descriptions and choices of one command and all its options, each in its longest language."""


def check_commands(payload: object, *, in_guild: bool = False) -> Problems:
    """Judge the list that is to replace all commands of an application (in one guild, or everywhere)."""
    problems = Problems()
    spot = Spot(problems)

    def one(command: object, here: Spot) -> None:
        _check_command(command, here, in_guild=in_guild, partial=False)

    many(one, maximum=MAX_AT_ONCE)(payload, spot)
    _check_together(as_objects(payload), spot)
    return problems


def check_command(payload: object, *, in_guild: bool = False, partial: bool = False) -> Problems:
    """Judge a single command; ``partial``: a change of one, what is absent stays as it was."""
    problems = Problems()
    _check_command(payload, Spot(problems), in_guild=in_guild, partial=partial)
    return problems


def _permissions(value: object, spot: Spot) -> None:
    """A bit set; the documentation wants text, discord.py sends a number, Discord takes both."""
    snowflake(value, spot)


_COMMON: Mapping[str, Rule] = {
    "id": snowflake,
    "type": one_of(*MAX_COMMANDS),
    "default_member_permissions": _permissions,
    "dm_permission": boolean,
    "nsfw": boolean,
    "contexts": many(one_of(0, 1, 2)),
    "integration_types": many(one_of(0, 1), 1, 2),
    "handler": one_of(1, 2),
}
_SLASH: Mapping[str, Rule] = {
    **_COMMON,
    "name": slash_name,
    "name_localizations": localisations(slash_name, LOCALES),
    "description": DESCRIPTION,
    "description_localizations": localisations(DESCRIPTION, LOCALES),
    "options": OPTIONS,
}
_MENU: Mapping[str, Rule] = {
    **_COMMON,
    "name": menu_name,
    "name_localizations": localisations(menu_name, LOCALES),
    "description": text(maximum=0),
    "description_localizations": localisations(text(maximum=0), LOCALES),
    "options": many(integer(), maximum=0),
}


def _check_command(command: object, spot: Spot, *, in_guild: bool, partial: bool) -> None:
    given = as_object(command)
    slash = _kind(given) in {CHAT_INPUT, PRIMARY_ENTRY_POINT}
    required = [] if partial else ["name", "description"] if slash else ["name"]
    record(_SLASH if slash else _MENU, required=required, also=[check_siblings, _check_size])(command, spot)
    if in_guild:
        for name in ("contexts", "integration_types"):
            if given.get(name) is not None:
                (spot / name).report("UNKNOWN_FIELD", "This field is for global commands only.")


def _check_size(command: JsonObject, spot: Spot) -> None:
    if sum(_sizes(command)) > MAX_CHARACTERS:
        spot.report("APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MAX_CHARACTERS})")


def _sizes(part: JsonObject) -> Iterator[int]:
    for name in ("name", "description"):
        translations = as_object(part.get(f"{name}_localizations")).values()
        yield max(len(as_text(each)) for each in (part.get(name), *translations))
    value = part.get("value")
    yield 0 if value is None else len(str(value))
    for inner in (*as_objects(part.get("options")), *as_objects(part.get("choices"))):
        yield from _sizes(inner)


def _check_together(commands: Sequence[JsonObject], spot: Spot) -> None:
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        identity = (_kind(command), as_text(command.get("name")))
        if identity in seen:
            (spot / index).report(
                "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )
        seen.add(identity)
    counts = Counter(map(_kind, commands))
    if any(counts[kind] > most for kind, most in MAX_COMMANDS.items()):
        spot.problems.refuse(TOO_MANY_COMMANDS)


def _kind(command: JsonObject) -> int:
    return as_number(command.get("type")) or CHAT_INPUT
