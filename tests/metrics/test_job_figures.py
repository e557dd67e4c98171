"""What is counted of jobs, told by calls to a real ledger."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import pytest

from bot.jobs.job import Cancelled, Failed, Limits, Timing
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import Fenced, JobStore, NotStored, StoreFault, StoreUnavailable
from bot.metrics.job_figures import MOST_WORKFLOWS, JobFigures
from bot.metrics.ledger_figures import ledger_figures
from bot.metrics.recording import Counter, Figure, Histogram, Labels
from bot.metrics.store_calls import StoreCalls
from bot.texts import text
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, prompt_id, worker


class Counted:
    """An observed ledger, and what was seen of it."""

    def __init__(self, ledger: SqliteStore) -> None:
        self.jobs, self._calls = JobFigures(ledger.now), StoreCalls()
        self.ledger = ledger
        self.store: JobStore = self._calls.observed(ledger, self.jobs.listeners)

    def values(self, name: str) -> Mapping[Labels, float]:
        """Of a counter, what is not zero. Of a histogram: the sum of what was observed."""
        (figure,) = [each for each in (*self.jobs.figures, *self._calls.figures) if each.name == name]
        return _values(figure)

    def calls(self) -> Mapping[str, int]:
        """How many of each method were timed."""
        (timed,) = [each for each in self._calls.figures if isinstance(each, Histogram)]
        return {method: sum(measured.counts) for (method,), measured in timed.values.items()}


def _values(figure: Figure) -> Mapping[Labels, float]:
    if isinstance(figure, Histogram):
        return {labels: measured.total for labels, measured in figure.values.items()}
    return {labels: value for labels, value in figure.values.items() if value}


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def counted(tmp_path: Path, clock: MovableClock) -> AsyncGenerator[Counted]:
    async with SqliteStore.open(tmp_path / "jobs.db", clock=clock) as store:
        yield Counted(store)


async def test_a_job_is_counted_from_its_command_to_the_message_that_shows_its_end(
    counted: Counted, clock: MovableClock
) -> None:
    store = counted.store
    new = new_job()
    for _ in range(2):  # delivered twice by Discord, it is one
        await store.submit_group([new], NO_LIMITS)
    clock.move(5)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    claim = await store.note(claim, prompt_id())
    clock.move(12)
    assert await store.finish(claim, DONE, Timing(10))
    assert not await store.finish(claim, DONE, Timing(10))
    delivery = await store.claim_delivery("test", LEASE_SECONDS)
    assert delivery
    assert await store.postpone(delivery, 2)
    clock.move(3)
    delivery = await store.claim_delivery("test", LEASE_SECONDS)
    assert delivery
    clock.move(20)
    assert await store.delivered(delivery, 7)

    assert counted.values("comfycord_jobs_submitted") == {("txt2img",): 1}
    assert counted.values("comfycord_attempts") == {("gpu-1",): 1}
    assert counted.values("comfycord_jobs_ended") == {("txt2img", "done"): 1}
    assert counted.values("comfycord_job_run_seconds") == {("txt2img",): 10}
    assert counted.values("comfycord_job_wait_seconds") == {("txt2img",): 7}
    assert counted.values("comfycord_delivery_tries") == {("postponed",): 1, ("posted",): 1}
    assert counted.values("comfycord_delivery_seconds") == {(): 23}


async def test_other_ends_are_counted_as_what_they_are(counted: Counted) -> None:
    store = counted.store
    for outcome in (Failed(text("failed-lost")), Cancelled(1)):
        await store.submit(new_job(), NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert await store.finish(claim, outcome)
        delivery = await store.claim_delivery("test", LEASE_SECONDS)
        assert delivery
        assert await store.undeliverable(delivery)
    waiting = (await store.submit(new_job(), NO_LIMITS)).job_id
    for _ in range(2):
        await store.cancel(waiting, 1)

    assert counted.values("comfycord_jobs_ended") == {("txt2img", "failed"): 1, ("txt2img", "cancelled"): 1}
    assert counted.values("comfycord_jobs_cancelled_waiting") == {(): 1}
    assert counted.values("comfycord_delivery_tries") == {("undeliverable",): 2}
    assert counted.values("comfycord_job_run_seconds") == {}


async def test_jobs_that_lost_their_worker_are_counted(counted: Counted, clock: MovableClock) -> None:
    await counted.store.submit(new_job(), NO_LIMITS)
    await counted.store.claim(worker(), LEASE_SECONDS)
    assert await counted.store.reap() == 0
    clock.move(LEASE_SECONDS + 1)
    assert await counted.store.reap() == 1
    assert counted.values("comfycord_jobs_reaped") == {(): 1}


async def test_beyond_a_hundred_workflows_all_are_one(counted: Counted) -> None:
    for number in range(MOST_WORKFLOWS + 3):
        await counted.store.submit(new_job(workflow=f"w{number}"), NO_LIMITS)
    submitted = counted.values("comfycord_jobs_submitted")
    assert (len(submitted), submitted[("other",)]) == (MOST_WORKFLOWS + 1, 3)
    _, jobs, _ = await ledger_figures(counted.ledger, counted.jobs.workflows)
    queued = {
        workflow: count for (state, workflow), count in jobs.values.items() if state == "queued" and count
    }
    assert (len(queued), queued["other"]) == (MOST_WORKFLOWS + 1, 3)


async def test_calls_are_timed_and_their_errors_pass_through(counted: Counted) -> None:
    store = counted.store
    await store.submit(new_job(), NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    await store.note(claim, prompt_id())
    with pytest.raises(Fenced):
        await store.note(claim, prompt_id())
    await store.standings(user_id=1)
    assert store.now() == counted.ledger.now()
    assert counted.calls() == {"submit": 1, "claim": 1, "note": 2, "standings": 1}
    assert counted.values("comfycord_attempts") == {("gpu-1",): 1}


async def test_a_ledger_that_cannot_serve_is_counted_by_its_fault(tmp_path: Path) -> None:
    async with SqliteStore.open(tmp_path / "jobs.db", reserve_bytes=2**62) as store:
        counted = Counted(store)
        with pytest.raises(NotStored):
            await counted.store.submit(new_job(), Limits())
        assert counted.values("comfycord_store_faults") == {("full",): 1}


class _Away(SqliteStore):
    async def backlog(self) -> list[object]:  # pyright: ignore[reportIncompatibleMethodOverride]  # it never returns
        raise StoreUnavailable(StoreFault.BUSY, "locked")


async def test_what_the_ledger_does_not_tell_is_left_out(tmp_path: Path) -> None:
    async with _Away.open(tmp_path / "jobs.db") as store:
        (up,) = await ledger_figures(store, JobFigures(store.now).workflows)
    assert (up.name, up.values) == ("comfycord_store_up", {(): 0})


async def test_what_waits_is_told_by_state_with_the_age_of_the_oldest(
    counted: Counted, clock: MovableClock
) -> None:
    for _ in range(3):
        await counted.store.submit(new_job(), NO_LIMITS)
        clock.move(10)
    await counted.store.claim(worker(), LEASE_SECONDS)
    up, jobs, oldest = await ledger_figures(counted.ledger, counted.jobs.workflows)
    assert up.values == {(): 1}
    assert jobs.values == {
        ("preparing", "txt2img"): 0,
        ("queued", "txt2img"): 2,
        ("running", "txt2img"): 1,
        ("undelivered", "txt2img"): 0,
    }
    assert oldest.values == {("preparing",): 0, ("queued",): 20, ("running",): 30, ("undelivered",): 0}


def test_a_counter_without_labels_is_there_before_it_counts() -> None:
    assert Counter("x", "x").values == {(): 0}
