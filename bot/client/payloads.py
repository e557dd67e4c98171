"""What Discord is told of a command, and when two tellings are the same."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from discord import app_commands

AnyCommand: TypeAlias = "app_commands.Command[Any, ..., Any] | app_commands.Group"
"""A slash command, or one that has others in it."""
InMenu: TypeAlias = app_commands.ContextMenu
AnyOfBoth: TypeAlias = "app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu"
AnyTree: TypeAlias = "app_commands.CommandTree[Any]"
Payload: TypeAlias = "dict[str, Any]"

ENTRY_POINT = 4
FILE_TYPES = "file_types"
"""In a command's ``extras``: option → which files Discord lets people attach to it, families or ``.ext``.

discord.py 2.7 does not know the field of that name, which Discord has since August 2026. It goes by the file's name
alone, so that it helps people to choose and protects from nothing:
https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-structure
"""


_GLOBAL_ONLY = frozenset({"contexts", "integration_types", "dm_permission"})
"""Fields that Discord knows of global commands only."""
_COMPARED = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "type",
    "options",
    "nsfw",
    "contexts",
    "integration_types",
    "default_member_permissions",
)
_OPTION_COMPARED = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "type",
    "required",
    "choices",
    "autocomplete",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "file_types",
    "options",
)


async def told_of(tree: AnyTree, command: AnyOfBoth, *, in_guild: bool = False) -> Payload:
    """What Discord is told of a command, in all languages; ``in_guild``: of one that a single guild has."""
    if tree.translator is None:
        raise AssertionError("the translator is set at login")
    payload = _with_file_types(command, await command.get_translated_payload(tree, tree.translator))
    return {key: value for key, value in payload.items() if not (in_guild and key in _GLOBAL_ONLY)}


def _with_file_types(command: AnyOfBoth, payload: Payload) -> Payload:
    """The payload of the command, with the field that discord.py does not write."""
    if "options" not in payload:
        return payload
    by_option = cast("Mapping[str, Sequence[str]]", command.extras.get(FILE_TYPES, {}))
    options = [
        {**option, "file_types": list(by_option[option["name"]])} if option["name"] in by_option else option
        for option in payload["options"]
    ]
    return {**payload, "options": options}


def sendable(payload: Payload) -> Payload:
    """A command as Discord told it, without what only Discord may say."""
    return {key: payload[key] for key in (*_COMPARED, "id", "handler") if payload.get(key) is not None}


def comparable(payloads: Sequence[Payload], *, in_guild: bool = False) -> Mapping[str, Payload]:
    """Commands by name, with only what we decide and Discord keeps, and nothing that equals Discord's default."""
    compared = [key for key in _COMPARED if not (in_guild and key in _GLOBAL_ONLY)]
    return {
        payload["name"]: _told(payload, compared)
        for payload in payloads
        if payload.get("type") != ENTRY_POINT
    }


def _told(payload: Payload, keys: Sequence[str]) -> Payload:
    told = {key: payload[key] for key in keys if payload.get(key)}
    told |= {key: payload[key] for key in ("min_value", "max_value", "min_length") if payload.get(key) == 0}
    if "options" in told:
        told["options"] = [_told(option, _OPTION_COMPARED) for option in told["options"]]
    if "choices" in told:
        told["choices"] = [
            _told(choice, ("name", "name_localizations", "value")) for choice in told["choices"]
        ]
    if "default_member_permissions" in told:
        told["default_member_permissions"] = str(told["default_member_permissions"])
    for key in ("contexts", "integration_types"):
        if key in told:
            told[key] = sorted(told[key])
    return told
