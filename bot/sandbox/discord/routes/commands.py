"""Registering application commands."""

from bot.sandbox.discord import errors
from bot.sandbox.discord.commands import Commands
from bot.sandbox.discord.errors import Refused, refuse_if
from bot.sandbox.discord.routing import NO_CONTENT, Answer, Call, Route
from bot.sandbox.discord.rules import check_command, check_commands
from bot.sandbox.discord.world import World

_EVERYWHERE = "/applications/{application_id}/commands"
_IN_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


class CommandRoutes:
    def __init__(self, world: World, commands: Commands) -> None:
        self._world = world
        self._commands = commands

    def routes(self) -> list[Route]:
        return [
            route
            for base in (_EVERYWHERE, _IN_GUILD)
            for route in (
                Route("GET", base, self.listed),
                Route("PUT", base, self.overwrite),
                Route("POST", base, self.create),
                Route("GET", base + "/{command_id}", self.single),
                Route("PATCH", base + "/{command_id}", self.change),
                Route("DELETE", base + "/{command_id}", self.remove),
            )
        ]

    def listed(self, call: Call) -> Answer:
        localised = call.flag("with_localizations")
        found = self._commands.listed(self._scope(call))
        return Answer(json=[command.to_json(with_localisations=localised) for command in found])

    def overwrite(self, call: Call) -> Answer:
        scope = self._scope(call)
        refuse_if(check_commands(call.body.json, in_guild=scope is not None))
        return Answer(json=[command.to_json() for command in self._commands.overwrite(scope, call.body.json)])

    def create(self, call: Call) -> Answer:
        scope = self._scope(call)
        refuse_if(check_command(call.body.json, in_guild=scope is not None))
        command, is_new = self._commands.create(scope, call.json)
        return Answer(201 if is_new else 200, command.to_json())

    def single(self, call: Call) -> Answer:
        return Answer(json=self._commands.get(self._scope(call), call.number("command_id")).to_json())

    def change(self, call: Call) -> Answer:
        scope = self._scope(call)
        command = self._commands.get(scope, call.number("command_id"))
        refuse_if(check_command(call.body.json, in_guild=scope is not None, partial=True))
        return Answer(json=self._commands.change(scope, command.id, call.json).to_json())

    def remove(self, call: Call) -> Answer:
        self._commands.remove(self._scope(call), call.number("command_id"))
        return NO_CONTENT

    def _scope(self, call: Call) -> int | None:
        if call.number("application_id") != self._world.application_id:
            raise Refused.because(errors.UNKNOWN_APPLICATION)
        if "guild_id" not in call.params:
            return None
        guild_id = call.number("guild_id")
        guild = self._world.guilds.get(guild_id)
        if guild is None or not self._world.is_joined(guild):
            raise Refused.because(errors.MISSING_ACCESS)
        return guild_id
