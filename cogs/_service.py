"""What the commands want of :class:`bot.generation.Generation`, and who asks for it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, cast
from uuid import UUID

import discord
from discord import app_commands

from bot.generation import Actor, Expected, Order, OwnJobs, Parts
from bot.generation.operating import Operating
from bot.generation.past_jobs import PastJobs
from bot.generation.remedies import Remedy
from bot.jobs.job import Job, Output, Place, Reply, Standing, Ticket
from bot.jobs.pending import Answers, PendingOrder
from bot.jobs.pending_store import PendingStore
from bot.jobs.store import StoreUnavailable
from bot.moderation.chosen import Chosen
from bot.moderation.keys import MODERATOR_ROLES
from bot.moderation.people import ChannelFacts, Requester
from bot.moderation.values import GuildLanguage
from bot.texts import Text
from bot.workflows import Workflow

log = logging.getLogger(__name__)

AnyInteraction = discord.Interaction[discord.Client]
Subcommand: TypeAlias = "app_commands.Command[Any, ..., Any]"
AnyCommand: TypeAlias = "app_commands.Command[Any, ..., Any] | app_commands.Group"


_MODERATOR_ROLES = "moderators' roles"
"""In an interaction's ``extras``."""
_PRIVATE = discord.DMChannel | discord.GroupChannel


class Service(Protocol):
    changed: asyncio.Event
    guilds_changed: asyncio.Event

    @property
    def parts(self) -> Parts: ...

    @property
    def operating(self) -> Operating: ...

    @property
    def own_jobs(self) -> OwnJobs: ...

    @property
    def past(self) -> PastJobs: ...

    @property
    def pending(self) -> PendingStore: ...

    def workflows_in(self, guild_id: int | None) -> Mapping[str, Workflow]: ...

    @property
    def guild_workflows(self) -> Mapping[int, Mapping[str, Workflow]]: ...

    def waiting_in(self, guild_id: int) -> frozenset[str]: ...

    def workflow(self, key: str) -> Workflow | None: ...

    async def version(self, key: str) -> Workflow | None: ...

    async def is_for_adults(self, job: Job) -> bool: ...

    async def usable(self, key: str, guild_id: int | None) -> Workflow: ...

    def successor(self, key: str) -> Workflow | None: ...

    @property
    def helps_with_words(self) -> bool: ...

    async def improved(self, workflow: str, words: str) -> str: ...
    def is_called(self, command: str, guild_id: int | None) -> bool: ...

    def why_not(self, key: str) -> Text | None: ...

    def why_no_command(self, name: str, guild_id: int | None) -> Text | None: ...

    async def reread(self) -> None: ...

    async def submit(self, order: Order) -> Ticket: ...

    async def several(self, order: Order, *, repeat: int, every: bool) -> Sequence[Order]: ...

    async def submit_group(self, orders: Sequence[Order]) -> Ticket: ...

    async def members(self, job: Job) -> Sequence[Job]: ...

    async def cancel(self, job_id: UUID, actor: Actor) -> Text: ...

    async def told_by(self, message_id: int, actor: Actor) -> Job | None: ...

    async def seen(self, job_id: UUID, actor: Actor) -> Job: ...

    async def ways_out(self, job: Job, reason: Text) -> tuple[Remedy, ...]: ...

    def ways_out_of_refusal(self, reason: Text, workflow: str, answers: Answers) -> tuple[Remedy, ...]: ...

    def ways_out_of_order(self, order: PendingOrder) -> tuple[Remedy, ...]: ...

    def missing(self, workflow: str, failed: Job | None = None) -> tuple[Text, ...]: ...

    def can_run(self, needs: frozenset[str]) -> bool: ...

    def needs_of(self, workflow: str) -> frozenset[str]: ...

    async def open_jobs(
        self, guild_id: int | None, user_id: int, most: int
    ) -> tuple[Sequence[Expected], int]: ...

    async def cancellable(self, actor: Actor) -> Sequence[Standing]: ...

    def choices(self, workflow: str, option: str) -> tuple[str, ...]: ...

    def fetch(self, job: Job, output: Output, *, max_bytes: int) -> AsyncGenerator[bytes]: ...


