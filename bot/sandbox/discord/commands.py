"""The application's commands as it registered them, globally and for single guilds."""

from collections import defaultdict
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from msgspec import Struct

from bot.sandbox.discord import errors
from bot.sandbox.discord.clock import Clock
from bot.sandbox.discord.creates import Creates
from bot.sandbox.discord.errors import Refused
from bot.sandbox.discord.rules import MAX_COMMANDS, TOO_MANY_COMMANDS
from bot.sandbox.discord.snowflakes import Snowflakes
from bot.sandbox.discord.wire import Json

_LOCALISED = ("name_localizations", "description_localizations")


class CommandType(IntEnum):
    CHAT_INPUT = 1
    USER = 2
    MESSAGE = 3
    PRIMARY_ENTRY_POINT = 4


class OptionType(IntEnum):
    SUB_COMMAND = 1
    SUB_COMMAND_GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


class Option(Struct, frozen=True):
    body: Json

    @property
    def name(self) -> str:
        return self.body["name"]

    @property
    def type(self) -> OptionType:
        return OptionType(self.body["type"])

    @property
    def description(self) -> str:
        return self.body.get("description", "")

    @property
    def required(self) -> bool:
        return bool(self.body.get("required"))

    @property
    def autocomplete(self) -> bool:
        return bool(self.body.get("autocomplete"))

    @property
    def names(self) -> frozenset[str]:
        """In every language."""
        return _names(self.body)

    @property
    def options(self) -> "tuple[Option, ...]":
        return tuple(Option(each) for each in self.body.get("options") or ())

    @property
    def choices(self) -> tuple[Json, ...]:
        return tuple(self.body.get("choices") or ())


class Command(Struct, frozen=True):
    """``sent`` is what the application registered; the rest is what registering added."""

    id: int
    application_id: int
    version: int
    guild_id: int | None
    sent: Json

    @property
    def name(self) -> str:
        return self.sent["name"]

    @property
    def type(self) -> CommandType:
        return CommandType(self.sent.get("type") or 1)

    @property
    def names(self) -> frozenset[str]:
        """In every language."""
        return _names(self.sent)

    @property
    def description(self) -> str:
        return self.sent.get("description") or ""

    @property
    def options(self) -> tuple[Option, ...]:
        return tuple(Option(each) for each in self.sent.get("options") or ())

    @property
    def adults_only(self) -> bool:
        return bool(self.sent.get("nsfw"))

    @property
    def default_permissions(self) -> int | None:
        """Bits that a member needs; None: everybody may."""
        bits = self.sent.get("default_member_permissions")
        return None if bits is None else int(bits)

    @property
    def contexts(self) -> frozenset[int]:
        """Where it may be used: 0 guilds, 1 direct messages with the bot, 2 other private channels."""
        sent = self.sent.get("contexts")
        if self.guild_id is not None:
            return frozenset({0})
        if sent is not None:
            return frozenset(sent)
        return frozenset({0} if self.sent.get("dm_permission") is False else {0, 1})

    @property
    def integrations(self) -> frozenset[int]:
        """By whom the bot must have been installed: 0 the guild, 1 the person."""
        return frozenset(self.sent.get("integration_types") or {0})

    def to_json(self, *, with_localisations: bool = True) -> Json:
        body: Json = {
            "name_localizations": None,
            "description_localizations": None,
            "nsfw": False,
            "default_member_permissions": None,
            **self.sent,
            "id": str(self.id),
            "application_id": str(self.application_id),
            "version": str(self.version),
            "type": int(self.type),
            "description": self.description,
        }
        if body.get("contexts") is None and self.guild_id is None:
            body["contexts"] = None
        if body.get("integration_types") is None:
            body["integration_types"] = [0]
        if body["default_member_permissions"] is not None:
            body["default_member_permissions"] = str(body["default_member_permissions"])
        if self.guild_id is not None:
            body["guild_id"] = str(self.guild_id)
        return body if with_localisations else _without_localisations(body)


class Commands:
    """A scope is a guild's id, or None for the commands that are everywhere."""

    def __init__(self, application_id: int, snowflakes: Snowflakes, clock: Clock) -> None:
        self._application_id = application_id
        self._snowflakes = snowflakes
        self._scopes: defaultdict[int | None, dict[int, Command]] = defaultdict(dict)
        self._created: defaultdict[int | None, Creates] = defaultdict(lambda: Creates(clock))

    def listed(self, scope: int | None = None) -> tuple[Command, ...]:
        return tuple(self._scopes[scope].values())

    def usable_in(self, guild_id: int | None) -> tuple[Command, ...]:
        everywhere = self.listed(None)
        return everywhere if guild_id is None else (*self.listed(guild_id), *everywhere)

    def get(self, scope: int | None, command_id: int) -> Command:
        found = self._scopes[scope].get(command_id)
        if found is None:
            raise Refused.because(errors.UNKNOWN_COMMAND)
        return found

    def overwrite(self, scope: int | None, bodies: list[Json]) -> tuple[Command, ...]:
        """Exactly these from now on; who keeps type and name keeps its id, and its version if nothing changed."""
        before = self._by_key(scope)
        self._created[scope].count(sum(_key(body) not in before for body in bodies))
        after = [self._merged(scope, body, before.get(_key(body))) for body in bodies]
        self._scopes[scope] = {command.id: command for command in after}
        return tuple(after)

    def create(self, scope: int | None, body: Json) -> tuple[Command, bool]:
        """The command, and whether it is new: the same type and name replaces the one there is."""
        there, key = self._by_key(scope), _key(body)
        before = there.get(key)
        if before is None:
            if sum(kind == key[0] for kind, _ in there) >= MAX_COMMANDS[key[0]]:
                raise Refused.because(TOO_MANY_COMMANDS)
            self._created[scope].count(1)
        command = self._merged(scope, body, before)
        self._scopes[scope][command.id] = command
        return command, before is None

    def change(self, scope: int | None, command_id: int, body: Mapping[str, Any]) -> Command:
        before = self.get(scope, command_id)
        command = self._merged(scope, {**before.sent, **body}, before)
        self._scopes[scope][command.id] = command
        return command

    def forgotten(self, name: str) -> Json:
        """A slash command that is not registered any more, as a client names it that has not heard of that."""
        return {"id": str(self._snowflakes.next()), "name": name, "type": int(CommandType.CHAT_INPUT)}

    def remove(self, scope: int | None, command_id: int) -> None:
        del self._scopes[scope][self.get(scope, command_id).id]

    def _by_key(self, scope: int | None) -> dict[tuple[int, str], Command]:
        return {_key(command.sent): command for command in self.listed(scope)}

    def _merged(self, scope: int | None, body: Json, before: Command | None) -> Command:
        sent = {key: value for key, value in body.items() if key != "id"}
        if before is not None and before.sent == sent:
            return before
        return Command(
            id=before.id if before else self._snowflakes.next(),
            application_id=self._application_id,
            version=self._snowflakes.next(),
            guild_id=scope,
            sent=sent,
        )


def _key(body: Json) -> tuple[int, str]:
    return int(body.get("type") or 1), body["name"]


def _names(body: Json) -> frozenset[str]:
    localised: dict[str, str] = body.get("name_localizations") or {}
    return frozenset({body["name"], *localised.values()})


def _without_localisations(body: Json) -> Json:
    plain = {key: value for key, value in body.items() if key not in _LOCALISED}
    for key in ("options", "choices"):
        if key in plain:
            plain[key] = [_without_localisations(each) for each in plain[key]]
    return plain
