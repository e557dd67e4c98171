"""Status messages over real sockets: who may still be edited, how often, and what stops it."""

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from bot.bugs import reported
from bot.generation import Preview
from bot.jobs.job import MessageRef, Position, Ticket
from bot.sandbox.discord import AS_OBSERVED, Fault, Permission
from bot.texts import text
from tests.delivery.generation import picture
from tests.delivery.rig import Rig, rigged

BY_TOKEN = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
BY_RIGHT = "/channels/{channel_id}/messages/{message_id}"


@pytest.mark.parametrize("drop", [None, "after"])
async def test_the_status_message_is_recorded_and_the_first_edit_tells_of_it_where_the_answer_was_lost(
    rig: Rig, drop: Literal["after"] | None
) -> None:
    rig.discord.add_fault(Fault("POST", "/interactions/.*/callback", drop=drop))
    async with rig.bot():
        invocation = await rig.paint()
        await rig.eventually(lambda jobs: jobs[0].status_message is not None)
        (job,) = await rig.open_jobs()
    assert invocation.response is not None
    assert job.status_message == MessageRef(rig.general.id, invocation.response.id)


async def test_of_many_changes_only_the_newest_is_shown(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        now = rig.discord.clock.now()
        for step in range(1, 1001):
            rig.worker.show(job, step / 1000, node="KSampler", step=step, steps=1000, started_at=now)
            if step % 100 == 0:
                await asyncio.sleep(0.005)
        await rig.discord.until(lambda: "step 1,000 of 1,000" in invocation.versions[-1].text)
    assert len(invocation.versions) < 25


async def test_a_job_that_is_over_at_once_is_never_said_to_begin(rig: Rig) -> None:
    rig.pace_seconds = 60
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.worker.show(job, 0.5, node="KSampler", started_at=rig.discord.clock.now())
        await asyncio.sleep(0.1)  # in which an edit would be made
        await rig.worker.finish(job, picture())
        result = await rig.result()
        await rig.delivered(job)
    assert rig.calls("PATCH", BY_TOKEN) == [200]
    assert str(result.id) in invocation.versions[-1].text


async def test_a_preview_is_shown_and_gone_at_the_end(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        preview = Preview(picture(8, 8, kind="JPEG"), "image/jpeg")
        rig.worker.show(job, 0.5, started_at=rig.discord.clock.now(), preview=preview)
        await rig.discord.until(lambda: invocation.versions[-1].attachments)
        assert [each.content for each in invocation.versions[-1].attachments] == [preview.content]
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
    assert invocation.versions[-1].attachments == ()


async def test_after_fourteen_and_a_half_minutes_the_bot_edits_by_its_own_right(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.clock.move(14.6 * 60)
        rig.worker.show(job, 0.5, node="KSampler", started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: "KSampler" in invocation.versions[-1].text)
        rig.discord.clock.move(10 * 60)
        await rig.worker.finish(job, picture())
        result = await rig.result()
        await rig.delivered(job)
    assert str(result.id) in invocation.versions[-1].text
    assert set(rig.calls("PATCH", BY_RIGHT)) == {200}
    assert set(rig.calls("PATCH", BY_TOKEN)) <= {200}


async def test_a_token_that_ends_early_is_tried_once_and_not_again(rig: Rig) -> None:
    rig.discord.interactions.token_seconds = 60
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.clock.move(61)
        for step in (1, 2, 3):
            rig.worker.show(job, step / 4, step=step, steps=4, started_at=rig.discord.clock.now())
            await rig.discord.until(lambda seen=step: f"step {seen} of 4" in invocation.versions[-1].text)
    assert [status for status in rig.calls("PATCH", BY_TOKEN) if status != 200] == [401]


async def test_a_deleted_status_message_harms_nothing_and_is_not_made_again(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        assert invocation.response is not None
        await rig.discord.moderator.delete(invocation.response)
        for step in (1, 2, 3):
            rig.worker.show(job, step / 4, step=step, steps=4, started_at=rig.discord.clock.now())
            await asyncio.sleep(0.05)
        await rig.worker.finish(job, picture())
        result = await rig.result()
        await rig.delivered(job)
    assert [each.content for each in result.attachments] == [picture()]
    assert rig.calls("PATCH", BY_TOKEN).count(404) <= 2


async def test_open_jobs_are_shown_again_after_a_restart(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
    async with rig.bot():
        rig.worker.show(job, 0.75, node="VAE Decode", started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: "VAE Decode" in invocation.versions[-1].text)


async def test_a_dropped_edit_is_made_up_for_by_the_next(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", drop="before", times=3))
        rig.worker.show(job, 0.5, node="KSampler", started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: "KSampler" in invocation.versions[-1].text)


@pytest.mark.parametrize(("status", "code"), [(413, 40005), (400, 200000)], ids=["too large", "held back"])
async def test_an_edit_that_discord_does_not_take_is_no_bug_and_the_last_one_is_made(
    rig: Rig, status: int, code: int
) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        before = reported()
        rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", status=status, code=code))
        rig.worker.show(job, 0.5, node="KSampler", started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: status in rig.calls("PATCH", BY_TOKEN))
        await rig.worker.finish(job, picture())
        result = await rig.result()
        await rig.delivered(job)
    assert reported() == before
    assert str(result.id) in invocation.versions[-1].text


async def test_a_job_goes_back_to_the_queue_and_its_status_says_so(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.worker.show(job, 0.5, node="KSampler", started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: "KSampler" in invocation.versions[-1].text)
        assert await rig.store.release(rig.worker.claims[0])
        rig.generation.board.clear(job.id)
        await rig.discord.until(lambda: "next in line" in invocation.versions[-1].text)


async def test_a_failure_is_told_in_the_status_message(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.fail(job, text("failed-out-of-memory", node="VAE Decode"))
        await rig.delivered(job)
    assert "The GPU ran out of memory in “VAE Decode”" in invocation.versions[-1].text
    assert invocation.versions[-1].labels == ("Try at 384×384",)
    assert rig.results() == []


async def test_a_failure_whose_status_message_is_gone_is_told_in_a_message_of_its_own(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        assert invocation.response is not None
        await rig.discord.moderator.delete(invocation.response)
        await rig.worker.fail(job, text("failed-interrupted"))
        told = await rig.result()
        await rig.delivered(job)
    assert "Somebody stopped this job in ComfyUI itself." in told.text
    assert told.now.labels == ("Try again",)
    assert [user.username for user in told.pinged] == ["member"]


async def test_a_cancelled_job_says_who_cancelled_it_and_pings_nobody(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.stop(job, job.place.user_id)
        await rig.delivered(job)
    assert f"Cancelled by <@{job.place.user_id}>" in invocation.versions[-1].text
    assert rig.results() == []


async def test_a_guild_reads_its_status_messages_in_its_own_language(rig: Rig) -> None:
    mill = rig.discord.guilds[1]
    async with rig.bot():
        invocation = await rig.paint(channel=mill.channels["general"])
    assert "下一个就是你" in invocation.versions[-1].text


async def test_losing_the_channel_stops_the_edits(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        rig.discord.clock.move(14.6 * 60)
        rig.discord.deny(rig.general, Permission.VIEW_CHANNEL)
        for step in (1, 2, 3):
            rig.worker.show(job, step / 4, step=step, steps=4, started_at=rig.discord.clock.now())
            await rig.discord.until(lambda: 403 in rig.calls("PATCH", BY_RIGHT))
            await asyncio.sleep(0.05)  # time enough for more
    assert [status for status in rig.calls("PATCH", BY_RIGHT) if status == 403] == [403]


async def test_under_discords_limits_there_is_no_429_and_the_last_edit_waits_for_at_most_one(
    tmp_path: Path,
) -> None:
    async with rigged(tmp_path, rates=AS_OBSERVED) as rig, rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        for step in range(1, 31):
            rig.worker.show(job, step / 30, step=step, steps=30, started_at=rig.discord.clock.now())
            await asyncio.sleep(0.01)
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
        assert "Done in" in invocation.versions[-1].text
        assert [each.status for each in rig.discord.requests if each.status == 429] == []


async def test_the_first_status_can_be_the_answer_itself(rig: Rig) -> None:
    async with rig.bot() as bot:
        await rig.paint()
        (job,) = await rig.open_jobs()
        opening = await bot.statuses.opening(Ticket(job, created=True, position=Position(0)))
        assert opening is not None
        assert "next in line" in str(opening.to_components())
        bot.statuses.follow(job.id)
        claimed = await rig.claimed()
        await rig.worker.finish(claimed, picture())
        await rig.delivered(claimed)
        ended = await rig.store.job(job.id)
        assert ended is not None
        assert await bot.statuses.opening(Ticket(ended, created=False)) is None


async def test_a_status_message_that_came_with_the_answer_is_recorded(rig: Rig) -> None:
    rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", status=503, times=None))
    async with rig.bot() as bot:
        await rig.discord.member.slash(rig.general, "/txt2img prompt:a red fox")
        await rig.eventually(lambda jobs: len(jobs) == 1 and jobs[0].status_message is not None)
        (job,) = await rig.open_jobs()
        bot.statuses.follow(job.id, MessageRef(rig.general.id, 1234))
        await rig.eventually(lambda jobs: jobs[0].status_message == MessageRef(rig.general.id, 1234))


async def test_a_status_that_came_with_the_answer_is_not_edited_to_say_the_same(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        await rig.eventually(lambda jobs: jobs[0].status_message is not None)
        await asyncio.sleep(0.1)
    assert rig.calls("PATCH", BY_TOKEN) == []
    assert len(invocation.versions) == 1
