"""The composition root: opens what must be opened, hands it on, runs it in one TaskGroup, closes it in order."""

import asyncio
import gc
import ipaddress
import logging
import secrets
from collections.abc import Generator, Mapping
from contextlib import AsyncExitStack, contextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import logs
from bot.bugs import kept_running, report
from bot.client import ComfycordClient, CommandSync, Gateway, Presence, SessionStarts
from bot.comfy import ComfyClient, Server
from bot.delivery.ffmpeg import Ffmpeg
from bot.delivery.fitter import Fitter
from bot.delivery.messages import Messages
from bot.delivery.originals import Originals, Showing
from bot.delivery.recipes import Keep
from bot.delivery.reminders import ReminderWorker
from bot.delivery.statuses import StatusKeeper
from bot.delivery.worker import DeliveryWorker
from bot.delivery.zips import Zips
from bot.errors import Unusable
from bot.generation import (
    Generation,
    PreparationWorker,
    RecipeReader,
    Rewriter,
    Rules,
    Timeouts,
    WorkflowWatch,
)
from bot.inputs.blobs import Blobs
from bot.inputs.earlier import EarlierFiles
from bot.inputs.fetching import DISCORD_ORIGINS, Fetcher, Origins
from bot.inputs.file_blobs import FileBlobs
from bot.inputs.ledger_blobs import LedgerBlobs
from bot.inputs.limits import InputLimits
from bot.inputs.preparing import Inputs
from bot.jobs.blob_table import BlobTable
from bot.jobs.job import Limits
from bot.jobs.opening import open_store
from bot.settings import Language, MissingModels, Settings, WorkflowErrors
from bot.stopping import told_to_stop
from bot.texts import DEFAULT_LOCALE, render
from bot.wording import PromptHelper
from bot.workflows import Caps, Loaded, WorkflowError, load_workflows
from bot.workflows.template import PromptSyntax
from cogs import Cogs

log = logging.getLogger(__name__)

DAY_SECONDS = 86_400
COLLECT_AFTER = (20_000, 20, 20)
"""Few objects are in cycles, so garbage is looked for less often than Python would: that took a tenth of a job's CPU."""


async def run(settings: Settings, *, stop_with_stdin: bool = False) -> None:
    """Run the bot until it is told to stop (SIGTERM, Ctrl-C; where wanted, the end of standard input).

    Raises:
        Unusable: something that only the operator can mend.
    """
    logs.configure(settings.log_level, settings.secrets())
    for oddity in settings.oddities:
        log.warning("%s", render(oddity, DEFAULT_LOCALE))
    if not settings.discord_token.get_secret_value():
        raise Unusable(
            "DISCORD_TOKEN is not set. `python -m bot doctor` says where to find it; "
            "`python -m bot sandbox` needs none."
        )
    for url in (*settings.comfyui_urls, settings.prompt_helper_url or ""):
        if is_unencrypted_in_public(url):
            log.warning(
                "%s is on the public internet without encryption: put a proxy with https before it",
                Server(url).label,
            )
    try:
        with (
            told_to_stop(with_stdin=stop_with_stdin),
            _discord_of(settings),
            _reporting_forgotten_errors(),
        ):
            await _run(settings, _workflows(settings))
    except* (WorkflowError, Unusable) as group:
        raise Unusable(str(_first(group))) from None


def _workflows(settings: Settings) -> Loaded:
    """What there is of workflows; those that are wrong are told, all of them.

    Raises:
        WorkflowError: there is no folder of them.
        Unusable: one is wrong, and the operator wants the bot to stop then.
    """
    loaded = load_workflows(settings.workflows_dir)
    if loaded.problems and settings.workflow_errors is WorkflowErrors.STOP:
        raise Unusable("\n".join(map(str, loaded.problems)))
    for problem in loaded.problems:
        log.error("left out, and everything else goes on: %s", problem)
    return loaded


