"""What a long queue, and long graphs, cost those who look at it: SQLite tells how it goes about each statement."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.jobs import line
from bot.jobs.database import Row
from bot.jobs.job import Failed, Limits, NewJob, Position, State
from bot.jobs.limits import MemberLimits
from bot.jobs.queue import Queue
from bot.jobs.sqlite import SqliteStore
from bot.texts import text
from tests.jobs.contract.preparations import FOX, MASKED, PAINTED, READY, with_files
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, prompt_id, worker
from tests.jobs.traced import Traced, traced


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def found(tmp_path: Path, clock: MovableClock) -> AsyncGenerator[Traced]:
    async with traced(tmp_path / "comfycord.db", clock) as found:
        yield found


@pytest.fixture
def store(found: Traced) -> SqliteStore:
    return SqliteStore(found.database)


async def a_day(store: SqliteStore) -> None:
    """Everything that is done to a job, and every look at it."""
    new = new_job()
    await store.submit(new, NO_LIMITS)
    await store.submit(new, NO_LIMITS)
    await store.make_all_preparations_due()
    await store.void_claims()
    await store.make_all_due()
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    claim = await store.note(claim, prompt_id())
    await store.started(claim, 0.0)
    await store.renew(claim, LEASE_SECONDS)
    await store.reap()
    await store.finish(claim, DONE)
    delivery = await store.claim_delivery("poster", LEASE_SECONDS)
    assert delivery
    await store.delivered(delivery, 1)
    await store.cancel(new.id, 1)
    await look(store)
    await store.forget(1.0)


async def prepare(store: SqliteStore) -> None:
    """Everything that is done to a job that starts from a file."""
    await store.submit(with_files(MASKED), NO_LIMITS)
    await store.submit(with_files(), NO_LIMITS)
    await store.submit(with_files(), NO_LIMITS)
    preparation, failing = [await store.claim_preparation("boot", LEASE_SECONDS) for _ in range(2)]
    assert preparation
    assert failing
    await store.renew_preparation(preparation, LEASE_SECONDS)
    await store.prepared(preparation, [READY])
    await store.inputs(preparation.job.id)
    await store.needed_blobs()
    await store.fail_preparation(failing, Failed(text("gone")))
    claim = await store.claim_preparation("boot", LEASE_SECONDS)
    assert claim
    await store.postpone_preparation(claim, 0)
    await store.cancel(claim.job.id, 1)


async def look(store: SqliteStore) -> None:
    new = new_job()
    await store.submit(new, NO_LIMITS)
    await store.job(new.id)
    await store.standing(new.id)
    for guild_id in (None, 100):
        for user_id in (None, 1):
            await store.standings(guild_id, user_id, most=15)
            await store.count_open(guild_id, user_id)
    await store.usual("txt2img")


def jobs_statements(statements: list[str]) -> list[str]:
    return [
        each for each in statements if (" jobs" in each or " inputs" in each) and not each.startswith("--")
    ]


async def test_no_statement_walks_through_all_the_jobs_there_ever_were(
    found: Traced, store: SqliteStore
) -> None:
    await a_day(store)
    await prepare(store)

    walks = [
        (statement, step)
        for statement in jobs_statements(found.written + found.read)
        for step in found.plan(statement)
        if step.startswith(("SCAN jobs", "SCAN inputs")) and "INDEX" not in step
    ]
    assert walks == []


async def test_the_line_is_read_from_an_index_alone(found: Traced, store: SqliteStore) -> None:
    new = new_job()
    await store.submit(new, NO_LIMITS)
    await store.standing(new.id)

    looks = [
        step
        for statement in jobs_statements(found.read)
        for step in found.plan(statement)
        if "state=" in step
    ]
    assert looks == ["SEARCH jobs USING COVERING INDEX jobs_in_line (state=?)"] * 2


@pytest.fixture
def long_from_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.jobs.line._LONG", 3)
    monkeypatch.setattr("bot.jobs.line._LONG_KEPT_SECONDS", 60.0)


async def three(store: SqliteStore) -> list[NewJob]:
    jobs = [new_job(user_id) for user_id in range(1, 4)]
    for new in jobs:
        await store.submit(new, NO_LIMITS)
    return jobs


def readings(found: Traced) -> int:
    return sum("FROM shares" in each for each in found.read)


@pytest.mark.usefixtures("long_from_three")
async def test_a_long_line_is_put_in_order_once_a_second_for_all_who_come_and_ask(
    found: Traced, store: SqliteStore
) -> None:
    jobs = await three(store)
    before = readings(found)
    for new in jobs:
        await store.standing(new.id)
    assert readings(found) == before

    last = new_job(4)
    assert (await store.submit(last, NO_LIMITS)).position == Position(
        3, people_ahead=3, people=3, seconds_ahead=None
    )
    assert readings(found) == before


@pytest.mark.usefixtures("long_from_three")
async def test_a_job_that_another_process_queued_is_listed_though_the_line_was_read_before_it(
    found: Traced, store: SqliteStore
) -> None:
    jobs = await three(store)
    await store.standings()
    last = new_job(4)
    await SqliteStore(found.database).submit(last, NO_LIMITS)

    assert [each.job.id for each in await store.standings(user_id=4)] == [last.id]
    listed = await store.standings()
    assert [each.job.id for each in listed] == [each.id for each in (*jobs, last)]
    assert [each.position and each.position.ahead for each in listed] == [0, 1, 2, 3]


@pytest.mark.usefixtures("long_from_three")
async def test_a_job_that_comes_while_the_line_is_read_is_in_what_is_kept_of_it(
    found: Traced, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = await three(store)
    was_read, may_go_on = threading.Event(), threading.Event()
    put_in_order = line.queue_of

    def held(rows: Sequence[Row]) -> Queue:
        was_read.set()
        may_go_on.wait()
        return put_in_order(rows)

    foreign, own = new_job(4), new_job(5)
    await SqliteStore(found.database).submit(foreign, NO_LIMITS)
    monkeypatch.setattr(line, "queue_of", held)
    looking = asyncio.create_task(store.standing(foreign.id))
    await asyncio.to_thread(was_read.wait)
    await store.submit(own, NO_LIMITS)
    may_go_on.set()
    await looking
    before = readings(found)

    assert [each.job.id for each in await store.standings()] == [each.id for each in (*jobs, foreign, own)]
    assert readings(found) == before


async def test_the_next_job_is_found_with_a_step_for_each_kind_and_place_and_the_queue_of_one_place(
    found: Traced, store: SqliteStore
) -> None:
    await store.submit(new_job(), NO_LIMITS)
    await store.claim(worker(), LEASE_SECONDS)

    looks = [
        step
        for statement in dict.fromkeys(jobs_statements(found.written))
        for step in found.plan(statement)
        if "jobs_waiting" in step
    ]
    of_places = [
        "state=?",
        "state=? AND kind>?",
        "state=? AND kind=?",
        "state=? AND kind=? AND place>?",
        "state=? AND kind=? AND place=?",  # its first job
    ]
    assert (
        looks
        == [
            *(f"SEARCH jobs USING INDEX jobs_waiting ({condition})" for condition in of_places),
            "SEARCH jobs USING INDEX jobs_waiting_of_place (state=? AND place=?)",
            "SEARCH jobs USING INDEX jobs_waiting_of_place (state=? AND place=? AND kind=? AND user_id=?)",  # taken
        ]
    )


async def test_whoever_looks_reads_no_graph(found: Traced, store: SqliteStore) -> None:
    await store.submit(new_job(), NO_LIMITS)
    await look(store)

    assert found.read
    assert [statement for statement in found.read if "graph" in statement] == []


async def test_a_job_that_moves_on_writes_its_graph_no_more(found: Traced, store: SqliteStore) -> None:
    await a_day(store)

    with_graphs = [statement.split()[0] for statement in found.written if "graph" in statement]
    assert with_graphs == ["INSERT", "SELECT", "INSERT"]  # submitted, claimed, and the other one submitted


async def test_a_worker_looks_at_one_job_of_each_kind(found: Traced, store: SqliteStore) -> None:
    asked: list[object] = []

    class Remembering:
        def __contains__(self, need: object) -> bool:
            asked.append(need)
            return False

    for number in range(60):
        await store.submit(new_job(needs=frozenset({f"model {number % 3}"})), NO_LIMITS)

    assert await store.claim(worker(has=Remembering()), LEASE_SECONDS) is None
    assert sorted(map(str, asked)) == ["model 0", "model 1", "model 2"]
    assert found.commits == 61


async def test_among_kinds_that_can_run_the_first_in_line_is_taken(store: SqliteStore) -> None:
    kinds = [frozenset({name}) for name in ("c", "a", "b", "a")]
    jobs = [new_job(user_id, needs=needs) for user_id, needs in enumerate(kinds)]
    for new in jobs:
        await store.submit(new, NO_LIMITS)

    claims = [await store.claim(worker(has={"a", "b"}), LEASE_SECONDS) for _ in range(4)]

    assert [claim and claim.job.id for claim in claims] == [jobs[1].id, jobs[2].id, jobs[3].id, None]


async def test_a_short_list_has_the_first_jobs_and_a_count_has_all(store: SqliteStore) -> None:
    jobs = [new_job(user_id, guild_id=100 + user_id % 2) for user_id in range(6)]
    for new in jobs:
        await store.submit(new, NO_LIMITS)
    await store.claim(worker(), LEASE_SECONDS)

    everywhere = await store.standings(most=3)
    in_guild = await store.standings(guild_id=101, most=2)

    assert [standing.job.id for standing in everywhere] == [jobs[0].id, jobs[1].id, jobs[2].id]
    assert everywhere[0].job.state is State.RUNNING
    assert [standing.job.id for standing in in_guild] == [jobs[1].id, jobs[3].id]
    assert [standing.position and standing.position.ahead for standing in in_guild] == [0, 2]
    counts = [
        await store.count_open(*which) for which in ((None, None), (101, None), (None, 5), (101, 5), (100, 5))
    ]
    assert counts == [6, 3, 1, 1, 0]


async def test_graphs_go_with_their_job(found: Traced, store: SqliteStore, clock: MovableClock) -> None:
    await store.submit(replace(new_job(), ui_graph=json.dumps({"nodes": []})), NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    assert claim.ui_graph == '{"nodes": []}'
    await store.finish(claim, DONE)
    delivery = await store.claim_delivery("poster", LEASE_SECONDS)
    assert delivery
    await store.delivered(delivery, 1)
    clock.move(10)

    assert found.look("SELECT count(*) FROM graphs") == [(1,)]
    assert await store.forget(5.0) == 1
    assert found.look("SELECT count(*) FROM graphs") == [(0,)]


async def test_the_address_of_a_file_is_gone_once_nobody_will_fetch_it(
    found: Traced, store: SqliteStore
) -> None:
    """So are the files' rows, once their job is."""

    def told() -> str:
        return str(found.look("SELECT * FROM inputs"))

    await store.submit(with_files(MASKED), NO_LIMITS)
    assert (FOX.url in told(), PAINTED.url in told()) == (True, True)
    await prepare(store)
    assert "cdn.discordapp" in told()  # the first one was prepared, another is
    while preparation := await store.claim_preparation("boot", LEASE_SECONDS):
        await store.prepared(preparation, [READY])

    assert READY.blob in told()
    assert "cdn.discordapp" not in told()


