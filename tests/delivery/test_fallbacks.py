"""Results that cannot be posted as they should: shown some other way, or explained."""

import asyncio

import pytest

from bot.delivery.worker import GIVE_UP_TRIES
from bot.jobs.job import DeliveryState, Done, Job, Output
from bot.sandbox.discord import Fault, Message, Permission
from bot.texts import text
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

POST = "/channels/{channel_id}/messages"
EDIT = r"/channels/\d+/messages/\d+"


def contents(message: Message) -> list[bytes]:
    return [each.content for each in message.attachments]


async def test_no_right_to_post_and_the_interaction_still_takes_the_result(rig: Rig) -> None:
    channel = rig.discord.channels["read-only"]
    async with rig.bot():
        invocation = await rig.paint(channel=channel)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.POSTED
    assert invocation.response is not None
    assert contents(invocation.response) == [picture()]
    assert done.result_message_id == invocation.response.id
    assert rig.calls("POST", POST) == []


async def test_what_the_bot_may_not_do_in_a_thread_is_known_beforehand(rig: Rig) -> None:
    thread = rig.discord.channels["foxes"]
    async with rig.bot():
        rig.discord.deny(thread, Permission.SEND_MESSAGES_IN_THREADS)
        invocation = await rig.paint(channel=thread)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
    assert invocation.response is not None
    assert contents(invocation.response) == [picture()]
    assert rig.calls("POST", POST) == []


async def test_a_thread_whose_channel_the_bot_does_not_know_is_posted_to_all_the_same(rig: Rig) -> None:
    thread = rig.discord.channels["foxes"]
    rig.discord.delete_channel(rig.general)
    async with rig.bot():
        await rig.paint(channel=thread)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
        (result,) = rig.results(thread)
    assert contents(result) == [picture()]


async def test_later_the_result_comes_as_a_direct_message_and_the_status_says_so(rig: Rig) -> None:
    channel = rig.discord.channels["read-only"]
    async with rig.bot():
        invocation = await rig.paint(channel=channel)
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
    (direct,) = rig.results(rig.discord.member.direct)
    assert contents(direct) == [picture()]
    assert "the result went to you as a direct message" in invocation.versions[-1].text
    assert "/channels/@me/" in invocation.versions[-1].text
    assert rig.calls("POST", POST) == [200]


async def test_where_nothing_is_allowed_the_status_says_what_to_do(rig: Rig) -> None:
    channel = rig.discord.channels["read-only"]
    rig.discord.refuse_direct_messages(rig.discord.member)
    async with rig.bot():
        invocation = await rig.paint(channel=channel)
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.UNDELIVERABLE
    assert "“Send Messages”" in invocation.versions[-1].text
    assert [each.status for each in rig.discord.requests].count(403) == 1


