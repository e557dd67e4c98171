"""Results over real sockets: posted exactly once, made to fit, and shown somehow where the bot may not post."""

import asyncio

import pytest

from bot.delivery.gathering import REQUEST_BYTES
from bot.jobs.job import DeliveryState, Done, Job, Output
from bot.sandbox.discord import Fault, Message
from tests.delivery.rig import Rig
from tests.delivery.studio import noise, picture

POST = "/channels/{channel_id}/messages"
MEBIBYTE = 1024 * 1024


def contents(message: Message) -> list[bytes]:
    return [each.content for each in message.attachments]


async def test_a_result_mentions_its_requester_and_nobody_else(rig: Rig) -> None:
    others = f"<@{rig.discord.second.user.id}> @everyone <@&{rig.discord.guilds[0].id}>"
    async with rig.bot():
        await rig.paint(f"/txt2img prompt:a fox for {others}")
        await rig.hands.finish(await rig.claimed(), picture())
        result = await rig.result()
    assert [user.username for user in result.pinged] == ["member"]
    assert not result.now.mentions_everyone


async def test_ten_pictures_are_one_gallery_and_the_eleventh_is_another_message(rig: Rig) -> None:
    pictures = [picture(8 + number, 8) for number in range(11)]
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, *pictures)
        done = await rig.delivered(job)
    first, second = rig.results()
    assert contents(first) + contents(second) == pictures
    assert (len(first.attachments), len(second.attachments)) == (10, 1)
    assert done.result_message_id == first.id
    assert first.text.endswith(f"{job.id.hex[:8]}/1")
    assert second.text.endswith(f"{job.id.hex[:8]}/2")


async def test_one_message_carries_no_more_than_a_request_may(rig: Rig) -> None:
    sounds = [bytes([number]) * (9 * MEBIBYTE) for number in range(4)]
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, *sounds, suffix=".flac")
        await rig.delivered(job)
    sums = [sum(map(len, contents(message))) for message in rig.results()]
    assert sums == [18 * MEBIBYTE, 18 * MEBIBYTE]
    assert max(sums) <= REQUEST_BYTES


async def test_texts_that_a_job_made_are_shown(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, texts=("a fox, sitting",))
        result = await rig.result()
    assert "a fox, sitting" in result.text
    assert result.attachments == ()


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_dropped_connection_posts_the_result_once(rig: Rig, drop: str) -> None:
    rig.discord.add_fault(
        Fault("POST", "/channels/.*/messages", drop="before" if drop == "before" else "after")
    )
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        await rig.discord.until(lambda: rig.calls("POST", POST))
        await asyncio.sleep(0.05)
        rig.discord.clock.move(2)
        done = await rig.delivered(job)
    assert [message.id for message in rig.results()] == [done.result_message_id]


async def test_a_server_error_posts_the_result_once(rig: Rig) -> None:
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", status=503))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        await rig.discord.until(lambda: rig.calls("POST", POST))
        await asyncio.sleep(0.05)
        rig.discord.clock.move(2)
        done = await rig.delivered(job)
    assert [message.id for message in rig.results()] == [done.result_message_id]
    assert rig.calls("POST", POST) == [503, 200]


async def test_a_rate_limit_is_waited_for(rig: Rig) -> None:
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", status=429, retry_after=0.1, times=2))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        await rig.delivered(job)
    assert len(rig.results()) == 1
    assert rig.calls("POST", POST) == [429, 429, 200]


async def test_a_bot_killed_between_posting_and_writing_it_down_posts_once(rig: Rig) -> None:
    """Discord has the message, the ledger does not know; a minute later the nonce tells."""
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", drop="after"))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        await rig.discord.until(rig.results)
    rig.discord.clock.move(60)
    await rig.store.make_all_due()  # as opening the ledger does
    async with rig.bot():
        done = await rig.delivered(job)
    assert [message.id for message in rig.results()] == [done.result_message_id]


