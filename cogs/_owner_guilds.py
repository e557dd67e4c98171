"""``/owner guilds``: which guilds use the bot how much, and which may have it."""

import logging

import discord
from discord import app_commands

from bot.client import leave_guild, localised
from bot.delivery.words import shortened
from bot.errors import NotThere, Refused
from bot.jobs.audit_store import AuditAction
from bot.jobs.operator_store import GuildUse
from bot.jobs.store import JobStore
from bot.moderation.allowed_guilds import AllowedGuilds
from bot.texts import Text, render, text
from cogs._errors import Choices
from cogs._options import MAX_CHOICE
from cogs._owner_commands import OwnerCommands, choices, subcommand
from cogs._owner_layout import GuildView, guild_list
from cogs._service import AnyInteraction, Subcommand, who

log = logging.getLogger(__name__)

ALLOW, REFUSE, LEAVE = "allow", "refuse", "leave"
DAYS = 7


class OwnerGuilds:
    def __init__(self, store: JobStore, allowed: AllowedGuilds, commands: OwnerCommands) -> None:
        self._store = store
        self._allowed = allowed
        self._commands = commands

    def command(self) -> Subcommand:
        @app_commands.describe(
            guild=localised(text("option-guild-description")),
            do=localised(text("option-guild-do-description")),
            sure=localised(text("option-sure-description")),
        )
        @app_commands.rename(
            guild=localised(text("option-guild-name")),
            do=localised(text("option-do-name")),
            sure=localised(text("option-sure-name")),
        )
        @app_commands.choices(
            do=choices(
                [
                    (text("choice-allow"), ALLOW),
                    (text("choice-refuse"), REFUSE),
                    (text("choice-leave"), LEAVE),
                ]
            )
        )
        async def guilds(
            interaction: AnyInteraction,
            guild: str | None = None,
            do: str | None = None,
            sure: bool = False,  # noqa: FBT001, FBT002  # an option of the command
        ) -> None:
            await self._commands.answer(interaction, lambda: self._guilds(interaction, guild, do, sure=sure))

        async def suggest(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
            return await self._commands.suggested(interaction, typed, lambda: self._names(interaction))

        command = subcommand(
            text("command-owner-guilds-name"), text("command-owner-guilds-description"), guilds
        )
        command.autocomplete("guild")(suggest)
        return command

    async def _guilds(
        self, interaction: AnyInteraction, guild: str | None, do: str | None, *, sure: bool
    ) -> str:
        locale, lines = interaction.locale.value, list[str]()
        if guild is not None or do is not None:
            if guild is None or do is None:
                raise Refused(text("owner-guild-and-do"))
            guild_id = _id_of(guild)
            done = (
                await self._leave(interaction, guild_id, sure=sure)
                if do == LEAVE
                else await self._rule(interaction, guild_id, allowed=do == ALLOW)
            )
            lines = [render(done, locale), ""]
        return "\n".join([*lines, guild_list(await self._views(interaction.client), DAYS, locale)])

    async def _rule(self, interaction: AnyInteraction, guild_id: int, *, allowed: bool) -> Text:
        await self._allowed.rule(guild_id, allowed=allowed, by=interaction.user.id)
        log.info(
            "guild %d %s the bot, says %s",
            guild_id,
            "may have" if allowed else "may not have",
            who(interaction),
        )
        name = _name_of(interaction.client, guild_id)
        return text("owner-guild-allowed", guild=name) if allowed else text("owner-guild-refused", guild=name)

    async def _leave(self, interaction: AnyInteraction, guild_id: int, *, sure: bool) -> Text:
        name = _name_of(interaction.client, guild_id)
        if not sure:
            return text("owner-leave-sure", guild=name, jobs=await self._store.count_open(guild_id))
        if not await leave_guild(interaction.client, guild_id):
            raise NotThere(text("owner-no-such-guild", guild=str(guild_id)))
        details = {"guild": str(guild_id), "done": LEAVE}
        await self._store.audit(None, interaction.user.id, AuditAction.GUILDS, details=details)
        log.info("guild %d was left, as %s wished", guild_id, who(interaction))
        return text("owner-left", guild=name)

    async def _views(self, client: discord.Client) -> list[GuildView]:
        """Those that used it most first; then those that have it, then those of which something was decided."""
        used = {each.guild_id: each for each in await self._store.guild_use(DAYS)}
        here = {guild.id: guild.name for guild in client.guilds}
        ids = dict.fromkeys([*used, *here, *self._allowed.rulings])
        return [
            GuildView(
                use=used.get(guild_id) or GuildUse(guild_id, 0, 0, 0.0),
                name=here.get(guild_id),
                allowed=guild_id == 0 or self._allowed.allows(guild_id),
            )
            for guild_id in ids
        ]

    async def _names(self, interaction: AnyInteraction) -> Choices:
        return [
            app_commands.Choice(name=shortened(f"{guild.name} · {guild.id}", MAX_CHOICE), value=str(guild.id))
            for guild in interaction.client.guilds
        ]


def _id_of(typed: str) -> int:
    if not typed.strip().isdecimal():
        raise NotThere(text("owner-no-such-guild", guild=typed))
    return int(typed.strip())


def _name_of(client: discord.Client, guild_id: int) -> str:
    guild = client.get_guild(guild_id)
    return str(guild_id) if guild is None else guild.name
