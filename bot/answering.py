"""The half of the program that knows Discord: it answers people, and shows them what becomes of their jobs."""

import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import aiohttp
import yarl
from msgspec import Struct

from bot.classifying import Classifier
from bot.client import (
    ComfycordClient,
    CommandSync,
    Gateway,
    GuildCommandSync,
    GuildLeaving,
    GuildsLeft,
    Presence,
    RequestPace,
    SessionStarts,
)
from bot.delivery.deleting import Deletion
from bot.delivery.ffmpeg import Ffmpeg
from bot.delivery.fitter import Fitter
from bot.delivery.guild_log import GuildLog
from bot.delivery.judging import ResultJudge
from bot.delivery.leaving import LeavingWatch
from bot.delivery.members import Members
from bot.delivery.messages import Messages
from bot.delivery.moderation import Moderation
from bot.delivery.originals import Originals, Showing
from bot.delivery.quarantine_notices import QuarantineNotices
from bot.delivery.recipes import Keep
from bot.delivery.reminders import ReminderWorker
from bot.delivery.statuses import StatusKeeper
from bot.delivery.worker import DeliveryWorker
from bot.delivery.zips import Zips
from bot.generation import Composition, Generation, PreparationWorker, RecipeReader, Rewriter
from bot.generation.adding import Adding
from bot.generation.first_file import FirstFile
from bot.inputs.blobs import Blobs
from bot.inputs.fetching import DISCORD_ORIGINS, Fetcher, Origins
from bot.inputs.limits import InputLimits
from bot.inputs.preparing import Inputs
from bot.jobs.store import JobStore
from bot.moderation.allowed_guilds import AllowedGuilds
from bot.moderation.checks import checks_of
from bot.moderation.chosen import Operator
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.hooks.loading import loaded_hooks
from bot.moderation.hooks.running import Hooks
from bot.moderation.hooks.thread import HookThread
from bot.moderation.keys import LANGUAGE, LIMIT_WAITING, METADATA, RETENTION_DAYS
from bot.moderation.values import GuildLanguage
from bot.moderation.words.book import WordBook
from bot.moderation.words.judging import WordJudge
from bot.settings import Language, Settings
from bot.wording import PromptHelper
from cogs import Cogs
from cogs._owner import Owners
from cogs.owner import OwnerTools


class Answering(Struct, frozen=True):
    services: Mapping[str, Callable[[], Awaitable[None]]]
    """What has to run, and is started again after a bug."""
    gateway: Gateway
    """What has to run, and ends the process where Discord will not have it."""


