import asyncio
import dataclasses

from msgspec.structs import replace

from bot.jobs.job import Delivery, DeliveryState, Job, MessageRef
from bot.jobs.store import JobStore
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker


async def end_one(store: JobStore) -> Job:
    new = new_job()
    await store.submit(new, NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    assert await store.finish(claim, DONE)
    ended = await store.job(new.id)
    assert ended
    return ended


async def claim_delivery(store: JobStore, poster: str = "poster") -> Delivery:
    delivery = await store.claim_delivery(poster, LEASE_SECONDS)
    assert delivery
    return delivery


def settled(job: Job, state: DeliveryState, message_id: int | None) -> Job:
    """After the delivery nobody needs the interaction's token."""
    return replace(
        job, delivery=state, result_message_id=message_id, reply=dataclasses.replace(job.reply, token="")
    )


class OutboxContract:
    async def test_a_delivery_in_a_full_channel_is_passed_over(self, store: JobStore) -> None:
        first = await end_one(store)

        assert await store.claim_delivery("poster", LEASE_SECONDS, {first.place.channel_id}) is None
        assert await store.claim_delivery("poster", LEASE_SECONDS, {first.place.channel_id + 1})

    async def test_parts_that_were_posted_are_known_to_the_next_try(self, store: JobStore) -> None:
        await end_one(store)
        first = await claim_delivery(store)
        assert await store.record_part(first, "0", MessageRef(10, 11))
        assert await store.record_part(first, "direct/0", MessageRef(20, 21))
        await store.postpone(first, 0.0)

        again = await claim_delivery(store)

        assert again.parts == {"0": MessageRef(10, 11), "direct/0": MessageRef(20, 21)}

    async def test_a_part_that_is_told_too_late_is_not_recorded(self, store: JobStore) -> None:
        await end_one(store)
        first = await claim_delivery(store)
        await store.postpone(first, 0.0)
        await claim_delivery(store, "another")

        assert not await store.record_part(first, "0", MessageRef(10, 11))

    async def test_open_jobs_have_nothing_to_deliver(self, store: JobStore) -> None:
        await store.submit(new_job(), NO_LIMITS)
        await store.submit(new_job(), NO_LIMITS)
        await store.claim(worker(), LEASE_SECONDS)

        assert await store.claim_delivery("poster", LEASE_SECONDS) is None

    async def test_an_ended_job_is_delivered_once(self, store: JobStore) -> None:
        job = await end_one(store)

        delivery = await claim_delivery(store)

        assert delivery == Delivery(job, poster="poster", tries=0, first_tried_at=None)
        assert await store.claim_delivery("another", LEASE_SECONDS) is None
        assert await store.delivered(delivery, 555)
        assert await store.job(job.id) == settled(job, DeliveryState.POSTED, 555)
        assert not await store.delivered(delivery, 556)
        assert await store.claim_delivery("poster", LEASE_SECONDS) is None

    async def test_a_status_message_may_be_the_whole_delivery(self, store: JobStore) -> None:
        job = await end_one(store)

        assert await store.delivered(await claim_delivery(store), None)

        assert await store.job(job.id) == settled(job, DeliveryState.POSTED, None)

    async def test_who_waits_longest_is_first(self, store: JobStore, clock: MovableClock) -> None:
        ended: list[Job] = []
        for _ in range(3):
            clock.move(1)
            ended.append(await end_one(store))

        assert [(await claim_delivery(store)).job for _ in ended] == ended

    async def test_posters_that_claim_at_once_get_different_jobs(self, store: JobStore) -> None:
        for _ in range(5):
            await end_one(store)

        deliveries = await asyncio.gather(*(store.claim_delivery("poster", LEASE_SECONDS) for _ in range(8)))

        assert len({delivery.job.id for delivery in deliveries if delivery}) == 5

    async def test_a_poster_that_crashed_is_followed_by_another(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        job = await end_one(store)
        first_tried_at = clock.now
        crashed = await claim_delivery(store)

        clock.move(LEASE_SECONDS)
        successor = await claim_delivery(store, "another")

        assert successor == Delivery(job, poster="another", tries=1, first_tried_at=first_tried_at)
        assert not await store.delivered(crashed, 555)
        assert not await store.postpone(crashed, 60)
        assert not await store.undeliverable(crashed)
        assert await store.delivered(successor, 556)

    async def test_a_poster_that_tries_again_is_fenced_from_its_first_try(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await end_one(store)
        first = await claim_delivery(store)
        clock.move(LEASE_SECONDS)
        second = await claim_delivery(store)

        assert not await store.delivered(first, 555)
        assert await store.delivered(second, 556)

    async def test_who_delivers_knows_whether_the_requester_is_to_be_notified(self, store: JobStore) -> None:
        job = await end_one(store)
        await store.set_mentions(job.place.user_id, wanted=False)

        assert not (await claim_delivery(store)).wants_mention

    async def test_a_late_delivery_counts_while_nobody_took_it(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await end_one(store)
        delivery = await claim_delivery(store)
        clock.move(LEASE_SECONDS * 10)

        assert await store.delivered(delivery, 555)

    async def test_a_postponed_delivery_comes_back_after_its_delay(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        job = await end_one(store)
        first_tried_at = clock.now
        delivery = await claim_delivery(store)

        assert await store.postpone(delivery, 600)

        assert not await store.delivered(delivery, 555)
        clock.move(599)
        assert await store.claim_delivery("poster", LEASE_SECONDS) is None
        clock.move(1)
        assert await claim_delivery(store) == Delivery(
            job, poster="poster", tries=1, first_tried_at=first_tried_at
        )

    async def test_a_postponed_delivery_does_not_hold_up_others(self, store: JobStore) -> None:
        await end_one(store)
        await store.postpone(await claim_delivery(store), 600)

        other = await end_one(store)

        assert (await claim_delivery(store)).job == other

    async def test_what_cannot_be_delivered_is_given_up(self, store: JobStore) -> None:
        job = await end_one(store)
        delivery = await claim_delivery(store)

        assert await store.undeliverable(delivery)

        assert await store.job(job.id) == settled(job, DeliveryState.UNDELIVERABLE, None)
        assert await store.claim_delivery("poster", LEASE_SECONDS) is None
