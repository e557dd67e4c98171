"""``/owner``: what only the operator may do, the owner of Discord's application or its team.

Discord cannot show a command to them alone. It is registered in the guild that the operator named (``OWNER_GUILD``), where
nobody else in the world sees it; without one it is everywhere, for administrators alone (as Discord's own permissions have
it), so that the fewest people see what they may not use. Whoever uses it all the same is told so.
"""

import logging
from collections.abc import Awaitable, Callable

import discord
from discord import app_commands
from msgspec import Struct

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.delivery.guild_log import GuildLog
from bot.jobs.pause_store import PauseKind
from bot.jobs.store import JobStore
from bot.moderation.allowed_guilds import AllowedGuilds
from bot.moderation.guild_settings import GuildSettings
from bot.texts import Text, render, text
from cogs._errors import Errors
from cogs._owner import Owners
from cogs._owner_announce import OwnerAnnounce
from cogs._owner_backends import OwnerBackends
from cogs._owner_commands import OwnerCommands, subcommand
from cogs._owner_guilds import OwnerGuilds
from cogs._owner_workflows import OwnerWorkflows
from cogs._service import AnyInteraction, Service, Subcommand, who

log = logging.getLogger(__name__)

AnyGroup = app_commands.Group


class OwnerTools(Struct, frozen=True):
    """What the operator's commands work with, besides the service."""

    owners: Owners
    allowed: AllowedGuilds
    guild_log: GuildLog
    settings: GuildSettings
    guild_id: int | None = None
    """The only guild that has the commands; None: every one."""


def is_owners(interaction: AnyInteraction) -> bool:
    """Whether this is about ``/owner``, its suggestions included."""
    return (interaction.data or {}).get("name") == "owner"


class Owner:
    def __init__(
        self,
        service: Service,
        store: JobStore,
        tools: OwnerTools,
        acknowledger: Acknowledger,
        errors: Errors,
    ) -> None:
        self._commands = commands = OwnerCommands(tools.owners, acknowledger, errors)
        self._backends = OwnerBackends(service, commands)
        self._guilds = OwnerGuilds(store, tools.allowed, commands)
        self._workflows = OwnerWorkflows(service, store, commands)
        self._announce = OwnerAnnounce(store, tools.guild_log, tools.settings, commands)
        self._store = store

    def command(self) -> AnyGroup:
        group = app_commands.Group(
            name=localised(text("command-owner-name")),
            description=localised(text("command-owner-description")),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            default_permissions=discord.Permissions(administrator=True),
        )
        for each in (
            self._backends.backends_command(),
            self._backends.quarantine_command(),
            self._guilds.command(),
            self._workflows.command(),
            self._announce.command(),
            self._simple(
                text("command-owner-pause-name"), text("command-owner-pause-description"), self._pause
            ),
            self._simple(
                text("command-owner-resume-name"), text("command-owner-resume-description"), self._resume
            ),
        ):
            group.add_command(each)
        return group

    def _simple(
        self, name: Text, description: Text, do: Callable[[AnyInteraction], Awaitable[Text]]
    ) -> Subcommand:
        async def run(interaction: AnyInteraction) -> None:
            async def told() -> str:
                return render(await do(interaction), interaction.locale.value)

            await self._commands.answer(interaction, told)

        return subcommand(name, description, run)

    async def _pause(self, interaction: AnyInteraction) -> Text:
        paused = await self._store.pause(None, PauseKind.PAUSE, by=interaction.user.id)
        log.info("every queue is paused by %s", who(interaction))
        return text("owner-paused") if paused else text("owner-was-paused")

    async def _resume(self, interaction: AnyInteraction) -> Text:
        resumed = await self._store.resume(None, by=interaction.user.id)
        log.info("every queue goes on, says %s", who(interaction))
        return text("owner-resumed") if resumed else text("owner-was-not-paused")
