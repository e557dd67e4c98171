"""Jobs that were asked for as one, and jobs that are made of others."""

import dataclasses

import pytest
from msgspec.structs import replace

from bot.jobs.group import GroupKind, Membership
from bot.jobs.job import (
    DOUBLE_PRESS_SECONDS,
    CancelResult,
    DeliveryState,
    Job,
    Limits,
    NewJob,
    State,
    member_id_of,
)
from bot.jobs.origin import Action, Origin
from bot.jobs.store import JobStore, TooManyOpen
from bot.texts import text
from tests.jobs.sample import (
    DONE,
    LEASE_SECONDS,
    NO_LIMITS,
    new_job,
    open_jobs,
    prompt_id,
    worker,
)


def group_of(count: int, user_id: int = 1) -> list[NewJob]:
    first = new_job(user_id)
    return [
        replace(
            first,
            id=member_id_of(first.id, number),
            group=Membership(first.id, GroupKind.COMPARE, number, count, (f"cfg {number}", "euler")),
        )
        for number in range(1, count + 1)
    ]


def pressed(at: float, user_id: int = 1, key: str | None = "again:1:7") -> NewJob:
    job = new_job(user_id)
    return replace(job, action_key=key, reply=dataclasses.replace(job.reply, created_at=at))


async def run_next(store: JobStore, gpu: str = "gpu-1") -> Job:
    claim = await store.claim(worker(gpu), LEASE_SECONDS)
    assert claim
    claim = await store.note(claim, prompt_id())
    assert await store.finish(claim, DONE)
    return claim.job


