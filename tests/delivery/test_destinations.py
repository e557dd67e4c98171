"""One exactly-once rule wherever something is told, and what happens where a destination does not take it."""

import asyncio
from pathlib import Path

import pytest

from bot.bugs import reported
from bot.delivery.post_rates import PostRates
from bot.generation import Progress
from bot.jobs.job import DeliveryState, Job, Output
from bot.sandbox.discord import AS_OBSERVED, Fault, Permission
from bot.texts import text
from tests.delivery.generation import noise, picture
from tests.delivery.rig import Rig, rigged

POST = "/channels/{channel_id}/messages"
ANY_POST = "/channels/.*/messages"


async def test_a_direct_message_is_not_sent_again_when_its_nonce_is_forgotten(rig: Rig) -> None:
    direct = rig.discord.member.direct
    async with rig.bot():
        await rig.paint(channel=rig.discord.channels["read-only"])
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        rig.discord.add_fault(Fault("POST", f"/channels/{direct.id}/messages", drop="after", times=2))
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: rig.results(direct))
    rig.discord.clock.move(3600)
    await rig.store.make_all_due()
    async with rig.bot():
        await rig.delivered(job)
    assert len(rig.results(direct)) == 1


async def test_a_failure_in_a_message_of_its_own_is_not_told_again(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        assert invocation.response is not None
        await rig.discord.moderator.delete(invocation.response)
        rig.discord.add_fault(Fault("POST", ANY_POST, drop="after", times=2))
        await rig.worker.fail(job, text("failed-lost"))
        await rig.discord.until(rig.results)
    rig.discord.clock.move(3600)
    await rig.store.make_all_due()
    async with rig.bot():
        await rig.delivered(job)
    assert len(rig.results()) == 1


async def test_what_the_ledger_knows_as_posted_is_neither_posted_nor_looked_for(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", status=404, code=0, times=None))
    async with rig.bot():
        await rig.discord.member.slash(rig.general, "/txt2img prompt:a red fox")
        await rig.eventually(lambda jobs: len(jobs) == 1)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: "not delivered yet" in caplog.text)  # for want of its last status
    rig.discord.faults.clear()
    rig.discord.clock.move(3600)
    await rig.store.make_all_due()
    async with rig.bot():
        done = await rig.delivered(job)
    assert [message.id for message in rig.results()] == [done.result_message_id]
    assert rig.calls("POST", POST) == [200]
    assert rig.calls("GET", POST) == []


async def test_a_result_that_was_posted_and_deleted_is_not_posted_again(rig: Rig) -> None:
    """Discord answers a nonce whose message was deleted with 404 10008."""
    rig.discord.add_fault(Fault("POST", ANY_POST, status=404, code=10008))
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert (done.delivery, rig.calls("POST", POST)) == (DeliveryState.POSTED, [404])
    assert "Done in" in invocation.versions[-1].text


async def test_where_nobody_can_look_a_lost_answer_waits_for_the_right_to(rig: Rig) -> None:
    rig.discord.deny(rig.general, Permission.READ_MESSAGE_HISTORY)
    rig.discord.add_fault(Fault("POST", ANY_POST, drop="after", times=2))
    async with rig.bot():
        invocation = await rig.paint()
        assert "“Read Message History”" in invocation.versions[-1].text
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(rig.results)
    rig.discord.clock.move(3600)
    await rig.store.make_all_due()
    async with rig.bot():
        await rig.discord.until(lambda: "It may be posted already" in invocation.versions[-1].text)
        await asyncio.sleep(0.05)
        rig.general.own_overwrites.clear()
        rig.discord.deny(rig.general)  # nothing: it only announces the channel
        done = await rig.delivered(job, moving_seconds=2)
    assert [message.id for message in rig.results()] == [done.result_message_id]
    assert "Done in" in invocation.versions[-1].text


@pytest.mark.parametrize("status", [401, 404, 408, 403])
async def test_an_answer_without_a_code_loses_nothing(rig: Rig, status: int) -> None:
    """As after a token was reset, or from a proxy in between."""
    rig.discord.add_fault(Fault("POST", ANY_POST, status=status, code=0))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: rig.calls("POST", POST))
    await rig.store.make_all_due()
    async with rig.bot():
        done = await rig.delivered(job)
    assert (done.delivery, len(rig.results())) == (DeliveryState.POSTED, 1)


