"""What each of the two users may do: everything that is its task, and nothing else. As one connects, so one is judged."""

from collections.abc import AsyncGenerator

import psycopg
import pytest
from msgspec.structs import replace

from bot.jobs.backend_store import BackendReport, NodeList
from bot.jobs.job import Failed, Timing
from bot.jobs.operator_store import BackendOrder
from bot.jobs.postgres import PostgresStore
from bot.jobs.postgres.progress import PostgresProgress
from bot.jobs.postgres.schema import GRANTS, ROLES, migrate, migrations
from bot.jobs.postgres.sessions import connect
from bot.jobs.progress_bus import KeptPreview
from bot.jobs.store import JobStore
from tests.jobs.contract import guild_workflows
from tests.jobs.contract.groups import group_of
from tests.jobs.contract.pending import order, reminder
from tests.jobs.contract.people import OWN
from tests.jobs.contract.preparations import READY, with_files
from tests.jobs.contract.quarantine import BAD, asked, incident
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, prompt_id, worker
from tests.jobs.test_postgres_faults import live
from tests.postgres import PostgresServer


@pytest.fixture
def database(postgres: PostgresServer, postgres_url: str) -> str:
    """The name of an empty ledger whose two users are there."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for script in (ROLES, GRANTS, GRANTS):
            connection.execute(script.read_bytes())
    return postgres_url.rpartition("/")[2]


@pytest.fixture
def bots_url(postgres: PostgresServer, database: str) -> str:
    return postgres.url(database, "comfycord_bot")


@pytest.fixture
def workers_url(postgres: PostgresServer, database: str) -> str:
    return postgres.url(database, "comfycord_worker")


@pytest.fixture
async def bot(bots_url: str) -> AsyncGenerator[PostgresStore]:
    async with PostgresStore.open(bots_url, most_sessions=1) as store:
        yield store


@pytest.fixture
async def gpu(workers_url: str) -> AsyncGenerator[PostgresStore]:
    async with PostgresStore.open(workers_url, most_sessions=1) as store:
        yield store


async def test_a_worker_runs_jobs_and_sees_no_token(bot: JobStore, gpu: JobStore) -> None:
    await bot.submit(with_files(), NO_LIMITS)
    preparation = await bot.claim_preparation("boot", LEASE_SECONDS)
    assert preparation
    await bot.prepared(preparation, [READY])

    claim = await gpu.claim(worker(), LEASE_SECONDS)
    assert claim
    assert [each.prepared for each in claim.inputs] == [READY]
    claim = await gpu.note(claim, prompt_id())
    await gpu.renew(claim, LEASE_SECONDS)
    await gpu.started(claim, 0.0)
    await gpu.release(claim)
    again = await gpu.claim(worker(), LEASE_SECONDS)
    assert again
    assert await gpu.hand_over(again, ["1" * 64, None])
    assert await gpu.finish(again, DONE, Timing(1.0, {"3": 1.0}))
    assert await gpu.reap() == 0
    await gpu.usual("txt2img")
    assert list(await bot.handed_over(again.job.id)) == ["1" * 64, None]

    seen = await gpu.job(claim.job.id)
    known = await bot.job(claim.job.id)
    assert seen
    assert known
    assert (claim.job.reply.token, seen.reply.token, known.reply.token) == ("", "", "a way back")
    assert replace(seen, reply=known.reply) == known
    await bot.claim_delivery("poster", LEASE_SECONDS)


async def test_a_worker_tells_of_its_comfyui_and_of_progress(
    bot: JobStore, gpu: JobStore, workers_url: str
) -> None:
    nodes = NodeList("d" * 64, b"packed")
    async with gpu.working_as(["gpu-1/127.0.0.1:8188"]):
        await gpu.publish_nodes(nodes)
        report = BackendReport("gpu-1/127.0.0.1:8188", "gpu-1", online=True, nodes=nodes.digest)
        await gpu.report_backends([report])
        assert [each.report for each in await bot.backends()] == [report]
        assert await bot.nodes(nodes.digest) == nodes
        await gpu.backends()
        await gpu.running()
    async with PostgresProgress.open(workers_url) as bus:
        fox, job_id = KeptPreview(b"a fox", "image/png"), prompt_id()
        await bus.send(job_id, "{}", fox)
        assert await bus.preview(job_id) == fox
        await bus.forget(job_id)
        assert await bus.preview(job_id) is None


async def test_a_worker_sets_aside_what_crashes_its_comfyui_and_ends_what_waits_for_it(
    bot: JobStore, gpu: JobStore
) -> None:
    ticket = await bot.submit(asked(BAD), NO_LIMITS)
    assert await gpu.report_incident(incident()) is None
    found = await gpu.report_incident(incident())
    assert found
    assert found.ended == 1
    assert list(await gpu.quarantined()) == [found.quarantined]
    job = await bot.job(ticket.job_id)
    assert job
    assert job.outcome == Failed(found.quarantined.reason)
    assert await bot.release_quarantined(found.quarantined, by=7)


async def test_a_worker_does_what_the_operator_wants_of_its_comfyui(bot: JobStore, gpu: JobStore) -> None:
    await bot.ask_for_memory("gpu-1", by=7)
    assert list(await gpu.backend_orders()) == [BackendOrder("gpu-1", free_memory=True)]
    await gpu.memory_freed("gpu-1")
    assert list(await bot.backend_orders()) == []


async def test_a_worker_knows_which_nodes_workflows_of_guilds_want(bot: JobStore, gpu: JobStore) -> None:
    workflow = await guild_workflows.published(bot)
    assert list(await gpu.guild_workflows(None)) == [workflow]
    version = await gpu.workflow_version(workflow.id, 1)
    assert version
    assert version.source == guild_workflows.SOURCE


async def test_a_bot_does_all_that_a_bot_does(bot: PostgresStore) -> None:
    await live(bot)
    (first, *_) = group = group_of(2)
    await bot.submit_group(group, NO_LIMITS)
    await bot.cancel_group(first.id, 1)
    await bot.set_guild_setting(100, "key", "1", set_by=1)
    await bot.set_mentions(1, wanted=False)
    await bot.save_preset(OWN)
    await bot.keep_pending(order())
    await bot.keep_reminder(reminder())
    assert await bot.forget(0.0) == 1
    assert (await bot.figures(1)).jobs == 3
    await bot.erase(1)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM guild_settings",
        "SELECT * FROM channel_settings",
        "SELECT * FROM people",
        "SELECT * FROM guild_rulings",
        "DELETE FROM quarantine",
        "SELECT * FROM presets",
        "SELECT * FROM word_rules",
        "UPDATE guild_workflows SET shared = 1",
        "UPDATE workflow_versions SET command = ''",
        "SELECT * FROM pending_orders",
        "SELECT paused_by FROM pauses",
        "SELECT * FROM audit",
        "SELECT * FROM day_figures",
        "SELECT * FROM ended_jobs",
        "SELECT interaction_token FROM public.jobs",
        "SELECT asked FROM inputs",
        "UPDATE jobs SET user_id = 1",
        "UPDATE jobs SET delivery = 'posted'",
        "UPDATE public.jobs SET state = 'queued'",
        "INSERT INTO jobs (id) VALUES ('x')",
        "DELETE FROM jobs",
        "UPDATE graphs SET graph = ''",
        "UPDATE comfycord_format SET number = 1",
    ],
)
def test_a_worker_may_not(workers_url: str, statement: str) -> None:
    refuse(workers_url, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (x INT)",
        "CREATE TEMPORARY TABLE more (x INT)",
        "DROP TABLE public.jobs",
        "ALTER TABLE public.jobs ADD COLUMN more INT",
        "CREATE SCHEMA more",
        "TRUNCATE public.jobs CASCADE",
        "CREATE ROLE more",
        "UPDATE comfycord_format SET number = 1",
    ],
)
def test_nobody_but_the_owner_changes_tables(bots_url: str, workers_url: str, statement: str) -> None:
    for url in (bots_url, workers_url):
        refuse(url, statement)


def refuse(url: str, statement: str) -> None:
    with (
        psycopg.connect(url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_a_migration_lets_both_users_go_on(postgres: PostgresServer, database: str) -> None:
    scripts = (
        *migrations(),
        "ALTER TABLE jobs ADD COLUMN more BIGINT DEFAULT 7; CREATE TABLE others (x BIGINT)",
    )
    with connect(postgres.url(database)) as owner:
        migrate(owner, "the test's", scripts)

    with connect(postgres.url(database, "comfycord_bot")) as bot:
        bot.execute("INSERT INTO others VALUES (1)")
    with connect(postgres.url(database, "comfycord_worker")) as gpu:
        assert gpu.execute("SELECT more, interaction_token FROM jobs").fetchall() == []
