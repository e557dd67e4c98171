"""Option values as a person's client checks them before sending, and as the interaction then carries them."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.sandbox.discord.attachments import AttachmentStore, content_type_of
from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.command_line import Chosen, NotSent
from bot.sandbox.discord.commands import Option, OptionType
from bot.sandbox.discord.guilds import Role
from bot.sandbox.discord.resolved import Resolved
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Json, Upload
from bot.sandbox.discord.world import World

_WIDEST = 2**53
_LONGEST = 6000
_Thing = TypeVar("_Thing", User, Channel, Role)
_MARKUP = re.compile(r"<(?:@!?|@&|#)(\d+)>|(\d+)")


class Filling:
    """Checks and converts the values of one command that one person gives in one channel."""

    def __init__(
        self,
        world: World,
        attachments: AttachmentStore,
        channel: Channel,
        person: User,
        *,
        upload_limit_bytes: int,
    ) -> None:
        self._world = world
        self._attachments = attachments
        self._upload_limit_bytes = upload_limit_bytes
        self._channel = channel
        self._person = person
        self.resolved = Resolved(world, channel)

    def fill(self, chosen: Chosen, *, focused: str | None = None) -> list[Json]:
        """The ``options`` of the interaction.

        While a person still types into ``focused``, nothing is missing yet, and what is wrong elsewhere is left out.
        """
        unknown = sorted(set(chosen.values) - {option.name for option in chosen.options})
        if unknown:
            raise NotSent("the command has no such option", unknown[0])
        filled: list[Json] = []
        for option in chosen.options:
            if option.name == focused:
                typed = str(chosen.values.get(option.name, ""))
                filled.append(_entry(option, typed) | {"focused": True})
            elif option.name in chosen.values:
                filled += self._filled(option, chosen.values[option.name], lenient=focused is not None)
            elif option.required and focused is None:
                raise NotSent("this option is required", option.name)
        for branch in reversed(chosen.path):
            filled = [{"type": int(branch.type), "name": branch.name, "options": filled}]
        return filled

    def _filled(self, option: Option, value: object, *, lenient: bool) -> list[Json]:
        try:
            return [_entry(option, self.value_of(option, value))]
        except NotSent:
            if lenient:
                return []
            raise

    def value_of(self, option: Option, value: object) -> object:
        match option.type:
            case OptionType.STRING:
                return _text(option, value)
            case OptionType.INTEGER | OptionType.NUMBER:
                return _number(option, value)
            case OptionType.BOOLEAN:
                return boolean(value, option.name)
            case OptionType.ATTACHMENT:
                return self._attachment(option, value)
            case OptionType.USER:
                return self.resolved.add_user(self._user(option, value))
            case OptionType.CHANNEL:
                return self.resolved.add_channel(self._place(option, value), self._person)
            case OptionType.ROLE:
                return self.resolved.add_role(self._role(option, value))
            case OptionType.MENTIONABLE:
                return self._mentionable(option, value)
            case _:
                raise NotSent(f"a value of type {option.type.name} cannot be given", option.name)

    def _attachment(self, option: Option, value: object) -> str:
        if not isinstance(value, Upload):
            raise NotSent("give a file", option.name)
        upload = value
        _check_file_type(option, upload.filename)
        if len(upload.content) > self._upload_limit_bytes:
            raise NotSent(f"the file is larger than {self._upload_limit_bytes} bytes", option.name)
        found = self._attachments.add(upload, folder_id=self._channel.id, ephemeral=True)
        return self.resolved.add_attachment(found.id, found.to_json())

    def _user(self, option: Option, value: object) -> User:
        return value if isinstance(value, User) else _named(option, value, self._users(), _user_names)

    def _users(self) -> Sequence[User]:
        guild = self._world.guild_of(self._channel)
        if guild is None:
            return [self._person, self._world.bot]
        return [member.user for member in guild.members.values()]

    def _place(self, option: Option, value: object) -> Channel:
        guild = self._world.guild_of(self._channel)
        channels = list(guild.channels_by_id.values()) if guild else []
        found = (
            value
            if isinstance(value, Channel)
            else _named(option, value, channels, lambda channel: {channel.name, f"#{channel.name}"})
        )
        allowed = option.body.get("channel_types") or ()
        if allowed and found.kind not in allowed:
            raise NotSent(f"#{found.name} is of another kind", option.name)
        return found

    def _role(self, option: Option, value: object) -> Role:
        guild = self._world.guild_of(self._channel)
        roles = list(guild.roles.values()) if guild else []
        if isinstance(value, Role):
            return value
        return _named(option, value, roles, lambda role: {role.name, f"@{role.name}"})

    def _mentionable(self, option: Option, value: object) -> str:
        try:
            return self.resolved.add_user(self._user(option, value))
        except NotSent:
            return self.resolved.add_role(self._role(option, value))


def _entry(option: Option, value: object) -> Json:
    return {"name": option.name, "type": int(option.type), "value": value}


def _chosen(option: Option, value: object) -> object:
    """Of a list of choices a person picks a name, and its value is sent."""
    for choice in option.choices:
        localised: dict[str, str] = choice.get("name_localizations") or {}
        if str(value) in {choice["name"], *localised.values(), str(choice["value"])}:
            return choice["value"]
    raise NotSent(f"choose one of: {', '.join(choice['name'] for choice in option.choices)}", option.name)


def _text(option: Option, value: object) -> object:
    if option.choices:
        return _chosen(option, value)
    text = str(value)
    shortest, longest = option.body.get("min_length") or 0, option.body.get("max_length") or _LONGEST
    if not text and option.required:
        raise NotSent("this option is required", option.name)
    if not shortest <= len(text) <= longest:
        raise NotSent(f"must be {shortest} to {longest} characters long", option.name)
    return text


def _number(option: Option, value: object) -> object:
    if option.choices:
        return _chosen(option, value)
    is_whole = option.type is OptionType.INTEGER
    try:
        number = int(str(value)) if is_whole else float(str(value))
    except ValueError as error:
        raise NotSent("must be a whole number" if is_whole else "must be a number", option.name) from error
    lowest, highest = option.body.get("min_value"), option.body.get("max_value")
    if number < (-_WIDEST if lowest is None else lowest):
        raise NotSent(f"must be at least {-_WIDEST if lowest is None else lowest}", option.name)
    if number > (_WIDEST if highest is None else highest):
        raise NotSent(f"must be at most {_WIDEST if highest is None else highest}", option.name)
    return number


def boolean(value: object, name: str) -> bool:
    match str(value).lower():
        case "true":
            return True
        case "false":
            return False
        case _:
            raise NotSent("must be true or false", name)


def _check_file_type(option: Option, filename: str) -> None:
    allowed: list[str] = option.body.get("file_types") or []
    family = (content_type_of(filename) or "").partition("/")[0]
    if allowed and family not in allowed and not filename.lower().endswith(tuple(allowed)):
        raise NotSent(f"must be a file of: {', '.join(allowed)}", option.name)


def _user_names(user: User) -> set[str]:
    return {user.username, f"@{user.username}", user.display_name, f"@{user.display_name}"}


def _named(
    option: Option, value: object, among: Sequence[_Thing], names: Callable[[_Thing], set[str]]
) -> _Thing:
    """By name, by id, or by the markup of a mention."""
    text = str(value)
    markup = _MARKUP.fullmatch(text)
    identity = int(markup[1] or markup[2]) if markup else None
    for thing in among:
        if thing.id == identity or text in names(thing):
            return thing
    raise NotSent(f"there is no {text}", option.name)
