"""The commands of a channel as the picker offers them: every one, and why one cannot be used here."""

from bot.sandbox.discord import Channel, Person
from bot.sandbox.discord.commands import Command, CommandType
from bot.sandbox.discord.wire import Json

_MENUS = {CommandType.MESSAGE: "message", CommandType.USER: "user"}


def offered(person: Person, channel: Channel) -> Json:
    slash = [
        {**command.to_json(), "refusal": refusal}
        for command, refusal in person.offered(channel)
        if command.type is CommandType.CHAT_INPUT
    ]
    return {"channel": str(channel.id), "slash": slash, **_menus(person, channel)}


def _menus(person: Person, channel: Channel) -> dict[str, list[Json]]:
    return {
        place: [_entry(command) for command in person.commands(channel, kind)]
        for kind, place in _MENUS.items()
    }


def _entry(command: Command) -> Json:
    return {"name": command.name, "name_localizations": command.sent.get("name_localizations")}