class GroupsContract:
    async def test_a_group_comes_in_whole(self, store: JobStore) -> None:
        jobs = group_of(3)
        ticket = await store.submit_group(jobs, NO_LIMITS)
        assert (ticket.job_id, ticket.created) == (jobs[0].id, True)
        members = await store.members(jobs[0].id)
        assert [(each.id, each.group) for each in members] == [(each.id, each.group) for each in jobs]

    async def test_a_group_that_was_asked_for_twice_is_there_once(self, store: JobStore) -> None:
        jobs = group_of(3)
        await store.submit_group(jobs, NO_LIMITS)
        again = await store.submit_group(jobs, NO_LIMITS)
        assert (again.job_id, again.created) == (jobs[0].id, False)
        assert await store.count_open() == 3

    async def test_a_group_beyond_a_limit_leaves_nothing_of_itself(self, store: JobStore) -> None:
        await store.submit(new_job(), NO_LIMITS)
        with pytest.raises(TooManyOpen) as refused:
            await store.submit_group(group_of(3), Limits(open_per_user=3))
        assert refused.value.message == text("jobs-too-many-of-user", open=1, limit=3)
        assert await store.count_open() == 1
        assert (await store.submit_group(group_of(2), Limits(open_per_user=3))).created

    async def test_a_group_lets_others_between_its_members(self, store: JobStore) -> None:
        group = group_of(4)
        await store.submit_group(group, NO_LIMITS)
        first = await run_next(store)
        other = new_job(user_id=2)
        await store.submit(other, NO_LIMITS)
        order = [first.id, *[(await run_next(store)).id for _ in range(4)]]
        # one run of the group at most comes before: the one whose turn it is already
        assert order.index(other.id) <= 2

    async def test_a_group_is_delivered_once_and_when_all_have_ended(self, store: JobStore) -> None:
        group = group_of(3)
        await store.submit_group(group, NO_LIMITS)
        for _ in range(2):
            await run_next(store)
            assert await store.claim_delivery("poster", LEASE_SECONDS) is None
        await run_next(store)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        assert delivery.job.id == group[0].id
        assert await store.claim_delivery("poster", LEASE_SECONDS) is None
        assert await store.delivered(delivery, 77)
        members = await store.members(group[0].id)
        assert [(each.delivery, each.result_message_id, each.reply.token) for each in members] == [
            (DeliveryState.POSTED, 77, ""),
            (DeliveryState.POSTED, None, ""),
            (DeliveryState.POSTED, None, ""),
        ]
        assert await store.claim_delivery("poster", LEASE_SECONDS) is None

    async def test_a_group_that_cannot_be_delivered_is_given_up_whole(self, store: JobStore) -> None:
        group = group_of(2)
        await store.submit_group(group, NO_LIMITS)
        await run_next(store)
        await run_next(store)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        assert await store.undeliverable(delivery)
        members = await store.members(group[0].id)
        assert [each.delivery for each in members] == [DeliveryState.UNDELIVERABLE] * 2

    async def test_a_group_is_cancelled_whole(self, store: JobStore) -> None:
        group = group_of(3)
        await store.submit_group(group, NO_LIMITS)
        await run_next(store)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert await store.cancel_group(group[0].id, 5) == [
            CancelResult.ENDED,
            CancelResult.REQUESTED,
            CancelResult.CANCELLED,
        ]
        states = [each.state for each in await store.members(group[0].id)]
        assert states == [State.DONE, State.RUNNING, State.CANCELLED]
        assert await store.cancel_group(new_job().id, 5) == []

    async def test_two_presses_at_once_are_one_job(self, store: JobStore) -> None:
        first = await store.submit(pressed(at=100.0), NO_LIMITS)
        second = await store.submit(pressed(at=100.0 + DOUBLE_PRESS_SECONDS), NO_LIMITS)
        assert (second.job_id, second.created) == (first.job_id, False)

    async def test_presses_apart_are_jobs_apart(self, store: JobStore) -> None:
        tickets = [await store.submit(pressed(at), NO_LIMITS) for at in (100.0, 100.1 + DOUBLE_PRESS_SECONDS)]
        tickets.append(await store.submit(pressed(100.0, key="again:1:8"), NO_LIMITS))
        tickets += [await store.submit(pressed(100.0, key=None), NO_LIMITS) for _ in range(2)]
        assert [each.created for each in tickets] == [True] * 5
        assert len(await open_jobs(store)) == 5

    async def test_what_a_job_is_made_of_and_what_is_made_of_it(self, store: JobStore) -> None:
        parent = new_job()
        children = [
            replace(new_job(), origin=Origin(parent.id, Action.VARY, 2)),
            replace(new_job(), origin=Origin(parent.id, Action.AGAIN)),
        ]
        for each in (parent, *children, replace(new_job(), origin=Origin(children[0].id, Action.EDIT))):
            await store.submit(each, NO_LIMITS)
        found = await store.made_of(parent.id)
        assert [(each.id, each.origin) for each in found] == [
            (each.id, each.origin) for each in reversed(children)
        ]

    async def test_what_was_typed_and_what_is_to_be_known_of_it_stays(self, store: JobStore) -> None:
        new = replace(
            new_job(),
            typed={"prompt": "a {red|blue} fox"},
            notices=(text("inner", number=3, what=text("deeper")),),
            private=True,
        )
        await store.submit(new, NO_LIMITS)
        job = await store.job(new.id)
        assert job
        assert (job.typed, job.notices, job.private, job.origin, job.group) == (
            new.typed,
            new.notices,
            True,
            None,
            None,
        )

    async def test_a_person_sees_their_own_jobs_of_one_place(self, store: JobStore) -> None:
        own = [new_job(workflow="flux" if number == 2 else "txt2img") for number in range(3)]
        for each in (*own, new_job(user_id=2), new_job(guild_id=101), new_job(guild_id=None)):
            await store.submit(each, NO_LIMITS)
        group = group_of(2)
        await store.submit_group(group, NO_LIMITS)
        newest = [group[0].id, own[2].id, own[1].id, own[0].id]

        page = await store.history(1, 100)
        assert ([each.id for each in page.jobs], page.count) == (newest, 4)
        page = await store.history(1, 100, skip=1, most=2)
        assert ([each.id for each in page.jobs], page.count) == (newest[1:3], 4)
        page = await store.history(1, 100, workflow="flux")
        assert ([each.id for each in page.jobs], page.count) == ([own[2].id], 1)
        page = await store.history(1, None)
        assert page.count == 1
        assert (await store.history(1, 100, states=[State.DONE])).count == 0
