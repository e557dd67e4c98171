"""``python -m bot doctor``: looks at everything the bot stands on and says, line by line, what to mend."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from bot.comfy import ComfyClient, ComfyError, ObjectInfo, Server, Unauthorized
from bot.comfy_words import told
from bot.doctor_discord import told_of_discord
from bot.doctor_helpers import told_of_helpers
from bot.doctor_operator import told_of_operator
from bot.doctor_workers import told_by_workers
from bot.finding import PATIENCE_SECONDS, Finding
from bot.generation.catalogue import offer
from bot.jobs.opening import open_store
from bot.jobs.store import StoreInUse, StoreUnusable
from bot.lacking import Lack, gathered
from bot.role import Role
from bot.settings import MissingModels, Settings, is_loopback
from bot.spoken import can_show, operators_locale
from bot.texts import Text, render, text
from bot.threads import finished
from bot.workflows import Draft, Template, Unavailable, WorkflowError, classes_of, load_workflows, resolve
from bot.workflows.policy import NodePolicy
from bot.workflows.prompts.wildcard_files import WildcardFolder


async def examine(settings: Settings, role: Role = Role.ALL) -> int:
    """Print every finding; returns the exit status: 0 when all is well, else 1."""
    locale = operators_locale(settings.language, os.environ, sys.stdout.encoding)
    well, plain = True, not can_show("✓✗–", sys.stdout.encoding)
    async for finding in findings(settings, role):
        well = well and finding.good is not False
        mark = finding.plain_mark if plain else finding.mark
        print(f"{mark} {render(finding.words, locale)}", flush=True)
    return 0 if well else 1


async def findings(settings: Settings, role: Role = Role.ALL) -> AsyncIterator[Finding]:
    """Everything there is to say of these settings for a process of this role, in the order in which one would mend it."""
    yield Finding(good=True, words=_sources(settings))
    for oddity in settings.oddities:
        yield Finding(good=None, words=oddity)
    if role is not Role.ALL and not settings.shares_its_ledger:
        yield Finding(good=False, words=text("role-alone", role=role))
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        if role.answers_people:
            async for finding in told_of_discord(session, settings):
                yield finding
        async for finding in _commands(session, settings, role):
            yield finding
    if role is Role.WORKER:
        yield Finding(good=True, words=text("doctor-worker", name=settings.worker_name))
    else:
        async for finding in _for_people(settings):
            yield finding
    yield _metrics(settings)
    async for finding in _database(settings):
        yield finding


async def _commands(session: aiohttp.ClientSession, settings: Settings, role: Role) -> AsyncIterator[Finding]:
    """The workflows, the servers that are to run them, and what comes of both."""
    templates: tuple[Template | Draft, ...] = ()
    try:
        loaded = load_workflows(settings.workflows_dir)
        templates = loaded.templates
        for problem in loaded.problems:
            yield Finding(good=False, words=problem.message)
        yield Finding(
            good=True,
            words=text(
                "doctor-workflows", count=len(templates), folder=str(settings.workflows_dir.absolute())
            ),
        )
    except WorkflowError as error:
        yield Finding(good=False, words=error.message)
    known: list[ObjectInfo] = []
    if not role.runs_jobs:
        for good, words in await told_by_workers(settings.database, known):
            yield Finding(good=good, words=words)
    for server in settings.servers() if role.runs_jobs else ():
        async for finding in _backend(session, server, templates, known):
            yield finding
    allow_stand_ins = settings.missing_models is MissingModels.SUBSTITUTE
    policy = settings.node_policy
    for finding in _offers(templates, known, allow_stand_ins=allow_stand_ins, policy=policy):
        yield finding


async def _for_people(settings: Settings) -> AsyncIterator[Finding]:
    """What only who answers people needs."""
    async for finding in told_of_helpers(settings):
        yield finding
    yield await asyncio.to_thread(_font)
    for finding in await _wildcards(settings):
        yield finding


async def _backend(
    session: aiohttp.ClientSession,
    server: Server,
    templates: tuple[Template | Draft, ...],
    known: list[ObjectInfo],
) -> AsyncIterator[Finding]:
    client = ComfyClient(session, server, timeout_seconds=PATIENCE_SECONDS)
    try:
        stats = await client.system_stats()
        queue = await client.queue()
        knowledge = await client.object_info_or_of(frozenset[str]().union(*map(classes_of, templates)))
    except Unauthorized:
        yield Finding(good=False, words=text("doctor-backend-unauthorized", backend=server.label))
        return
    except ComfyError as error:
        yield Finding(good=False, words=text("doctor-backend-away", problem=told(error.sentence)))
        return
    known.append(knowledge)
    yield Finding(
        good=True,
        words=text(
            "doctor-backend",
            backend=server.label,
            version=stats.comfyui_version or "?",
            devices=", ".join(device.name for device in stats.devices) or "?",
            running=len(queue.running),
            waiting=len(queue.pending),
        ),
    )
    lacks: list[Lack] = []
    for template in templates:
        match _resolved(template, [knowledge]):
            case Unavailable(reasons=reasons):
                lacks += [(template.name, reason) for reason in reasons]
            case WorkflowError() as error:
                yield Finding(good=False, words=error.message)
            case _:
                pass
    for words in gathered(server.label, lacks):
        yield Finding(good=None, words=words)


def _offers(
    templates: tuple[Template | Draft, ...],
    known: list[ObjectInfo],
    *,
    allow_stand_ins: bool,
    policy: NodePolicy,
) -> list[Finding]:
    """Which commands there would be, and which more than Discord takes."""
    if not known:
        return []
    offered = offer(templates, known, allow_stand_ins=allow_stand_ins, policy=policy)
    names = ", ".join(f"/{name}" for name in offered.workflows)
    beyond = [
        Finding(good=False, words=text("doctor-not-offered", workflow=name, reason=reason))
        for name, reasons in offered.missing.items()
        for reason in reasons
        if reason.id in {"workflow-too-many", "workflow-bug", "policy-denied"}
    ]
    waiting = [
        Finding(good=None, words=text("doctor-stand-in", workflow=name, option=option.name, wished=wished))
        for name, workflow in offered.workflows.items()
        for option in workflow.all_options
        if (wished := option.stands_in_for) is not None
    ]
    return [
        Finding(good=bool(offered.workflows), words=text("doctor-commands", names=names or "–")),
        *beyond,
        *waiting,
    ]


def _resolved(template: Template | Draft, knowledge: list[ObjectInfo]) -> object:
    try:
        return resolve(template, knowledge)
    except WorkflowError as error:
        return error


async def _wildcards(settings: Settings) -> list[Finding]:
    """Nothing, where the operator has none."""
    found = await finished(WildcardFolder(settings.wildcards_dir).look)
    count, folder = len(found.wildcards), str(settings.wildcards_dir.absolute())
    there = [Finding(good=True, words=text("doctor-wildcards", count=count, folder=folder))] if count else []
    return [*there, *(Finding(good=None, words=problem) for problem in found.problems)]


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    """Whether it can be used, and what it keeps of the operator's decisions. Of one in use a running bot knows more."""
    try:
        async with open_store(settings.database) as store:
            yield Finding(good=True, words=text("doctor-database", path=store.label))
            for finding in await told_of_operator(store, _templates(settings)):
                yield finding
    except StoreInUse as error:
        yield Finding(good=True, words=text("doctor-database-in-use", path=str(error.path)))
    except StoreUnusable as error:
        yield Finding(good=False, words=text("doctor-database-wrong", problem=error.problems[0]))


def _templates(settings: Settings) -> tuple[Template | Draft, ...]:
    try:
        return load_workflows(settings.workflows_dir).templates
    except WorkflowError:
        return ()  # that is another finding


def _metrics(settings: Settings) -> Finding:
    if settings.metrics_place is None:
        return Finding(good=None, words=text("doctor-metrics-off"))
    if is_loopback(settings.metrics_place[0]):
        return Finding(good=True, words=text("doctor-metrics", place=settings.metrics_listen))
    return Finding(good=None, words=text("doctor-metrics-open", place=settings.metrics_listen))


def _font() -> Finding:
    from bot.delivery.fonts import installed  # noqa: PLC0415  # loads Pillow

    path = installed().chinese()
    if path is None:
        return Finding(good=None, words=text("doctor-font-missing"))
    return Finding(good=True, words=text("doctor-font", path=str(path)))


def _sources(settings: Settings) -> Text:
    """Where the settings come from, and where a path in them begins that is not told whole."""
    folder = str(Path.cwd())
    if settings.file is None:
        return text("doctor-settings-around", folder=folder)
    return text("doctor-settings", file=str(settings.file.absolute()), folder=folder)