@asynccontextmanager
async def answering(
    settings: Settings, session: aiohttp.ClientSession, store: JobStore, composition: Composition
) -> AsyncGenerator[Answering]:
    """Everything between people and the ledger; closed in order at the end of the block."""
    parts = composition.parts
    helper = _prompt_helper(session, settings)
    allowed = AllowedGuilds(store, settings.allowed_guilds)
    await allowed.look()
    guilds, words = GuildSettings(store, operator_of(settings)), WordBook(store)
    judge, thread = WordJudge(words), HookThread()
    hooks = Hooks(loaded_hooks(), thread)
    checks = checks_of(guilds, words=judge.check, hooks=hooks.before_submission, guild=allowed.check)
    generation = Generation(parts, composition.jobs_on, helper=helper, checks=checks)
    client, name = ComfycordClient(), f"bot-{secrets.token_hex(4)}"
    presence = Presence(store, client, name)
    messages = Messages(client, client.logged_in)
    statuses = StatusKeeper(store=store, name=name, generation=generation, messages=messages, settings=guilds)
    showing = _showing(settings)
    deliveries = DeliveryWorker(
        store=store,
        name=name,
        generation=generation,
        messages=messages,
        statuses=statuses,
        showing=showing,
        settings=guilds,
        judge=ResultJudge(store, guilds, hooks, _classifier(session, settings)),
        most_review_seconds=parts.rules.keep_jobs_seconds,
    )
    language = None if settings.language is Language.AUTO else settings.language.value
    reminders = ReminderWorker(
        store=store, name=name, generation=generation, messages=messages, language=language
    )
    deletion = Deletion(store, messages, forgets=settings.delete_forgets)
    guild_log = GuildLog(store=store, messages=messages, settings=guilds, language=language)
    moderation = Moderation(store=store, deletion=deletion, guild_log=guild_log, messages=messages)
    members = Members(client, client.logged_in)
    leaving = LeavingWatch(store=store, name=name, members=members)
    quarantine_notices = QuarantineNotices(store, members, guild_log, settings.owner_guild)
    files = _first_file(session, parts.blobs, settings)
    limits = InputLimits(max_bytes=settings.max_input_mb * 2**20)
    with (
        Inputs(session, parts.blobs, limits, generation.earlier, origins=origins(settings)) as inputs,
        Fitter(showing.keep, Ffmpeg.named(showing.ffmpeg)) as fitter,
        thread,
    ):
        cogs = Cogs(
            generation=generation,
            statuses=statuses,
            recipes=RecipeReader(files),
            origins=Origins(origins(settings)),
            store=store,
            settings=guilds,
            words=words,
            messages=messages,
            showing=showing,
            deletion=deletion,
            moderation=moderation,
            adding=Adding(files, parts.knowledge, parts.rules),
            keep_jobs_days=settings.keep_jobs_days,
            zips=Zips(Originals(generation, fitter, showing, guilds)),
            owner=OwnerTools(
                owners=Owners(client.application_info),
                allowed=allowed,
                guild_log=guild_log,
                settings=guilds,
                guild_id=settings.owner_guild,
            ),
        )
        services: dict[str, Callable[[], Awaitable[None]]] = {
            "preparations": PreparationWorker(store, inputs, Rewriter(helper), judge).run,
            "statuses": statuses.run,
            "deliveries": deliveries.run,
            "reminders": reminders.run,
            "presence": presence.run,
            "guild settings": guilds.run,
            "allowed guilds": allowed.run,
            "guild log": guild_log.run,
            "leaving": leaving.run,
            "guilds left": GuildsLeft(client, store).run,
            "quarantine notices": quarantine_notices.run,
            "word rules": words.run,
            "command sync": CommandSync(client, cogs, presence, user_install=settings.user_install).run,
            "command sync of guilds": GuildCommandSync(client, cogs.in_guilds, presence, store).run,
        }
        if settings.leave_other_guilds:
            services["guild leaving"] = GuildLeaving(client, store, allowed).run
        token, starts = settings.discord_token.get_secret_value(), SessionStarts(client, store, name)
        pace = RequestPace(store, presence)
        try:
            async with client:
                gateway = Gateway(client, token, starts, pace=pace, shards=settings.shards)
                yield Answering(services, gateway)
        finally:
            await presence.leave()


def operator_of(settings: Settings) -> Operator:
    bounds = {
        LIMIT_WAITING.name: str(settings.max_jobs_per_member or ""),
        METADATA.name: settings.result_metadata.value,
        RETENTION_DAYS.name: f"{settings.keep_jobs_days:g}",
    }
    return Operator(
        {LANGUAGE.name: GuildLanguage(settings.language)}, {key: each for key, each in bounds.items() if each}
    )


def _showing(settings: Settings) -> Showing:
    return Showing(
        settings.max_outputs,
        settings.file_kinds,
        keep=Keep(settings.result_metadata),
        ffmpeg=settings.ffmpeg,
    )


def _prompt_helper(session: aiohttp.ClientSession, settings: Settings) -> PromptHelper | None:
    """Who helps with words. Nobody, unless the operator names somebody: then nothing is sent anywhere."""
    endpoint = settings.prompt_helper
    return None if endpoint is None else PromptHelper(session, endpoint)


def _classifier(session: aiohttp.ClientSession, settings: Settings) -> Classifier | None:
    """Who says what pictures show. Nobody, unless the operator names somebody: then none is sent anywhere."""
    endpoint = settings.classifier
    return None if endpoint is None else Classifier(session, endpoint)


def _first_file(session: aiohttp.ClientSession, blobs: Blobs, settings: Settings) -> FirstFile:
    fetcher = Fetcher(session, max_bytes=settings.max_input_mb * 2**20, origins=origins(settings))
    return FirstFile(fetcher, blobs)


def origins(settings: Settings) -> frozenset[str]:
    """Where attachments may come from: Discord's file servers, or those of what stands in for it."""
    if settings.discord_api_base and settings.discord_gateway_url:
        return frozenset({str(yarl.URL(settings.discord_api_base).origin())})
    return DISCORD_ORIGINS