async def _run(settings: Settings, loaded: Loaded) -> None:
    timeout = aiohttp.ClientTimeout(total=None)  # bot.comfy has its own for each request
    async with (
        aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
        open_store(settings.database) as store,
        AsyncExitStack() as stack,
    ):
        blobs = await blobs_of(settings, store.blob_table)
        clients = [ComfyClient(session, server) for server in settings.servers()]
        helper = _prompt_helper(session, settings)
        generation = Generation(
            store,
            clients,
            loaded.templates,
            _rules(settings),
            blobs,
            left_out=loaded.left_out,
            helper=helper,
        )
        inputs = stack.enter_context(_inputs(session, blobs, generation.earlier, settings))
        await generation.prepare()
        client, name = ComfycordClient(), f"bot-{secrets.token_hex(4)}"
        presence = Presence(store, client, name)
        stack.push_async_callback(presence.leave)
        messages = Messages(client, client.logged_in)
        statuses = StatusKeeper(store=store, name=name, generation=generation, messages=messages)
        showing = _showing(settings)
        deliveries = DeliveryWorker(
            store=store,
            name=name,
            generation=generation,
            messages=messages,
            statuses=statuses,
            showing=showing,
        )
        fitter = stack.enter_context(Fitter(showing.keep, Ffmpeg.named(showing.ffmpeg)))
        language = None if settings.language is Language.AUTO else settings.language.value
        cogs = Cogs(
            generation=generation,
            statuses=statuses,
            recipes=_recipes(session, blobs, generation, settings),
            origins=Origins(origins(settings)),
            store=store,
            messages=messages,
            showing=showing,
            delete_forgets=settings.delete_forgets,
            zips=Zips(Originals(generation, fitter, showing)),
            language=language,
        )
        reminders = ReminderWorker(
            store=store, name=name, generation=generation, messages=messages, language=language
        )
        gateway = Gateway(
            client,
            settings.discord_token.get_secret_value(),
            SessionStarts(client, store, name),
            shards=settings.shards,
        )
        services = {
            "database watch": store.watch,
            "generation": generation.run,
            "workflow watch": WorkflowWatch(settings.workflows_dir, loaded, generation.reload).run,
            "preparations": PreparationWorker(store, inputs, Rewriter(helper)).run,
            "statuses": statuses.run,
            "deliveries": deliveries.run,
            "reminders": reminders.run,
            "presence": presence.run,
            "command sync": CommandSync(client, cogs, presence).run,
        }
        gc.freeze()  # what is loaded by now stays: no collection needs to look through it
        gc.set_threshold(*COLLECT_AFTER)
        gc.enable()
        async with client, asyncio.TaskGroup() as tasks:
            for name, service in services.items():
                tasks.create_task(kept_running(name, service), name=name)
            tasks.create_task(gateway.run(), name="gateway")


async def blobs_of(settings: Settings, table: BlobTable | None) -> Blobs:
    """The files that open jobs start from: in the ledger's ``table``, or in a folder beside it where it has none.

    Raises:
        Unusable: their folder cannot be made or read.
    """
    folder, total_bytes = settings.inputs_folder, int(settings.inputs_max_gb * 2**30)
    if table is not None:
        return LedgerBlobs(table, total_bytes)
    try:
        return await FileBlobs.open(folder, total_bytes=total_bytes)
    except OSError as error:
        raise Unusable(
            f"The folder of files that people hand in, {folder}, cannot be used: {error.strerror or error}. "
            "Mend its rights, or set DATABASE to a file in another folder."
        ) from error


def _inputs(
    session: aiohttp.ClientSession, blobs: Blobs, earlier: EarlierFiles, settings: Settings
) -> Inputs:
    limits = InputLimits(max_bytes=settings.max_input_mb * 2**20)
    return Inputs(session, blobs, limits, earlier, origins=origins(settings))


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


def _recipes(
    session: aiohttp.ClientSession, blobs: Blobs, generation: Generation, settings: Settings
) -> RecipeReader:
    fetcher = Fetcher(session, max_bytes=settings.max_input_mb * 2**20, origins=origins(settings))
    return RecipeReader(fetcher, blobs, lambda: generation.workflows)


def origins(settings: Settings) -> frozenset[str]:
    """Where attachments may come from: Discord's file servers, or those of what stands in for it."""
    if settings.discord_api_base and settings.discord_gateway_url:
        return frozenset({str(yarl.URL(settings.discord_api_base).origin())})
    return DISCORD_ORIGINS


def is_unencrypted_in_public(url: str) -> bool:
    """Whether everybody on the way can read along: plain http to a public address. A name may be a private one."""
    parts = urlsplit(url)
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_global
    except ValueError:
        return False


def _rules(settings: Settings) -> Rules:
    return Rules(
        prompt_syntax=frozenset(map(PromptSyntax, settings.prompt_syntax)),
        wildcards_folder=settings.wildcards_dir,
        limits=Limits(open_per_user=settings.max_jobs_per_member, open_per_guild=settings.max_jobs_per_guild),
        allow_stand_ins=settings.missing_models is MissingModels.SUBSTITUTE,
        caps=Caps(settings.max_pixels, settings.max_batch, settings.max_steps, settings.max_frames),
        keep_jobs_seconds=settings.keep_jobs_days * DAY_SECONDS,
        timeouts=Timeouts(stall_seconds=settings.stall_seconds),
        pictures_folder=settings.pictures_folder,
    )


@contextmanager
def _discord_of(settings: Settings) -> Generator[None]:
    """Point discord.py at the stand-in that the settings name, if they do; its addresses are class attributes."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    if settings.discord_api_base and settings.discord_gateway_url:
        Route.BASE = settings.discord_api_base
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@contextmanager
def _reporting_forgotten_errors() -> Generator[None]:
    """Report errors of tasks that nobody waits for, such as those in which discord.py serves an interaction."""

    def handle(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            report(error, str(context.get("message")))
        else:
            loop.default_exception_handler(dict(context))

    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(handle)
    try:
        yield
    finally:
        loop.set_exception_handler(before)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group, however deep it lies."""
    error = group.exceptions[0]
    if isinstance(error, BaseExceptionGroup):
        return _first(cast("BaseExceptionGroup[BaseException]", error))
    return error
