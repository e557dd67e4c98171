"""The ledger as one would explain it on a napkin: dictionaries and loops, nothing fast, nothing kept.

``test_machine`` runs it beside a real store and compares every answer.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from bot.jobs.claim import Claim, Preparation, Verdict, Worker
from bot.jobs.fair_order import ASSUMED_COST
from bot.jobs.job import CancelResult, Delivery, DeliveryState, Done, NewJob, Outcome, State


@dataclass
class Entry:
    """A job, and what has become of it."""

    new: NewJob
    sequence: int
    state: State = State.QUEUED
    attempt: int = 0
    backend: str | None = None
    preparations: int = 0
    preparer: bool = False
    preparation_due_at: float = 0
    claims: int = 0
    held_by: Worker | None = None
    charged_to: str | None = None
    lease_until: float = 0
    cancel_requested: bool = False
    finished_at: float = 0
    delivery: DeliveryState = DeliveryState.PENDING
    poster: str | None = None
    tries: int = 0
    due_at: float = 0

    @property
    def open(self) -> bool:
        return self.state in {State.PREPARING, State.QUEUED, State.RUNNING}

    @property
    def guild(self) -> int:
        return self.new.place.guild_id or 0

    @property
    def person(self) -> tuple[int, int]:
        return self.guild, self.new.place.user_id

    def end(self, state: State, now: float) -> None:
        self.state, self.held_by, self.finished_at, self.due_at = state, None, now, now


Sharer: TypeAlias = int | tuple[int, int]
"""A guild (0: none), or a person in one."""


@dataclass
class Fairness:
    """Of one backend: what everybody has used, and how far those have come who used least."""

    used: dict[Sharer, int] = field(default_factory=dict[Sharer, int])
    reached: dict[int | None, int] = field(default_factory=dict[int | None, int])
    """Among guilds (None), and among the persons of each."""

    def begins(self, sharer: Sharer) -> int:
        parent = sharer[0] if isinstance(sharer, tuple) else None
        return max(self.used.get(sharer, 0), self.reached.get(parent, 0))

    def charge(self, entry: Entry, cost: int, *, new: bool) -> None:
        for sharer, weight in ((entry.guild, 1), (entry.person, entry.new.weight)):
            if new:
                self.used[sharer] = self.begins(sharer)
            self.used[sharer] += cost // weight if cost > 0 else -(-cost // weight)


@dataclass
class Model:
    entries: dict[UUID, Entry] = field(default_factory=dict[UUID, Entry])
    backends: dict[str, Fairness] = field(default_factory=lambda: defaultdict(Fairness))

    def submit(self, new: NewJob, now: float) -> UUID:
        for entry in self.entries.values():
            if entry.new.interaction_id == new.interaction_id:
                return entry.new.id
        state = State.PREPARING if new.inputs else State.QUEUED
        self.entries[new.id] = Entry(new, len(self.entries), state, preparation_due_at=now)
        return new.id

    def queue(self) -> list[Entry]:
        """One after the other: of the guild that used least the person who used least, and of theirs the first."""
        waiting = [entry for entry in self.entries.values() if entry.state is State.QUEUED]
        sharers = {entry.guild for entry in waiting} | {entry.person for entry in waiting}
        ahead = {sharer: self._ahead(sharer) for sharer in sharers}
        line: list[Entry] = []
        while waiting:
            first = self._next(waiting, ahead)
            ahead[first.guild] += ASSUMED_COST
            ahead[first.person] += ASSUMED_COST // first.new.weight
            waiting.remove(first)
            line.append(first)
        return line

    def _ahead(self, sharer: Sharer) -> int:
        parent = sharer[0] if isinstance(sharer, tuple) else None
        return sum(
            max(0, each.used.get(sharer, 0) - each.reached.get(parent, 0)) for each in self.backends.values()
        )

    def _next(self, waiting: Sequence[Entry], begins: Mapping[Sharer, int]) -> Entry:
        by_sequence = sorted(waiting, key=lambda entry: entry.sequence)
        guild = min(by_sequence, key=lambda entry: begins[entry.guild]).guild
        of_guild = [entry for entry in by_sequence if entry.guild == guild]
        return min(of_guild, key=lambda entry: begins[entry.person])

    def running(self) -> list[Entry]:
        running = [entry for entry in self.entries.values() if entry.state is State.RUNNING]
        return sorted(running, key=lambda entry: entry.sequence)

    def preparing(self) -> list[Entry]:
        preparing = [entry for entry in self.entries.values() if entry.state is State.PREPARING]
        return sorted(preparing, key=lambda entry: entry.sequence)

    def claim_preparation(self, lease_seconds: float, now: float) -> UUID | None:
        for entry in sorted(self.preparing(), key=lambda entry: entry.sequence):
            if entry.preparation_due_at <= now:
                entry.preparations, entry.preparer = entry.preparations + 1, True
                entry.preparation_due_at = now + lease_seconds
                return entry.new.id
        return None

    def _preparing(self, preparation: Preparation) -> Entry | None:
        entry = self.entries[preparation.job.id]
        valid = entry.state is State.PREPARING and entry.preparer
        return entry if valid and entry.preparations == preparation.number else None

    def renew_preparation(self, preparation: Preparation, lease_seconds: float, now: float) -> bool:
        if (entry := self._preparing(preparation)) is None:
            return False
        entry.preparation_due_at = now + lease_seconds
        return True

    def postpone_preparation(self, preparation: Preparation, delay_seconds: float, now: float) -> bool:
        if (entry := self._preparing(preparation)) is None:
            return False
        entry.preparer, entry.preparation_due_at = False, now + delay_seconds
        return True

    def prepared(self, preparation: Preparation) -> bool:
        if (entry := self._preparing(preparation)) is None:
            return False
        entry.state = State.QUEUED
        return True

    def fail_preparation(self, preparation: Preparation, now: float) -> bool:
        if (entry := self._preparing(preparation)) is None:
            return False
        entry.end(State.FAILED, now)
        return True

    def claim(self, worker: Worker, lease_seconds: float, now: float) -> UUID | None:
        able = [
            entry
            for entry in self.entries.values()
            if entry.state is State.QUEUED
            and (entry.backend in {None, worker.backend} or (entry.backend or "") in worker.dead)
            and all(need in worker.has for need in entry.new.needs)
        ]
        if not able:
            return None
        shares = self.backends[worker.backend]
        sharers: set[Sharer] = {entry.guild for entry in able} | {entry.person for entry in able}
        begins = {sharer: shares.begins(sharer) for sharer in sharers}
        entry = self._next(able, begins)
        shares.charge(entry, ASSUMED_COST, new=True)
        shares.reached[None], shares.reached[entry.guild] = begins[entry.guild], begins[entry.person]
        entry.charged_to = worker.backend
        entry.state, entry.held_by, entry.lease_until = State.RUNNING, worker, now + lease_seconds
        entry.claims += 1
        return entry.new.id

    def _to_queue(self, entry: Entry) -> None:
        entry.state, entry.held_by = State.QUEUED, None
        self.backends[entry.charged_to or ""].charge(entry, -ASSUMED_COST, new=False)

    def held(self, claim: Claim) -> Entry | None:
        """The entry, if this claim is the valid one of its job."""
        entry = self.entries[claim.job.id]
        valid = (entry.claims, entry.attempt) == (claim.number, claim.attempt)
        return entry if valid and entry.state is State.RUNNING else None

    def renew(self, claim: Claim, lease_seconds: float, now: float) -> Verdict:
        if (entry := self.held(claim)) is None:
            return Verdict.LOST
        entry.lease_until = now + lease_seconds
        return Verdict.CANCEL if entry.cancel_requested else Verdict.OK

    def note(self, claim: Claim) -> bool:
        if (entry := self.held(claim)) is None or entry.held_by is None:
            return False
        entry.attempt, entry.backend = entry.attempt + 1, entry.held_by.backend
        return True

    def release(self, claim: Claim) -> bool:
        if (entry := self.held(claim)) is None:
            return False
        self._to_queue(entry)
        return True

    def finish(self, claim: Claim, outcome: Outcome, ran_seconds: int | None, now: float) -> bool:
        if (entry := self.held(claim)) is None:
            return False
        shares = self.backends[entry.charged_to or ""]
        if ran_seconds is not None or not isinstance(outcome, Done):
            shares.charge(entry, -ASSUMED_COST, new=False)
            shares.charge(entry, (ran_seconds or 0) * 1000, new=False)
        entry.end(State.DONE if isinstance(outcome, Done) else State.CANCELLED, now)
        return True

    def reap(self, now: float) -> int:
        over = [entry for entry in self.running() if entry.lease_until <= now]
        for entry in over:
            self._to_queue(entry)
        return len(over)

    def cancel(self, job_id: UUID, now: float) -> CancelResult:
        entry = self.entries[job_id]
        match entry.state:
            case State.PREPARING | State.QUEUED:
                entry.end(State.CANCELLED, now)
                return CancelResult.CANCELLED
            case State.RUNNING:
                entry.cancel_requested = True
                return CancelResult.REQUESTED
            case _:
                return CancelResult.ENDED

    def claim_delivery(self, poster: str, lease_seconds: float, now: float) -> UUID | None:
        due = [
            entry
            for entry in self.entries.values()
            if not entry.open and entry.delivery is DeliveryState.PENDING and entry.due_at <= now
        ]
        if not due:
            return None
        entry = min(due, key=lambda entry: (entry.finished_at, entry.sequence))
        entry.poster, entry.tries, entry.due_at = poster, entry.tries + 1, now + lease_seconds
        return entry.new.id

    def settle(self, delivery: Delivery, state: DeliveryState) -> bool:
        if (entry := self._delivering(delivery)) is None:
            return False
        entry.delivery = state
        return True

    def postpone(self, delivery: Delivery, delay_seconds: float, now: float) -> bool:
        if (entry := self._delivering(delivery)) is None:
            return False
        entry.poster, entry.due_at = None, now + delay_seconds
        return True

    def restart(self) -> None:
        """All who held something are gone."""
        for entry in self.running():
            self._to_queue(entry)
        for entry in self.preparing():
            entry.preparer, entry.preparation_due_at = False, 0
        for entry in self.entries.values():
            if not entry.open and entry.delivery is DeliveryState.PENDING:
                entry.poster, entry.due_at = None, 0

    def _delivering(self, delivery: Delivery) -> Entry | None:
        entry = self.entries[delivery.job.id]
        valid = entry.poster == delivery.poster and entry.tries == delivery.tries + 1
        return entry if valid and entry.delivery is DeliveryState.PENDING else None