async def test_hours_later_the_message_itself_is_found(rig: Rig) -> None:
    """Discord has long forgotten the nonce."""
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", drop="after"))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        await rig.discord.until(rig.results)
    rig.discord.clock.move(5 * 3600)
    for number in range(120):
        await rig.discord.member.say(rig.general, f"meanwhile {number} {job.id.hex[:8]}")
    fetched_before = len(rig.studio.fetched)
    async with rig.bot():
        done = await rig.delivered(job)
    assert [message.id for message in rig.results()] == [done.result_message_id]
    assert len(rig.studio.fetched) == fetched_before
    assert rig.calls("POST", POST) == [0]


async def test_of_a_result_in_two_messages_only_the_missing_one_is_posted_later(rig: Rig) -> None:
    pictures = [picture(8 + number, 8) for number in range(11)]
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        rig.discord.add_fault(Fault("POST", "/channels/.*/messages", delay_seconds=0.05, times=1))
        rig.discord.add_fault(Fault("POST", "/channels/.*/messages", drop="before", times=1))
        await rig.hands.finish(job, *pictures)
        await rig.discord.until(lambda: rig.calls("POST", POST) == [200, 0])
    rig.discord.clock.move(3600)
    async with rig.bot():
        await rig.delivered(job)
    assert [len(message.attachments) for message in rig.results()] == [10, 1]
    assert rig.calls("POST", POST) == [200, 0, 200]


async def test_a_picture_too_large_is_made_smaller_and_the_message_says_so(rig: Rig) -> None:
    large = noise(2200, 1800)
    assert len(large) > 10 * MEBIBYTE
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, large)
        result = await rig.result()
    (attachment,) = result.attachments
    assert attachment.filename.endswith(".jpg")
    assert len(attachment.content) <= 10 * MEBIBYTE
    assert "Made smaller to fit Discord’s 10 MB: PNG 2200×1800" in result.text


async def test_a_file_that_discord_still_finds_too_large_is_made_smaller_again(rig: Rig) -> None:
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", status=413, code=40005))
    content = noise(900, 700)
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, content)
        result = await rig.result()
        await rig.delivered(job)
    assert len(result.attachments[0].content) <= len(content) // 2
    assert "Made smaller" in result.text


async def test_a_sound_too_large_is_told_in_words(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, bytes(11 * MEBIBYTE), suffix=".flac")
        result = await rig.result()
        await rig.delivered(job)
    assert result.attachments == ()
    assert "A file of > 10 MB is left out: Discord takes 10 MB here" in result.text


async def test_no_right_to_post_and_the_interaction_still_takes_the_result(rig: Rig) -> None:
    channel = rig.discord.channels["read-only"]
    async with rig.bot():
        invocation = await rig.paint(channel=channel)
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.POSTED
    assert invocation.response is not None
    assert contents(invocation.response) == [picture()]
    assert done.result_message_id == invocation.response.id
    assert rig.calls("POST", POST) == [403]


async def test_later_the_result_comes_as_a_direct_message_and_the_status_says_so(rig: Rig) -> None:
    channel = rig.discord.channels["read-only"]
    async with rig.bot():
        invocation = await rig.paint(channel=channel)
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        await rig.hands.finish(job, picture())
        await rig.delivered(job)
    (direct,) = rig.results(rig.discord.member.direct)
    assert contents(direct) == [picture()]
    assert "the result went to you as a direct message" in invocation.versions[-1].text
    assert "/channels/@me/" in invocation.versions[-1].text
    assert rig.calls("POST", POST) == [403, 200]


async def test_where_nothing_is_allowed_the_status_says_what_to_do(rig: Rig) -> None:
    channel = rig.discord.channels["read-only"]
    rig.discord.refuse_direct_messages(rig.discord.member)
    async with rig.bot():
        invocation = await rig.paint(channel=channel)
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        await rig.hands.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.UNDELIVERABLE
    assert "“Send Messages”" in invocation.versions[-1].text
    assert [each.status for each in rig.discord.requests].count(403) == 2


