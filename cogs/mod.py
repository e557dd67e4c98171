"""``/mod``: what moderators do, each for their own server."""

from discord import app_commands

from bot.client import localised
from bot.texts import text
from cogs._mod_audit import ModAudit
from cogs._mod_jobs import ModJobs
from cogs._mod_people import ModPeople
from cogs._moderators import BY_GUILDS, IN_GUILDS, SEEN_BY
from cogs._service import AnyCommand


class Mod:
    def __init__(self, jobs: ModJobs, people: ModPeople, audit: ModAudit) -> None:
        self._parts = (jobs, people, audit)

    def command(self) -> AnyCommand:
        group = app_commands.Group(
            name=localised(text("command-mod-name")),
            description=localised(text("command-mod-description")),
            allowed_contexts=IN_GUILDS,
            allowed_installs=BY_GUILDS,
            default_permissions=SEEN_BY,
        )
        for each in (command for part in self._parts for command in part.commands()):
            group.add_command(each)
        return group
