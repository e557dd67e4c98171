"""Every order of events that Hypothesis can think of, on a real store and on the model beside it."""

import asyncio
import tempfile
from abc import abstractmethod
from collections import Counter
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace

from bot.jobs.claim import Claim, Preparation, Worker
from bot.jobs.job import Cancelled, Delivery, DeliveryState, Failed, Job, NewJob, Outcome, Timing
from bot.jobs.postgres import PostgresStore
from bot.jobs.sqlite import SqliteStore
from bot.jobs.store import Fenced, JobStore
from bot.texts import text
from tests.jobs.contract.preparations import PICTURE, READY
from tests.jobs.model import Entry, Model
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, prompt_id
from tests.postgres import PostgresServer

T = TypeVar("T")

# Nothing is told here of what a disk does: where there is one in memory, its writes cost nothing.
IN_MEMORY = Path("/dev/shm")

PLAIN, FLUX = frozenset({"KSampler"}), frozenset({"KSampler", "flux.safetensors"})
HAS = {"gpu-1": FLUX, "gpu-2": PLAIN}

backends = st.sampled_from(sorted(HAS))
# Half a lease twice is a lease: expiry is reached from both sides.
delays = st.sampled_from([LEASE_SECONDS, LEASE_SECONDS / 2, 3600.0])
# Nothing is learned of a run that nobody timed, nor of one that was cancelled: the costs stay as they are assumed.
ends: st.SearchStrategy[tuple[Outcome, int | None]] = st.sampled_from(
    [(DONE, None), (Cancelled(None), None), (Cancelled(None), 1), (Cancelled(None), 61)]
)


def order(person: int, guild_id: int | None, needs: frozenset[str], weight: int, *, files: bool) -> NewJob:
    new = new_job(person, guild_id=guild_id, needs=needs)
    return replace(new, inputs=(PICTURE,) if files else (), weight=weight)


orders = st.builds(
    order,
    st.integers(1, 3),
    st.sampled_from([100, 101, None]),
    st.sampled_from([PLAIN, FLUX]),
    st.sampled_from([1, 3]),
    files=st.booleans(),
)