async def test_a_deleted_channel_costs_two_refusals_at_most(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        rig.discord.clock.move(20 * 60)
        rig.discord.delete_channel(rig.general)
        rig.discord.refuse_direct_messages(rig.discord.member)
        await rig.hands.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.UNDELIVERABLE
    assert len([each for each in rig.discord.requests if each.status in {403, 404}]) <= 2


async def test_files_that_are_gone_after_three_tries_are_told_in_words(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.hands.end(job, Done((Output("9", "lost.png", "", "output"),)))
        for tries in (1, 2):
            await rig.discord.until(lambda seen=tries: len(rig.studio.fetched) >= seen)
            await asyncio.sleep(0.02)
            rig.discord.clock.move(5)
        await rig.delivered(job)
    assert "ComfyUI no longer has the files" in invocation.versions[-1].text
    assert rig.studio.fetched == ["lost.png"] * 3
    assert rig.results() == []


async def test_one_file_gone_of_two_is_a_note_beside_the_other(rig: Rig) -> None:
    rig.studio.files["there.png"] = picture()
    outputs = Done((Output("9", "lost.png", "", "output"), Output("9", "there.png", "", "output")))
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.end(job, outputs)
        result = await rig.result()
    assert contents(result) == [picture()]
    assert "ComfyUI no longer has 1 of the 2 files." in result.text


async def test_a_server_that_is_away_delays_the_result_and_loses_nothing(rig: Rig) -> None:
    rig.studio.is_away = True
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        await rig.discord.until(lambda: rig.studio.fetched)
        rig.studio.is_away = False
        await asyncio.sleep(0.05)
        rig.discord.clock.move(3)
        await rig.delivered(job)
    assert len(rig.results()) == 1


async def test_a_result_nobody_could_post_for_a_day_is_given_up_in_words(rig: Rig) -> None:
    rig.studio.is_away = True
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        await rig.discord.until(lambda: rig.studio.fetched)
        await asyncio.sleep(0.05)
        rig.discord.clock.move(25 * 3600)
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.UNDELIVERABLE
    assert "could not be posted for a whole day" in invocation.versions[-1].text


async def test_a_request_that_discord_calls_wrong_is_a_bug_with_a_number(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.discord.add_fault(Fault("POST", "/channels/.*/messages", status=400, code=50035))
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.UNDELIVERABLE
    (record,) = [each for each in caplog.records if each.getMessage().startswith("bug ")]
    number = record.getMessage().split()[1].rstrip(":")
    assert f"`{number}`" in invocation.versions[-1].text


async def test_a_direct_message_with_the_bot_works_like_a_channel(rig: Rig) -> None:
    direct = rig.discord.member.direct
    async with rig.bot():
        await rig.paint(channel=direct)
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        result = await rig.result(direct)
    assert contents(result) == [picture()]


async def test_fifty_results_under_faults_are_posted_once_each(rig: Rig) -> None:
    """One in five calls fails in one of three ways; nothing is lost and nothing doubled."""
    jobs: list[Job] = []
    async with rig.bot():
        for number in range(50):
            await rig.discord.member.slash(rig.general, f"/txt2img prompt:fox {number}")
        await rig.eventually(lambda open_jobs: len(open_jobs) == 50)
        for each in (
            Fault("POST", "/channels/.*/messages", drop="after", times=4),
            Fault("POST", "/channels/.*/messages", status=503, times=3),
            Fault("POST", "/channels/.*/messages", drop="before", times=3),
        ):
            rig.discord.add_fault(each)
        for number in range(50):
            job = await rig.claimed()
            jobs.append(job)
            await rig.hands.finish(job, picture(8 + number, 8))
        for _ in range(200):
            rig.discord.clock.move(0.5)
            await asyncio.sleep(0.01)
            if len(rig.results()) == 50 and all(
                [(await rig.store.job(job.id) or job).delivery is DeliveryState.POSTED for job in jobs]
            ):
                break
    sizes = sorted(message.attachments[0].width or 0 for message in rig.results())
    assert sizes == list(range(8, 58))


async def test_the_longest_prompt_that_discord_allows_is_shown_shortened(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint("/txt2img prompt:" + "a *very* long prompt, " * 270)
        job = await rig.claimed()
        await rig.hands.finish(job, picture())
        result = await rig.result()
        await rig.delivered(job)
    assert contents(result) == [picture()]
    assert "…" in result.text