async def test_what_a_filter_holds_back_is_told_and_not_uploaded_again(rig: Rig) -> None:
    rig.discord.add_fault(Fault("POST", ANY_POST, status=400, code=200000, times=None))
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert (done.delivery, rig.calls("POST", POST)) == (DeliveryState.UNDELIVERABLE, [400])
    assert "a filter of this server (AutoMod)" in invocation.versions[-1].text
    assert "a red fox" not in invocation.versions[-1].text


async def test_a_bug_in_one_delivery_ends_that_one_with_a_number(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        bad = await rig.claimed()
        await rig.paint("/txt2img prompt:another fox")
        good = await rig.claimed()
        rig.generation.broken.add(f"{bad.id.hex}_00000_.png")
        await rig.worker.finish(bad, picture())
        assert (await rig.delivered(bad)).delivery is DeliveryState.UNDELIVERABLE
        await rig.worker.finish(good, picture())
        assert (await rig.delivered(good)).delivery is DeliveryState.POSTED
    (number,) = [
        each.getMessage().split()[1] for each in caplog.records if each.getMessage().startswith("bug ")
    ]
    assert f"`{number}`" in invocation.versions[-1].text


async def test_a_bug_in_one_status_message_stops_no_other(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        bad = await rig.claimed()
        other = await rig.paint("/txt2img prompt:another fox")
        good = await rig.claimed()
        before = reported()
        rig.generation.board.publish(Progress(bad.id, "half", started_at=0.0))  # pyright: ignore[reportArgumentType]  # the bug
        await rig.discord.until(lambda: reported() > before)
        rig.worker.show(good, 0.5, node="KSampler", started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: "KSampler" in other.versions[-1].text)
        rig.generation.board.clear(bad.id)
        await rig.worker.finish(bad, picture())
        assert (await rig.delivered(bad)).delivery is DeliveryState.POSTED


async def test_an_edit_that_is_carried_out_late_does_not_have_the_last_word(rig: Rig) -> None:
    rig.stale_seconds = 0.2
    rig.doubt_seconds = 0.8
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        late = rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", delay_seconds=0.6))
        rig.worker.show(job, 0.5, node="KSampler", started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: late.hits)
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: any("KSampler" in each.text for each in invocation.versions))
        await rig.delivered(job, moving_seconds=0.2)
    assert "Done in" in invocation.versions[-1].text
    assert len(rig.results()) == 1


async def test_an_edit_that_is_carried_out_after_a_restart_of_the_bot_does_not_have_the_last_word(
    rig: Rig,
) -> None:
    rig.doubt_seconds = 3.5
    late = Fault("PATCH", "/webhooks/.*", delay_seconds=2.5)
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(late)
        rig.worker.show(job, 0.5, node="KSampler", started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: late.hits)
    await rig.worker.finish(job, picture())
    async with rig.bot():
        await rig.discord.until(lambda: "Done in" in invocation.versions[-1].text)
        await rig.discord.until(lambda: any("KSampler" in each.text for each in invocation.versions))
        await rig.delivered(job, moving_seconds=0.2)
    assert "Done in" in invocation.versions[-1].text
    assert len(rig.results()) == 1


async def test_a_channel_that_discord_limits_holds_up_no_other(rig: Rig) -> None:
    other = rig.discord.member.direct
    limited = Fault("POST", f"/channels/{rig.general.id}/messages", status=429, retry_after=25, times=None)
    rig.discord.add_fault(limited)
    async with rig.bot():
        for number in range(14):
            await rig.discord.member.slash(rig.general, f"/txt2img prompt:fox {number}")
        await rig.eventually(lambda jobs: len(jobs) == 14)
        for _ in range(14):
            await rig.worker.finish(await rig.claimed(), picture())
        await rig.paint(channel=other)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.result(other)
        assert rig.results() == []


async def test_twenty_at_once_are_served_without_waiting_for_the_channels_limit(tmp_path: Path) -> None:
    async with rigged(tmp_path, rates=AS_OBSERVED) as rig, rig.bot():
        for number in range(20):
            await rig.discord.member.slash(rig.general, f"/txt2img prompt:fox {number}")
        await rig.eventually(lambda jobs: len(jobs) == 20)
        jobs: list[Job] = [await rig.claimed() for _ in range(20)]
        for number, job in enumerate(jobs):
            await rig.worker.finish(job, picture(8 + number, 8))
        for job in jobs:
            await rig.delivered(job)
        assert sorted(each.attachments[0].width or 0 for each in rig.shown()) == list(range(8, 28))
        assert len(rig.results()) < 20
        assert [each.status for each in rig.discord.requests if each.status == 429] == []


async def test_missing_rights_are_told_beforehand_and_cost_no_refusal(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint(channel=rig.discord.channels["read-only"])
        assert "The bot lacks the right “Send Messages” in this channel" in invocation.versions[-1].text
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
    assert [each.status for each in rig.discord.requests if each.status == 403] == []


async def test_a_part_of_a_result_is_not_shown_again_when_limits_cut_it_otherwise(rig: Rig) -> None:
    pictures = [picture(8 + number, 8) for number in range(11)]
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(Fault("POST", ANY_POST, delay_seconds=0.05))
        rig.discord.add_fault(Fault("POST", ANY_POST, status=503, times=None))
        await rig.worker.finish(job, *pictures)
        await rig.discord.until(lambda: rig.calls("POST", POST) == [200, 503])
    rig.discord.faults.clear()
    await rig.store.make_all_due()
    outputs = [Output("9", f"{job.id.hex}_{number:05}_.png", "", "output") for number in range(11)]
    async with rig.bot():
        await rig.delivered(job)
    assert [len(message.attachments) for message in rig.results()] == [10, 1]
    assert rig.generation.fetched.count(outputs[0].filename) == 1


async def test_a_result_in_place_of_the_status_is_not_posted_again_when_the_token_has_ended(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """Discord made the edit, the try heard nothing of it and was given up in order."""
    rig.rates = PostRates(posts=1, counter=lambda: 0.0)
    rig.rates.count(rig.general.id)
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", drop="after", times=2))
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: "not delivered yet" in caplog.text)
        rig.discord.clock.move(20 * 60)
        await rig.delivered(job, moving_seconds=0.2)
    assert [each.id for each in rig.shown()] == [invocation.response and invocation.response.id]


@pytest.mark.parametrize("minutes", [0, 20])
async def test_a_result_in_place_of_the_status_is_not_posted_again_after_a_kill(
    rig: Rig, minutes: int
) -> None:
    """Discord made the edit, and nobody wrote down that it did; now the channel has room again."""
    rig.rates = PostRates(posts=1, counter=lambda: 0.0)
    rig.rates.count(rig.general.id)
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", drop="after", times=2))
        await rig.worker.finish(job, picture())
        await rig.discord.until(rig.shown)
    rig.rates = PostRates()
    rig.discord.clock.move(minutes * 60)
    await rig.store.make_all_due()
    async with rig.bot():
        await rig.delivered(job)
    assert [each.id for each in rig.shown()] == [invocation.response and invocation.response.id]
    assert rig.results() == []


async def test_a_result_too_large_for_the_place_of_the_status_is_made_smaller(rig: Rig) -> None:
    rig.rates = PostRates(posts=1, counter=lambda: 0.0)
    rig.rates.count(rig.general.id)
    large = noise(600, 600)
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.discord.until(lambda: "next in line" not in invocation.versions[-1].text)
        rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", status=413, code=40005))
        await rig.worker.finish(job, large)
        await rig.delivered(job)
    (message,) = rig.shown()
    assert rig.results() == []
    assert len(message.attachments[0].content) <= len(large) // 2


async def test_what_is_left_after_the_channel_was_closed_comes_directly(rig: Rig) -> None:
    pictures = [picture(8 + number, 8) for number in range(11)]
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        rig.discord.add_fault(Fault("POST", ANY_POST, delay_seconds=0.01))
        rig.discord.add_fault(Fault("POST", ANY_POST, status=403, code=50013))
        await rig.worker.finish(job, *pictures)
        await rig.delivered(job)
    assert [len(each.attachments) for each in rig.results()] == [10]
    assert [len(each.attachments) for each in rig.results(rig.discord.member.direct)] == [1]