class LedgerMachine(RuleBasedStateMachine):
    """On whichever store :meth:`opened_store` opens."""

    submitted = Bundle("submitted")
    preparations = Bundle("preparations")
    claims = Bundle("claims")
    deliveries = Bundle("deliveries")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = MovableClock()
        self.model = Model()
        self.posted: Counter[UUID] = Counter()
        self.attempts: dict[UUID, int] = {}
        self.opened = AsyncExitStack()
        self.boot = 0
        self.store: JobStore = self.do(self.open())

    def do(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(coroutine)

    async def open(self) -> JobStore:
        self.boot += 1
        return await self.opened.enter_async_context(self.opened_store())

    @abstractmethod
    def opened_store(self) -> AbstractAsyncContextManager[JobStore]:
        """The store as it was left."""

    @abstractmethod
    def expect_after_restart(self) -> None:
        """Let the model do what the store does when it is opened."""

    def worker(self, backend: str, *, other_is_dead: bool = False) -> Worker:
        dead = frozenset(HAS) - {backend} if other_is_dead else frozenset[str]()
        return Worker(owner=f"{self.boot}/{backend}", backend=backend, has=HAS[backend], dead=dead)

    # Asking

    @initialize(target=submitted)
    def the_first_job(self) -> NewJob:
        return self.enter(new_job(needs=PLAIN))

    @rule(target=submitted, new=orders)
    def submit(self, new: NewJob) -> NewJob:
        return self.enter(replace(new, interaction_id=new_job().interaction_id, id=uuid4()))

    def enter(self, new: NewJob) -> NewJob:
        assert self.do(self.store.submit(new, NO_LIMITS)).created
        self.model.submit(new, self.clock.now)
        return new

    @rule(new=submitted)
    def submit_twice(self, new: NewJob) -> None:
        again = new_job(interaction_id=new.interaction_id)
        ticket = self.do(self.store.submit(again, NO_LIMITS))
        assert (ticket.job_id, ticket.created) == (self.model.submit(again, self.clock.now), False)

    @rule(new=submitted)
    def cancel(self, new: NewJob) -> None:
        assert self.do(self.store.cancel(new.id, 42)) is self.model.cancel(new.id, self.clock.now)

    # Preparing

    @rule(target=preparations)
    def claim_preparation(self) -> Preparation | MultipleResults[Preparation]:
        preparation = self.do(self.store.claim_preparation("boot", LEASE_SECONDS))
        expected = self.model.claim_preparation(LEASE_SECONDS, self.clock.now)
        assert (preparation and preparation.job.id) == expected
        return preparation or multiple()

    @rule(preparation=preparations)
    def renew_preparation(self, preparation: Preparation) -> None:
        renewed = self.do(self.store.renew_preparation(preparation, LEASE_SECONDS))
        assert renewed == self.model.renew_preparation(preparation, LEASE_SECONDS, self.clock.now)

    @rule(preparation=preparations, delay_seconds=delays)
    def postpone_preparation(self, preparation: Preparation, delay_seconds: float) -> None:
        postponed = self.do(self.store.postpone_preparation(preparation, delay_seconds))
        assert postponed == self.model.postpone_preparation(preparation, delay_seconds, self.clock.now)

    @rule(preparation=preparations)
    def prepared(self, preparation: Preparation) -> None:
        done = self.do(self.store.prepared(preparation, [READY]))
        assert done == self.model.prepared(preparation)

    @rule(preparation=preparations)
    def fail_preparation(self, preparation: Preparation) -> None:
        failed = self.do(self.store.fail_preparation(preparation, Failed(text("gone"))))
        assert failed == self.model.fail_preparation(preparation, self.clock.now)

    # Running. A claim is used again after it was lost: that is what a zombie does.

    @rule(target=claims, backend=backends, other_is_dead=st.booleans())
    def claim(self, backend: str, other_is_dead: bool) -> Claim | MultipleResults[Claim]:  # noqa: FBT001  # Hypothesis passes by name
        worker = self.worker(backend, other_is_dead=other_is_dead)
        claim = self.do(self.store.claim(worker, LEASE_SECONDS))
        expected = self.model.claim(worker, LEASE_SECONDS, self.clock.now)
        assert (claim and claim.job.id) == expected
        return claim or multiple()

    @rule(target=claims, claim=claims)
    def note(self, claim: Claim) -> Claim | MultipleResults[Claim]:
        expected = self.model.note(claim)
        try:
            noted = self.do(self.store.note(claim, prompt_id()))
        except Fenced:
            assert not expected
            return multiple()
        assert expected
        assert noted.attempt == claim.attempt + 1
        return noted

    @rule(claim=claims)
    def renew(self, claim: Claim) -> None:
        verdict = self.do(self.store.renew(claim, LEASE_SECONDS))
        assert verdict is self.model.renew(claim, LEASE_SECONDS, self.clock.now)

    @rule(claim=claims)
    def release(self, claim: Claim) -> None:
        assert self.do(self.store.release(claim)) == self.model.release(claim)

    @rule(claim=claims, end=ends)
    def finish(self, claim: Claim, end: tuple[Outcome, int | None]) -> None:
        outcome, seconds = end
        finished = self.do(self.store.finish(claim, outcome, None if seconds is None else Timing(seconds)))
        assert finished == self.model.finish(claim, outcome, seconds, self.clock.now)

    @rule(seconds=delays)
    def time_passes(self, seconds: float) -> None:
        self.clock.move(seconds)
        assert self.do(self.store.reap()) == self.model.reap(self.clock.now)

    # Showing

    @rule(target=deliveries)
    def claim_delivery(self) -> Delivery | MultipleResults[Delivery]:
        delivery = self.do(self.store.claim_delivery("poster", LEASE_SECONDS))
        expected = self.model.claim_delivery("poster", LEASE_SECONDS, self.clock.now)
        assert (delivery and delivery.job.id) == expected
        return delivery or multiple()

    @rule(delivery=deliveries)
    def delivered(self, delivery: Delivery) -> None:
        accepted = self.do(self.store.delivered(delivery, 555))
        assert accepted == self.model.settle(delivery, DeliveryState.POSTED)
        self.posted[delivery.job.id] += accepted

    @rule(delivery=consumes(deliveries), delay_seconds=delays)
    def postpone(self, delivery: Delivery, delay_seconds: float) -> None:
        postponed = self.do(self.store.postpone(delivery, delay_seconds))
        assert postponed == self.model.postpone(delivery, delay_seconds, self.clock.now)

    # What nobody asked for

    @precondition(lambda self: bool(self.model.entries))
    @rule(jump_seconds=st.sampled_from([0.0, -3600.0, 3600.0]))
    def restart(self, jump_seconds: float) -> None:
        self.do(self.opened.aclose())
        self.clock.move(jump_seconds)
        self.store = self.do(self.open())
        self.expect_after_restart()

    # What always holds

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        self.do(self.compare())

    async def compare(self) -> None:
        standings = await self.store.standings()
        running = [(entry.new.id, None) for entry in self.model.running()]
        preparing = [(entry.new.id, None) for entry in self.model.preparing()]
        queued = [(entry.new.id, ahead) for ahead, entry in enumerate(self.model.queue())]
        assert [(each.job.id, each.position and each.position.ahead) for each in standings] == [
            *running,
            *preparing,
            *queued,
        ]
        known = {standing.job.id: standing.job for standing in standings}
        for job_id, entry in self.model.entries.items():
            job = known.get(job_id) or await self.store.job(job_id)
            assert job, "a job was lost"
            self.compare_one(job, entry)

    def compare_one(self, job: Job, entry: Entry) -> None:
        found = (job.state, job.delivery, job.attempt, job.backend)
        assert found == (entry.state, entry.delivery, entry.attempt, entry.backend)
        assert job.attempt >= self.attempts.get(job.id, 0)
        self.attempts[job.id] = job.attempt

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        assert all(times <= 1 for times in self.posted.values())

    def teardown(self) -> None:
        try:
            self.everything_comes_to_its_end()
        finally:
            self.do(self.opened.aclose())
            self.loop.close()

    def everything_comes_to_its_end(self) -> None:
        """Whatever happened before: with time and one good worker every job ends and is posted, once."""
        self.clock.move(100 * 3600)  # past every lease, however often the clock was set back
        self.do(self.store.reap())
        while preparation := self.do(self.store.claim_preparation("boot", LEASE_SECONDS)):
            assert self.do(self.store.prepared(preparation, [READY]))
        while claim := self.do(self.store.claim(self.worker("gpu-1", other_is_dead=True), LEASE_SECONDS)):
            assert self.do(self.store.finish(claim, DONE))
        while delivery := self.do(self.store.claim_delivery("poster", LEASE_SECONDS)):
            self.posted[delivery.job.id] += self.do(self.store.delivered(delivery, 555))
        assert self.posted == Counter(dict.fromkeys(self.model.entries, 1))


class SqliteMachine(LedgerMachine):
    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
        super().__init__()

    def opened_store(self) -> AbstractAsyncContextManager[JobStore]:
        return SqliteStore.open(Path(self.folder.name, "comfycord.db"), clock=self.clock)

    def expect_after_restart(self) -> None:
        self.model.restart()

    def teardown(self) -> None:
        super().teardown()
        self.folder.cleanup()


def run(machine: type[LedgerMachine], examples: int) -> None:
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=40, deadline=None)
    )


@pytest.mark.timeout(400)  # two seconds as a rule; a failure is shrunk first, for at most five minutes
def test_sqlite_does_what_the_model_does_whatever_happens() -> None:
    run(SqliteMachine, 60)


@pytest.mark.timeout(400)
def test_postgresql_does_what_the_model_does_whatever_happens(
    postgres: PostgresServer, postgres_template: str
) -> None:
    class PostgresMachine(LedgerMachine):
        def __init__(self) -> None:
            self.address = postgres.new_database(postgres_template)
            super().__init__()

        def opened_store(self) -> AbstractAsyncContextManager[JobStore]:
            return PostgresStore.open(self.address, clock=self.clock)

        def teardown(self) -> None:
            super().teardown()
            postgres.drop(self.address)

        def expect_after_restart(self) -> None:
            """Others may live: nothing is taken from those who held something."""

    run(PostgresMachine, 20)