async def test_files_go_with_their_job(found: Traced, store: SqliteStore, clock: MovableClock) -> None:
    ticket = await store.submit(with_files(), NO_LIMITS)
    await store.cancel(ticket.job_id, 1)
    delivery = await store.claim_delivery("poster", LEASE_SECONDS)
    assert delivery
    await store.delivered(delivery, None)
    clock.move(10)

    assert found.look("SELECT count(*) FROM inputs") == [(1,)]
    assert await store.forget(5.0) == 1
    assert found.look("SELECT count(*) FROM inputs") == [(0,)]


async def test_what_a_person_used_is_counted_where_it_is_limited_alone_and_by_their_own_jobs(
    found: Traced, store: SqliteStore, clock: MovableClock
) -> None:
    await store.submit(new_job(), NO_LIMITS)
    plain = len(found.written)
    clock.move(1)
    limits = MemberLimits(waiting=9, a_day=9, gpu_seconds_a_day=9, cooldown_seconds=1)
    await store.submit(new_job(), Limits(member=limits))

    asked = [each for each in found.written[plain:] if each.lstrip().startswith("SELECT")]
    counts = [each for each in asked if "user_id" in each]
    assert len(found.written) == 2 * plain + len(counts)
    assert [step for each in counts for step in found.plan(each) if "jobs" in step] == [
        "SEARCH jobs USING INDEX jobs_of_user (user_id=? AND guild_id=?)",
        "SEARCH jobs USING INDEX jobs_open_of_user (user_id=? AND state=?)",
        "SEARCH jobs USING INDEX jobs_of_user (user_id=? AND guild_id=? AND created_at>?)",
    ]
