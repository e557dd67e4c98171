"""What a result message carries, over real sockets; and what is done to what is too large."""

from bot.delivery.upload_limits import DOCUMENTED_REQUEST_BYTES
from bot.sandbox.discord import Fault, Message
from tests.delivery.generation import noise, picture
from tests.delivery.rig import Rig

MEBIBYTE = 1024 * 1024


def contents(message: Message) -> list[bytes]:
    return [each.content for each in message.attachments]


async def test_a_result_mentions_its_requester_and_nobody_else(rig: Rig) -> None:
    others = f"<@{rig.discord.second.user.id}> @everyone <@&{rig.discord.guilds[0].id}>"
    async with rig.bot():
        await rig.paint(f"/txt2img prompt:a fox for {others}")
        await rig.worker.finish(await rig.claimed(), picture())
        result = await rig.result()
    assert [user.username for user in result.pinged] == ["member"]
    assert not result.now.mentions_everyone


async def test_ten_pictures_are_one_gallery_and_the_eleventh_is_another_message(rig: Rig) -> None:
    pictures = [picture(8 + number, 8) for number in range(11)]
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, *pictures)
        done = await rig.delivered(job)
    first, second = rig.results()
    assert contents(first) + contents(second) == pictures
    assert (len(first.attachments), len(second.attachments)) == (10, 1)
    assert done.result_message_id == first.id
    assert first.text.endswith(f"{job.id.hex[:8]}/1-10")
    assert second.text.endswith(f"{job.id.hex[:8]}/11")


async def test_one_message_carries_no_more_than_a_request_may(rig: Rig) -> None:
    sounds = [bytes([number]) * (9 * MEBIBYTE) for number in range(4)]
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, *sounds, suffix=".flac")
        await rig.delivered(job)
    sums = [sum(map(len, contents(message))) for message in rig.results()]
    assert sums == [18 * MEBIBYTE, 18 * MEBIBYTE]
    assert max(sums) <= DOCUMENTED_REQUEST_BYTES
    assert rig.calls("POST", "/channels/{channel_id}/messages") == [200, 200]  # it is known, not tried


async def test_texts_that_a_job_made_are_shown(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, texts=("a fox, sitting",))
        result = await rig.result()
    assert "a fox, sitting" in result.text
    assert result.attachments == ()


async def test_a_picture_too_large_is_made_smaller_and_the_message_says_so(rig: Rig) -> None:
    large = noise(2200, 1800)
    assert len(large) > 10 * MEBIBYTE
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, large)
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
        await rig.worker.finish(job, content)
        result = await rig.result()
        await rig.delivered(job)
    assert len(result.attachments[0].content) <= len(content) // 2
    assert "Made smaller" in result.text


async def test_a_sound_too_large_is_told_in_words(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, bytes(11 * MEBIBYTE), suffix=".flac")
        result = await rig.result()
        await rig.delivered(job)
    assert result.attachments == ()
    assert "(11 MB) is left out: Discord takes 10 MB here. It is damaged" in result.text
    assert "Whoever runs ComfyUI finds it in its output folder." in result.text


async def test_a_direct_message_with_the_bot_works_like_a_channel(rig: Rig) -> None:
    direct = rig.discord.member.direct
    async with rig.bot():
        await rig.paint(channel=direct)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        result = await rig.result(direct)
    assert contents(result) == [picture()]


async def test_the_longest_prompt_that_discord_allows_is_shown_shortened(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint("/txt2img prompt:" + "a *very* long prompt, " * 270)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        result = await rig.result()
        await rig.delivered(job)
    assert contents(result) == [picture()]
    assert "…" in result.text
