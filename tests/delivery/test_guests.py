"""Where the bot is no member and somebody brings it with their own account, the interaction's token is all there is."""

import pytest

from bot.delivery.status_editing import TOKEN_SECONDS
from bot.delivery.status_moving import MOVE_SECONDS
from bot.jobs.job import DeliveryState
from bot.sandbox.discord import Channel, Fault
from bot.texts import text
from tests.delivery.generation import picture
from tests.delivery.rig import Rig
from tests.delivery.test_fallbacks import contents

EDIT = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


@pytest.fixture(params=["server", "group"])
def abroad(rig: Rig, request: pytest.FixtureRequest) -> Channel:
    """A place where the bot is no member, and the person brings it."""
    rig.discord.world.open_to_guests()
    rig.discord.member.has_installed = True
    if request.param == "group":
        return rig.discord.groups[0]
    return rig.discord.guilds[-1].channels["general"]


def in_channel(rig: Rig, channel: Channel) -> list[str]:
    """What was tried by the bot's own right where it has none."""
    return [each.method for each in rig.discord.requests if f"/channels/{channel.id}" in each.path]


async def test_a_result_comes_in_place_of_the_answer(rig: Rig, abroad: Channel) -> None:
    async with rig.bot():
        asked = await rig.paint(channel=abroad)
        job = await rig.claimed()
        assert (job.place.guild_id, job.place.guest_of) == (None, abroad.guild_id or 0)
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    (shown,) = rig.shown(abroad)
    assert asked.response is not None
    assert (contents(shown), shown.id, shown.ephemeral) == ([picture()], asked.response.id, False)
    assert (done.delivery, done.result_message_id) == (DeliveryState.POSTED, shown.id)
    assert in_channel(rig, abroad) == []


async def test_a_failure_is_told_in_the_answer(rig: Rig, abroad: Channel) -> None:
    async with rig.bot():
        asked = await rig.paint(channel=abroad)
        job = await rig.claimed()
        await rig.worker.fail(job, text("failed-stalled"))
        await rig.delivered(job)
    assert "stopped making progress" in asked.versions[-1].text
    assert in_channel(rig, abroad) == []


async def test_a_long_job_moves_to_direct_messages_before_the_token_ends(rig: Rig, abroad: Channel) -> None:
    direct = rig.discord.member.direct
    async with rig.bot():
        asked = await rig.paint(channel=abroad)
        job = await rig.claimed()
        rig.discord.clock.move(MOVE_SECONDS)
        await rig.discord.until(lambda: "goes on in direct messages" in asked.versions[-1].text)
        (status,) = direct.messages
        assert f"channels/@me/{direct.id}/{status.id}" in asked.versions[-1].text
        rig.discord.clock.move(3600)
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
    status, result = direct.messages
    assert ("Done in" in status.text, contents(result)) == (True, [picture()])
    assert "may not post" not in status.text
    assert (rig.shown(abroad), in_channel(rig, abroad)) == ([], [])


async def test_who_takes_no_direct_messages_is_told_so_while_the_token_lives(
    rig: Rig, abroad: Channel
) -> None:
    rig.discord.refuse_direct_messages(rig.discord.member)
    async with rig.bot():
        asked = await rig.paint(channel=abroad)
        job = await rig.claimed()
        rig.discord.clock.move(MOVE_SECONDS)
        await rig.discord.until(lambda: "you take no direct messages" in asked.versions[-1].text)
        rig.discord.clock.move(3600)
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
        listed = await rig.discord.member.slash(abroad, "/jobs")
        assert "· done ·" in (await listed.answered()).text
    assert done.delivery is DeliveryState.UNDELIVERABLE
    assert (rig.discord.member.direct.messages, in_channel(rig, abroad)) == ([], [])


async def test_where_it_may_have_been_shown_it_is_not_shown_twice(rig: Rig, abroad: Channel) -> None:
    """The edit arrived, its answer did not; then the bot was away until the token had ended."""
    async with rig.bot():
        await rig.paint(channel=abroad)
        job = await rig.claimed()
        rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", drop="after", times=None))
        await rig.worker.finish(job, picture())
        await rig.discord.until(lambda: rig.shown(abroad))
    rig.discord.faults.clear()
    rig.discord.clock.move(3600)
    await rig.store.make_all_due()
    async with rig.bot():
        done = await rig.delivered(job)
    (word,) = rig.discord.member.direct.messages
    assert (done.delivery, len(rig.shown(abroad)), contents(word)) == (DeliveryState.POSTED, 1, [])
    assert "gives you the files" in word.text


async def test_what_one_message_does_not_take_is_sent_directly_and_once(rig: Rig, abroad: Channel) -> None:
    async with rig.bot():
        await rig.paint(channel=abroad)
        job = await rig.claimed()
        rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", drop="after", times=None))
        await rig.worker.finish(job, *([picture()] * 23))
        await rig.discord.until(lambda: rig.shown(abroad))
    rig.discord.faults.clear()
    await rig.store.make_all_due()
    async with rig.bot():
        await rig.delivered(job)
    (answer,) = rig.shown(abroad)
    assert "13 more files went to you" in answer.text
    assert [len(each.attachments) for each in (answer, *rig.discord.member.direct.messages)] == [10, 10, 3]


async def test_an_answer_that_was_deleted_is_no_reason_to_lose_the_result(rig: Rig, abroad: Channel) -> None:
    async with rig.bot():
        asked = await rig.paint(channel=abroad)
        job = await rig.claimed()
        assert asked.response is not None
        rig.discord.posting.delete(asked.response)
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
    (result,) = rig.discord.member.direct.messages
    assert contents(result) == [picture()]


async def test_a_bot_that_was_away_when_the_token_ended_tells_it_directly(rig: Rig, abroad: Channel) -> None:
    async with rig.bot():
        await rig.paint(channel=abroad)
        job = await rig.claimed()
    rig.discord.clock.move(TOKEN_SECONDS + 60)
    await rig.worker.finish(job, picture())
    async with rig.bot():
        await rig.delivered(job)
    (result,) = rig.discord.member.direct.messages
    assert (contents(result), in_channel(rig, abroad)) == ([picture()], [])


@pytest.mark.parametrize("ended", [True, False], ids=["ended meanwhile", "still open"])
async def test_a_move_that_was_cut_short_is_found_again(rig: Rig, abroad: Channel, *, ended: bool) -> None:
    direct = rig.discord.member.direct
    async with rig.bot():
        await rig.paint(channel=abroad)
        job = await rig.claimed()
        rig.discord.add_fault(Fault("POST", f"/channels/{direct.id}/messages", drop="after", times=None))
        rig.discord.clock.move(MOVE_SECONDS)
        await rig.discord.until(lambda: direct.messages)
    rig.discord.faults.clear()
    rig.discord.clock.move(3600)
    if ended:
        await rig.worker.finish(job, picture())
    async with rig.bot():
        if not ended:
            await rig.worker.finish(job, picture())
        await rig.delivered(job)
    status, result = direct.messages
    assert ("Done in" in status.text, contents(result)) == (True, [picture()])
