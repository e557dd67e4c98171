"""Results over real sockets, under every fault on the way: each is posted, and posted once."""

import asyncio
from typing import Literal

import pytest

from bot.jobs.job import DeliveryState, Job
from bot.sandbox.discord import Fault
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

POST = "/channels/{channel_id}/messages"


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_dropped_connection_posts_the_result_once(
    rig: Rig, drop: Literal["before", "after"], times: int
) -> None:
    """Dropped once, it is repeated at once; dropped again, a second later."""
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", drop=drop, times=times))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: len(rig.calls("POST", POST)) >= times)
        done = await rig.delivered(job, moving_seconds=0.2)
    assert [message.id for message in rig.results()] == [done.result_message_id]


async def test_a_server_error_posts_the_result_once(rig: Rig) -> None:
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", status=503))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: rig.calls("POST", POST))
        done = await rig.delivered(job, moving_seconds=0.2)
    assert [message.id for message in rig.results()] == [done.result_message_id]
    assert rig.calls("POST", POST) == [503, 200]


async def test_a_request_that_nobody_answers_is_given_up_and_the_result_posted_once(rig: Rig) -> None:
    """As over a connection that a router has forgotten; what was asked for on it may be done later all the same."""
    rig.answer_seconds = 0.3
    late = rig.discord.add_fault(Fault("POST", "/channels/.*/messages", delay_seconds=3))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: late.hits)
        done = await rig.delivered(job, moving_seconds=0.2)
        await rig.discord.until(lambda: len(rig.calls("POST", POST)) == 2)
    assert [message.id for message in rig.results()] == [done.result_message_id]


async def test_a_rate_limit_is_waited_for(rig: Rig) -> None:
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", status=429, retry_after=0.1, times=2))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
    assert len(rig.results()) == 1
    assert rig.calls("POST", POST) == [429, 429, 200]


async def test_a_bot_killed_between_posting_and_writing_it_down_posts_once(rig: Rig) -> None:
    """Discord has the message, the ledger does not know; a minute later the nonce tells."""
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", drop="after", times=2))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(rig.results)
    rig.discord.clock.move(60)
    await rig.store.make_all_due()  # as opening the ledger does
    async with rig.bot():
        done = await rig.delivered(job)
    assert [message.id for message in rig.results()] == [done.result_message_id]


async def test_hours_later_the_message_itself_is_found(rig: Rig) -> None:
    """Discord has long forgotten the nonce."""
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", drop="after", times=2))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(rig.results)
    rig.discord.clock.move(5 * 3600)
    for number in range(120):
        await rig.discord.member.say(rig.general, f"meanwhile {number} {job.id.hex[:8]}")
    fetched_before = len(rig.generation.fetched)
    async with rig.bot():
        done = await rig.delivered(job)
    assert [message.id for message in rig.results()] == [done.result_message_id]
    assert len(rig.generation.fetched) == fetched_before
    assert set(rig.calls("POST", POST)) == {0}


async def test_hours_later_the_message_itself_is_found_by_a_bot_that_was_never_restarted(rig: Rig) -> None:
    lost = rig.discord.add_fault(Fault("POST", "/channels/.*/messages", drop="after", times=2))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: rig.calls("POST", POST) == [0] * lost.hits == [0, 0])
        rig.discord.clock.move(5 * 3600)
        done = await rig.delivered(job, moving_seconds=1)
    assert [message.id for message in rig.results()] == [done.result_message_id]


async def test_of_a_result_in_two_messages_only_the_missing_one_is_posted_later(rig: Rig) -> None:
    pictures = [picture(8 + number, 8) for number in range(11)]
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(Fault("POST", "/channels/.*/messages", delay_seconds=0.05, times=1))
        rig.discord.add_fault(Fault("POST", "/channels/.*/messages", drop="before", times=2))
        await rig.worker.finish(job, *pictures)
        await rig.discord.until(lambda: rig.calls("POST", POST) == [200, 0, 0])
    rig.discord.clock.move(3600)
    async with rig.bot():
        await rig.delivered(job)
    assert [len(message.attachments) for message in rig.results()] == [10, 1]
    assert rig.calls("POST", POST) == [200, 0, 0, 200]


async def test_fifty_results_under_faults_are_posted_once_each(rig: Rig) -> None:
    """One in five calls fails in one of three ways; nothing is lost and nothing doubled."""
    jobs: list[Job] = []
    async with rig.bot():
        for number in range(50):
            await rig.discord.member.slash(rig.general, f"/txt2img prompt:fox {number}")
        await rig.eventually(lambda open_jobs: len(open_jobs) == 50)
        for each in (
            Fault("POST", "/channels/.*/messages", drop="after", times=8),
            Fault("POST", "/channels/.*/messages", status=503, times=3),
            Fault("POST", "/channels/.*/messages", drop="before", times=6),
        ):
            rig.discord.add_fault(each)
        for number in range(50):
            job = await rig.claimed()
            jobs.append(job)
            await rig.worker.finish(job, picture(8 + number, 8))
        for _ in range(6000):
            rig.discord.clock.move(0.5)
            await asyncio.sleep(0.01)
            if len(rig.results()) == 50 and all(
                [(await rig.store.job(job.id) or job).delivery is DeliveryState.POSTED for job in jobs]
            ):
                break
    sizes = sorted(message.attachments[0].width or 0 for message in rig.results())
    assert sizes == list(range(8, 58))
