"""Commands that single guilds have for themselves: of the workflows that were added there, and the operator's where they are."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from msgspec import Struct

from bot.bugs import Bug, contained_call
from bot.client import MAX_COMMANDS, MAX_CREATES, OwnCommands
from bot.jobs.store import JobStore, StoreUnavailable
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import ONE_COMMAND
from bot.moderation.values import Switch
from bot.texts import Text, text
from bot.workflows import Workflow
from cogs._service import AnyCommand, AnyInteraction


def is_of_guild(interaction: AnyInteraction) -> bool:
    """Whether this is about a command that a single guild has."""
    return "guild_id" in (interaction.data or {})


class WorkflowsByGuild(Protocol):
    """Of the service, what guilds have of their own."""

    guilds_changed: asyncio.Event

    def why_no_command(self, name: str, guild_id: int | None) -> Text | None: ...

    @property
    def guild_workflows(self) -> Mapping[int, Mapping[str, Workflow]]: ...

    def waiting_in(self, guild_id: int) -> frozenset[str]: ...


class _Made(Struct, frozen=True):
    workflows: Mapping[str, Workflow]
    commands: Sequence[AnyCommand]


class GuildCommands:
    """What :class:`bot.client.GuildCommandSync` offers to Discord."""

    def __init__(
        self,
        service: WorkflowsByGuild,
        store: JobStore,
        settings: GuildSettings,
        command_of: Callable[[Workflow], AnyCommand],
        fixed: Mapping[int, Sequence[AnyCommand]],
    ) -> None:
        """``fixed``: what guilds have as long as the process runs, before all else."""
        self._service = service
        self._store = store
        self._settings = settings
        settings.on_change.append(self._on_settings)
        self._command_of = command_of
        self._fixed = fixed
        self._made: dict[int, _Made] = {}

    @property
    def changed(self) -> asyncio.Event:
        return self._service.guilds_changed

    @property
    def guilds(self) -> Collection[int]:
        return self._fixed.keys() | self._service.guild_workflows.keys()

    async def of(self, guild_id: int) -> OwnCommands:
        """Raises StoreUnavailable."""
        if await self._has_one_command(guild_id):
            return OwnCommands(self._fixed.get(guild_id, ()))
        own = self._service.guild_workflows.get(guild_id, {})
        commands = (*self._fixed.get(guild_id, ()), *self._commands(guild_id, own))
        return OwnCommands(commands, self._service.waiting_in(guild_id))

    def _on_settings(self, guild_id: int) -> None:
        if guild_id in self._service.guild_workflows:
            self.changed.set()

    async def _has_one_command(self, guild_id: int) -> bool:
        return (await self._settings.of(guild_id)).of(ONE_COMMAND) is Switch.ON

    def _commands(self, guild_id: int, workflows: Mapping[str, Workflow]) -> Sequence[AnyCommand]:
        """The same ones as long as the workflows are the same: making them takes a millisecond each."""
        made = self._made.get(guild_id)
        if made is None or made.workflows != workflows:
            made = _Made(workflows, [*filter(None, map(self._command, workflows.values()))])
            self._made[guild_id] = made
        if not workflows:
            del self._made[guild_id]
        return made.commands

    def _command(self, workflow: Workflow) -> "AnyCommand | None":
        """None: there was a bug, which keeps no other command away."""
        made = contained_call(f"the command of {workflow.command}", lambda: self._command_of(workflow))
        return None if isinstance(made, Bug) else made

    async def why_not_served(self, guild_id: int, name: str) -> Text | None:
        """Why a guild's own command is not served that somebody's Discord shows; None: it is, in a moment."""
        reason = self._service.why_no_command(name, guild_id)
        with suppress(StoreUnavailable):
            if reason is None and await self._has_one_command(guild_id):
                return text("guild-command-in-run", name=name)
        return reason

    async def why_no_room(self, guild_id: int, name: str) -> Text | None:
        """Why a workflow of this name gets no command in a guild now; None: it gets one, or has it already.

        Raises:
            StoreUnavailable
        """
        if await self._has_one_command(guild_id):
            return text("guild-commands-one")
        own = await self.of(guild_id)
        there = {each.name for each in own.commands} | own.kept
        if name in there:
            return None
        if len(there) >= MAX_COMMANDS:
            return text("guild-commands-full", most=MAX_COMMANDS)
        creates = await self._store.command_creates(guild_id)
        if creates.count < MAX_CREATES or creates.less_at is None:
            return None
        return text("guild-commands-spent", most=MAX_CREATES, when=str(round(creates.less_at)))