def who(interaction: AnyInteraction) -> str:
    """Who did what and where, for the log: numbers, no names."""
    command = cast("Mapping[str, Any]", interaction.data or {}).get("name")
    is_form = interaction.type is discord.InteractionType.modal_submit
    did = f"/{command}" if command else "a form" if is_form else "a button"
    guild = "no guild" if interaction.guild_id is None else f"guild {interaction.guild_id}"
    return f"person {interaction.user.id} ({did}, {guild}, channel {interaction.channel_id})"


def guest_of(interaction: AnyInteraction) -> int | None:
    """Where the bot is no member and only a person's installation brings it: the guild, 0 in private messages with others."""
    if interaction.context.private_channel:
        return 0
    if interaction.guild_id is None or interaction.is_guild_integration():
        return None
    return interaction.guild_id


def guild_of(interaction: AnyInteraction) -> int | None:
    """The guild whose rules hold; None in private messages, and where the bot is a guest."""
    return interaction.guild_id if guest_of(interaction) is None else None


class ChosenIn(Protocol):
    """What is wanted of :class:`bot.moderation.guild_settings.GuildSettings` here."""

    async def of(self, guild_id: int | None) -> Chosen: ...


async def learn_moderators(interaction: AnyInteraction, settings: ChosenIn) -> None:
    """Before anything is made of an interaction: which roles are moderators' there, so that :func:`actor_of` knows."""
    if (guild_id := guild_of(interaction)) is None:
        return
    try:
        interaction.extras[_MODERATOR_ROLES] = (await settings.of(guild_id)).of(MODERATOR_ROLES)
    except StoreUnavailable as error:
        log.info("moderators of guild %d are known by their permissions alone: %s", guild_id, error)


def actor_of(interaction: AnyInteraction) -> Actor:
    """A moderator has Manage Messages, or a role that the guild chose for moderators."""
    guild_id = guild_of(interaction)
    roles = cast("frozenset[int]", interaction.extras.get(_MODERATOR_ROLES, frozenset()))
    return Actor(
        user_id=interaction.user.id,
        guild_id=guild_id,
        may_moderate=guild_id is not None
        and (interaction.permissions.manage_messages or not roles.isdisjoint(_role_ids(interaction))),
    )


def _role_ids(interaction: AnyInteraction) -> frozenset[int]:
    """What the interaction tells, where Member.roles leaves out those of a guild that the bot has not heard of yet."""
    member = interaction.user
    if not isinstance(member, discord.Member):
        return frozenset()
    return frozenset(member._roles)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def requester_of(interaction: AnyInteraction) -> Requester:
    """Who asks. Discord sends the member along with each interaction: neither intents nor requests are needed."""
    actor, member = actor_of(interaction), interaction.user
    if actor.guild_id is None or not isinstance(member, discord.Member):
        return Requester(actor.user_id)
    return Requester(
        actor.user_id,
        frozenset({actor.guild_id, *_role_ids(interaction)}),
        None if member.joined_at is None else member.joined_at.timestamp(),
        None if member.timed_out_until is None else member.timed_out_until.timestamp(),
        is_moderator=actor.may_moderate,
        is_administrator=interaction.permissions.administrator,
    )


def channel_of(interaction: AnyInteraction) -> ChannelFacts:
    channel = interaction.channel
    return ChannelFacts(
        interaction.channel_id or 0,
        channel.parent_id if isinstance(channel, discord.Thread) else None,
        nsfw=not (channel is None or isinstance(channel, _PRIVATE)) and channel.is_nsfw(),
    )


def place_of(interaction: AnyInteraction, language: GuildLanguage = GuildLanguage.AUTO) -> Place:
    """Where a job is asked for. ``language``: of messages that everybody reads there."""
    guild_locale = interaction.guild_locale.value if interaction.guild_locale else None
    return Place(
        guild_id=guild_of(interaction),
        channel_id=interaction.channel_id or 0,
        user_id=interaction.user.id,
        user_locale=interaction.locale.value,
        guild_locale=guild_locale if language is GuildLanguage.AUTO else language.value,
        guest_of=guest_of(interaction),
        parent_id=channel_of(interaction).parent_id,
    )


def _created_at(snowflake: int) -> float:
    """When it was made, in Unix seconds; see https://docs.discord.com/developers/reference#snowflakes for its bits."""
    return ((snowflake >> 22) + discord.utils.DISCORD_EPOCH) / 1000


def reply_of(interaction: AnyInteraction) -> Reply:
    return Reply(
        application_id=interaction.application_id,
        token=interaction.token,
        created_at=_created_at(interaction.id),
        attachment_limit_bytes=interaction.filesize_limit,
    )
