"""The composition root: opens what must be opened, hands it on, runs it in one TaskGroup, closes it in order."""

import asyncio
import gc
import ipaddress
import logging
from collections.abc import Generator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot import logs
from bot.answering import Answering, answering
from bot.bugs import kept_running, report
from bot.comfy import ComfyClient, Server
from bot.errors import Unusable
from bot.generation import Composition, Parts, Rules, Timeouts, WorkflowWatch
from bot.inputs.blobs import Blobs
from bot.inputs.file_blobs import FileBlobs
from bot.inputs.ledger_blobs import LedgerBlobs
from bot.jobs.blob_table import BlobTable
from bot.jobs.job import Limits
from bot.jobs.opening import open_progress, open_store
from bot.metrics.watch import Watch
from bot.os_reasons import reason
from bot.role import Role
from bot.settings import LogFormat, MissingModels, Settings, WorkflowErrors
from bot.stopping import told_to_stop
from bot.texts import DEFAULT_LOCALE, Argument, render, text
from bot.workflows import Loaded, WorkflowError, load_workflows
from bot.workflows.template import PromptSyntax

log = logging.getLogger(__name__)

DAY_SECONDS = 86_400
COLLECT_AFTER = (20_000, 20, 20)
"""Few objects are in cycles, so garbage is looked for less often than Python would: that took a tenth of a job's CPU."""


async def run(settings: Settings, role: Role = Role.ALL, *, stop_with_stdin: bool = False) -> None:
    """Run the bot, or its part, until it is told to stop (SIGTERM, Ctrl-C; where wanted, the end of standard input).

    Raises:
        Unusable: something that only the operator can mend.
    """
    logs.configure(settings.log_level, settings.secrets(), as_json=settings.log_format is LogFormat.JSON)
    for oddity in settings.oddities:
        log.warning("%s", render(oddity, DEFAULT_LOCALE))
    if role is not Role.ALL and not settings.shares_its_ledger:
        raise Unusable(text("role-alone", role=role))
    if role.answers_people and not settings.discord_token.get_secret_value():
        raise Unusable(text("token-not-set"))
    for url in (*settings.comfyui_urls, settings.prompt_helper_url or "", settings.classifier_url or ""):
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
            await _run(settings, role, _workflows(settings))
    except* (WorkflowError, Unusable) as group:
        raise Unusable(*_problems(_first(group))) from None


def _problems(error: BaseException) -> Sequence[Argument]:
    match error:
        case WorkflowError(message=message):
            return (message,)
        case Unusable(problems=problems):
            return problems
        case _:
            return (str(error),)


def _workflows(settings: Settings) -> Loaded:
    """What there is of workflows; those that are wrong are told, all of them.

    Raises:
        WorkflowError: there is no folder of them.
        Unusable: one is wrong, and the operator wants the bot to stop then.
    """
    loaded = load_workflows(settings.workflows_dir)
    if loaded.problems and settings.workflow_errors is WorkflowErrors.STOP:
        raise Unusable(*(each.message for each in loaded.problems))
    for problem in loaded.problems:
        log.error("left out, and everything else goes on: %s", problem)
    return loaded


async def _run(settings: Settings, role: Role, loaded: Loaded) -> None:
    timeout = aiohttp.ClientTimeout(total=None)  # bot.comfy has its own for each request
    async with (
        aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
        open_store(settings.database) as ledger,
        open_progress(settings.database) as bus,
        AsyncExitStack() as stack,
    ):
        watch = Watch(ledger, settings.metrics_place)
        store = watch.store
        blobs = await blobs_of(settings, ledger.blob_table)
        servers = settings.servers() if role.runs_jobs else ()
        clients = [ComfyClient(session, server) for server in servers]
        parts = Parts(
            store,
            clients,
            loaded.templates,
            _rules(settings),
            blobs,
            left_out=loaded.left_out,
            worker=settings.worker_name if settings.shares_its_ledger else None,
        )
        await stack.enter_async_context(ledger.working_as([backend.name for backend in parts.backends]))
        composition = Composition(role, parts, bus, hands_over=_others_show(settings, role))
        await composition.prepare()
        services = {
            "database watch": store.watch,
            "workflow watch": WorkflowWatch(settings.workflows_dir, loaded, parts.reload).run,
            **composition.services,
        }
        people: Answering | None = None
        if role.answers_people:
            people = await stack.enter_async_context(answering(settings, session, store, composition))
            services |= people.services
        services |= watch.services(parts, people and people.gateway)
        gc.freeze()  # what is loaded by now stays: no collection needs to look through it
        gc.set_threshold(*COLLECT_AFTER)
        gc.enable()
        async with asyncio.TaskGroup() as tasks:
            for name, service in services.items():
                tasks.create_task(kept_running(name, service), name=name)
            if people is not None:
                tasks.create_task(people.gateway.run(), name="gateway")


def _others_show(settings: Settings, role: Role) -> bool:
    """Whether processes that do not reach this one's ComfyUI may show what comes of the jobs that run here."""
    shards = settings.shards
    answers_everybody = role.answers_people and (shards is None or len(shards.ids) == shards.count)
    return settings.shares_its_ledger and not answers_everybody


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
        raise Unusable(text("inputs-folder-unusable", folder=str(folder), problem=reason(error))) from error


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
        caps=settings.caps,
        policy=settings.node_policy,
        quarantine=settings.quarantine,
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
