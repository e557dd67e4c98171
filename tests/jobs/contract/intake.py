import asyncio

import pytest
from msgspec.structs import replace

from bot.jobs.job import DeliveryState, Job, Limits, Position, State, Ticket
from bot.jobs.store import JobStore, TooManyOpen
from bot.texts import text
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, open_jobs, worker


class IntakeContract:
    async def test_a_submitted_job_reads_back_whole(self, store: JobStore, clock: MovableClock) -> None:
        new = new_job()

        ticket = await store.submit(new, NO_LIMITS)

        job = Job(
            id=new.id,
            interaction_id=new.interaction_id,
            place=new.place,
            reply=new.reply,
            workflow=new.workflow,
            values=new.values,
            titles=new.titles,
            needs=new.needs,
            state=State.QUEUED,
            delivery=DeliveryState.PENDING,
            attempt=0,
            backend=None,
            prompt_id=None,
            cancel_requested_by=None,
            created_at=clock.now,
            started_at=None,
            finished_at=None,
            outcome=None,
            status_message=None,
            result_message_id=None,
            prompt_option=new.prompt_option,
            stand_ins=new.stand_ins,
        )
        assert ticket == Ticket(job, created=True, position=Position(0))
        assert await store.job(new.id) == job

    async def test_a_guests_job_keeps_its_place_and_counts_in_no_guild(self, store: JobStore) -> None:
        new, limits = new_job(guild_id=None), Limits(open_per_user=2, open_per_guild=1)
        abroad = replace(new, place=replace(new.place, guest_of=100))

        await store.submit(abroad, limits)
        await store.submit(new_job(guild_id=100), limits)

        found = await store.job(abroad.id)
        assert found is not None
        assert (found.place, found.place.linked_guild_id) == (abroad.place, 100)
        assert await store.count_open(guild_id=100) == 1
        with pytest.raises(TooManyOpen):
            await store.submit(
                replace(abroad, id=new_job().id, interaction_id=new_job().interaction_id), limits
            )

    async def test_a_ticket_tells_how_many_come_before(self, store: JobStore) -> None:
        users = (1, 1, 1, 2, 3)

        tickets = [await store.submit(new_job(user_id), NO_LIMITS) for user_id in users]

        # the second job of each person comes after the first ones of all
        assert [ticket.position and ticket.position.ahead for ticket in tickets] == [0, 1, 2, 1, 2]

    async def test_a_job_that_runs_has_nobody_before_it(self, store: JobStore) -> None:
        first, second = new_job(), new_job()
        for new in (first, second):
            await store.submit(new, NO_LIMITS)
        await store.claim(worker(), LEASE_SECONDS)

        tickets = [await store.submit(new, NO_LIMITS) for new in (first, second)]

        assert [ticket.position and ticket.position.ahead for ticket in tickets] == [None, 0]
        assert [ticket.job.state for ticket in tickets] == [State.RUNNING, State.QUEUED]

    async def test_an_interaction_that_arrives_twice_is_one_job(self, store: JobStore) -> None:
        first, again = new_job(interaction_id=7), new_job(interaction_id=7)

        ticket = await store.submit(first, NO_LIMITS)

        assert await store.submit(again, NO_LIMITS) == replace(ticket, created=False)
        assert await store.job(again.id) is None

    async def test_an_interaction_that_arrives_often_at_once_is_one_job(self, store: JobStore) -> None:
        tickets = await asyncio.gather(
            *(store.submit(new_job(interaction_id=7), NO_LIMITS) for _ in range(20))
        )

        assert [ticket.created for ticket in tickets].count(True) == 1
        assert len({ticket.job_id for ticket in tickets}) == 1
        assert len(await open_jobs(store)) == 1

    async def test_a_person_may_have_only_so_many_open_jobs(self, store: JobStore) -> None:
        limits = Limits(open_per_user=2)
        await store.submit(new_job(user_id=1), limits)
        await store.submit(new_job(user_id=1, guild_id=None), limits)
        await store.submit(new_job(user_id=2), limits)

        with pytest.raises(TooManyOpen) as refusal:
            await store.submit(new_job(user_id=1, guild_id=101), limits)

        assert refusal.value.message == text("jobs-too-many-of-user", open=2, limit=2)
        assert len(await open_jobs(store)) == 3

    async def test_a_guild_may_have_only_so_many_open_jobs(self, store: JobStore) -> None:
        limits = Limits(open_per_guild=2)
        for user_id in (1, 2):
            await store.submit(new_job(user_id), limits)
        assert (await store.submit(new_job(user_id=3, guild_id=101), limits)).created

        with pytest.raises(TooManyOpen) as refusal:
            await store.submit(new_job(user_id=3), limits)

        assert refusal.value.message == text("jobs-too-many-of-guild", open=2, limit=2)
        assert (await store.submit(new_job(user_id=3, guild_id=101), limits)).created

    async def test_direct_messages_share_no_limit_of_a_guild(self, store: JobStore) -> None:
        for user_id in (1, 2, 3):
            assert (await store.submit(new_job(user_id, guild_id=None), Limits(open_per_guild=1))).created

    async def test_running_jobs_count_and_ended_ones_do_not(self, store: JobStore) -> None:
        limits = Limits(open_per_user=1)
        await store.submit(new_job(), limits)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim

        with pytest.raises(TooManyOpen):
            await store.submit(new_job(), limits)
        await store.finish(claim, DONE)

        assert (await store.submit(new_job(), limits)).created

    async def test_an_interaction_that_arrives_twice_meets_no_limit(self, store: JobStore) -> None:
        new = new_job()
        ticket = await store.submit(new, Limits(open_per_user=1))

        assert await store.submit(new, Limits(open_per_user=1)) == replace(ticket, created=False)

    async def test_many_submissions_at_once_do_not_slip_past_the_limit(self, store: JobStore) -> None:
        answers = await asyncio.gather(
            *(store.submit(new_job(), Limits(open_per_user=3)) for _ in range(10)), return_exceptions=True
        )

        assert sum(isinstance(answer, TooManyOpen) for answer in answers) == 7
        assert len(await open_jobs(store)) == 3
