"""Results for one person's eyes, and results of which nobody is notified."""

import pytest

from bot.delivery.status_editing import TOKEN_SECONDS
from bot.jobs.job import DeliveryState
from bot.texts import text
from tests.delivery.generation import picture
from tests.delivery.rig import Rig
from tests.delivery.test_fallbacks import POST, contents

PRIVATE = "/txt2img prompt:a red fox private:true"


async def test_a_private_job_is_answered_and_shown_to_its_requester_alone(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint(PRIVATE)
        job = await rig.claimed()
        assert invocation.ephemeral
        await rig.worker.finish(job, picture())
        done = await rig.delivered(job)
    assert done.delivery is DeliveryState.POSTED
    assert invocation.response is not None
    assert contents(invocation.response) == [picture()]
    assert rig.discord.moderator.sees(rig.general) == []
    assert rig.calls("POST", POST) == []


@pytest.mark.parametrize("closed", [True, False])
async def test_of_a_private_result_the_rest_is_sent_directly(rig: Rig, closed: bool) -> None:  # noqa: FBT001
    if closed:
        rig.discord.refuse_direct_messages(rig.discord.member)
    async with rig.bot():
        invocation = await rig.paint(PRIVATE)
        job = await rig.claimed()
        await rig.worker.finish(job, *([picture()] * 12))
        await rig.delivered(job)
    assert invocation.response is not None
    assert len(contents(invocation.response)) == 10
    assert ("2 more files went to you" in invocation.versions[-1].text) is not closed
    assert ("2 more files did not fit" in invocation.versions[-1].text) is closed
    assert [len(contents(each)) for each in rig.shown(rig.discord.member.direct)] == ([] if closed else [2])
    assert rig.results() == []


@pytest.mark.parametrize("fails", [False, True])
async def test_after_discords_token_a_private_job_is_told_by_direct_message(rig: Rig, fails: bool) -> None:  # noqa: FBT001
    async with rig.bot():
        await rig.paint(PRIVATE)
        job = await rig.claimed()
        rig.discord.clock.move(TOKEN_SECONDS + 60)
        if fails:
            await rig.worker.fail(job, text("failed-stalled"))
        else:
            await rig.worker.finish(job, picture())
        await rig.delivered(job)
        status, *results = rig.results(rig.discord.member.direct)
    assert [contents(each) for each in results] == ([] if fails else [[picture()]])
    assert ("Done in" in status.text) is not fails
    assert rig.results(rig.general) == []


async def test_a_private_command_that_is_refused_is_refused_privately(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.discord.member.slash(rig.general, f"{PRIVATE} checkpoint:nothing-like-it")
        await invocation.answered()
    assert invocation.ephemeral
    assert await rig.open_jobs() == [] or (await rig.open_jobs())[0].private


async def test_in_a_direct_message_everything_is_private_anyway(rig: Rig) -> None:
    direct = rig.discord.member.direct
    async with rig.bot():
        await rig.paint(PRIVATE, direct)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
        (result,) = rig.shown(direct)
    assert contents(result) == [picture()]


@pytest.mark.parametrize("wanted", [True, False])
async def test_who_wants_no_notification_gets_none(rig: Rig, wanted: bool) -> None:  # noqa: FBT001
    await rig.store.set_mentions(rig.discord.member.user.id, wanted=wanted)
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
        result = await rig.result()
    assert [user.id for user in result.pinged] == ([rig.discord.member.user.id] if wanted else [])