async def test_a_deleted_channel_costs_two_refusals_at_most(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        rig.discord.delete_channel(rig.general)
        rig.discord.refuse_direct_messages(rig.discord.member)
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.UNDELIVERABLE
    refused = [each for each in rig.discord.requests if each.status in {403, 404}]
    assert len([each for each in refused if each.method == "POST"]) <= 2
    assert len(refused) <= 3  # with one edit of the status that was on its way


async def test_files_that_are_gone_after_three_tries_are_told_in_words(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.end(job, Done((Output("9", "lost.png", "", "output"),)))
        await rig.delivered(job, moving_seconds=0.2)
    assert "ComfyUI no longer has the files" in invocation.versions[-1].text
    assert rig.generation.fetched == ["lost.png"] * 3
    assert rig.results() == []


async def test_one_file_gone_of_two_is_a_note_beside_the_other(rig: Rig) -> None:
    rig.generation.files["there.png"] = picture()
    outputs = Done((Output("9", "lost.png", "", "output"), Output("9", "there.png", "", "output")))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.end(job, outputs)
        result = await rig.result()
    assert contents(result) == [picture()]
    assert "ComfyUI no longer has 1 of the 2 files." in result.text


@pytest.mark.parametrize("denied", [Permission(0), Permission.READ_MESSAGE_HISTORY])
async def test_a_server_that_is_away_delays_the_result_and_loses_nothing(
    rig: Rig, denied: Permission
) -> None:
    """Where nobody can look, too: no earlier try left anything unknown behind, and the ledger says so."""
    rig.discord.deny(rig.general, denied)
    rig.generation.is_away = True
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: rig.generation.fetched)
        rig.generation.is_away = False
        await rig.delivered(job, moving_seconds=0.2)
    assert len(rig.results()) == 1


async def test_a_result_nobody_could_post_for_a_day_is_given_up_in_words(rig: Rig) -> None:
    rig.generation.is_away = True
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        while len(rig.generation.fetched) <= GIVE_UP_TRIES:
            await asyncio.sleep(0.03)
            rig.discord.clock.move(2 * 3600)
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.UNDELIVERABLE
    assert "could not be posted for a whole day" in invocation.versions[-1].text


@pytest.mark.parametrize("times", [3, None])
async def test_last_words_that_do_not_pass_are_said_again_but_not_for_ever(
    rig: Rig, times: int | None
) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", status=408, code=0, times=times))
        await rig.worker.finish(job, picture())
        found: Job | None = job
        while found is not None and found.delivery is DeliveryState.PENDING:
            await asyncio.sleep(0.03)
            rig.discord.clock.move(5)
            found = await rig.store.job(job.id)
    assert len(rig.results()) == 1
    assert ("Done" in invocation.versions[-1].text) == (times is not None)


def edits_of_old_messages_are_refused(rig: Rig) -> None:
    """As for a message older than an hour that was edited too often."""
    rig.discord.clock.move(3600)
    rig.discord.add_fault(Fault("PATCH", EDIT, status=429, code=30046, retry_after=0.01, times=None))


async def test_a_result_is_posted_though_its_status_message_takes_no_more_edits(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        edits_of_old_messages_are_refused(rig)
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.POSTED
    assert [contents(each) for each in rig.results()] == [[picture()]]
    assert "Done in" not in invocation.versions[-1].text


async def test_a_failure_whose_status_message_takes_no_more_edits_is_told_in_a_message_of_its_own(
    rig: Rig,
) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        edits_of_old_messages_are_refused(rig)
        await rig.worker.fail(job, text("failed-interrupted"))
        done = await rig.delivered(job)
    (told,) = rig.results()
    assert "Somebody stopped this job in ComfyUI itself." in told.text
    assert (done.delivery, done.result_message_id) == (DeliveryState.POSTED, told.id)


async def test_a_cancelled_job_whose_status_message_takes_no_more_edits_is_not_told_again_and_again(
    rig: Rig,
) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        edits_of_old_messages_are_refused(rig)
        await rig.worker.stop(job, job.place.user_id)
        done = await rig.delivered(job)
    assert (done.delivery, rig.results()) == (DeliveryState.POSTED, [])


async def test_a_day_is_counted_from_the_end_of_a_job(rig: Rig) -> None:
    rig.generation.is_away = True
    async with rig.bot():
        await rig.paint()
        rig.discord.clock.move(25 * 3600)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        while len(rig.generation.fetched) <= GIVE_UP_TRIES + 1:
            await asyncio.sleep(0.03)
            rig.discord.clock.move(300)
        rig.generation.is_away = False
        done = await rig.delivered(job, moving_seconds=5)
    assert done.delivery is DeliveryState.POSTED


async def test_a_day_in_which_the_machine_slept_is_no_day_of_trying(rig: Rig) -> None:
    rig.generation.is_away = True
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: rig.generation.fetched)
        await asyncio.sleep(0.03)
        rig.discord.clock.move(25 * 3600)
        await rig.discord.until(lambda: rig.discord.clock.move(0.2) or len(rig.generation.fetched) >= 2)
        rig.generation.is_away = False
        done = await rig.delivered(job, moving_seconds=0.2)
    assert done.delivery is DeliveryState.POSTED
    assert len(rig.results()) == 1


async def test_a_message_that_discord_calls_wrong_is_tried_at_the_next_destination(rig: Rig) -> None:
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", status=400, code=50035))
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.POSTED
    assert invocation.response is not None
    assert contents(invocation.response) == [picture()]


async def test_what_every_destination_calls_wrong_is_a_bug_with_a_number(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        rig.discord.add_fault(Fault("POST", "/channels/.*/messages", status=400, code=50035, times=2))
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.UNDELIVERABLE
    (record,) = [each for each in caplog.records if each.getMessage().startswith("bug ")]
    number = record.getMessage().split()[1]
    assert f"`{number}`" in invocation.versions[-1].text
