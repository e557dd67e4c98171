"""``/jobs`` and ``/job``: a person's own jobs."""

import pytest
from msgspec.structs import replace

from bot.delivery.marks import short_id
from bot.jobs.job import Job
from bot.jobs.origin import Action, Origin
from bot.sandbox.discord import Invocation, Message, Person
from bot.texts import text
from cogs._job_list import FILTER_ID, ON_A_PAGE, OPEN_ID
from tests.cogs.test_presets import done, say
from tests.delivery.rig import Rig
from tests.jobs.sample import NO_LIMITS, new_job


async def opened(rig: Rig, line: str = "/jobs", person: Person | None = None) -> Message:
    invocation = await say(rig, line, person)
    assert invocation.ephemeral
    return await invocation.answered()


async def pressed(rig: Rig, message: Message, button: str) -> str:
    """What the list says after a button of it was pressed."""
    invocation = await rig.discord.member.click(message, button)
    await invocation.acknowledged()
    return message.now.text


async def chosen(rig: Rig, message: Message, menu: str, value: str) -> Invocation:
    invocation = await rig.discord.member.select(message, menu, value)
    await invocation.acknowledged()
    return invocation


async def test_ones_own_jobs_are_listed_the_newest_first(rig: Rig) -> None:
    async with rig.bot():
        first = await done(rig, "/txt2img prompt:a fox")
        await say(rig, "/txt2img prompt:a cat private:true")
        await say(rig, "/txt2img prompt:a wolf", rig.discord.moderator)
        listed = (await opened(rig)).text
    assert listed.index("a cat") < listed.index("a fox")
    assert "a wolf" not in listed
    assert "seen by you alone" in listed
    assert f"{first.place.channel_id}/{first.result_message_id}" in listed
    assert short_id(first.id) in listed


async def test_nobody_has_jobs_in_another_place(rig: Rig) -> None:
    async with rig.bot():
        await say(rig, "/txt2img prompt:a fox")
        invocation = await rig.discord.member.slash(rig.discord.member.direct, "/jobs")
        assert "Your jobs here: 0" in (await invocation.answered()).text


async def test_pages_are_turned_and_narrowed(rig: Rig) -> None:
    async with rig.bot():
        await done(rig, "/txt2img prompt:number 0")
        for number in range(1, ON_A_PAGE + 2):
            await say(rig, f"/txt2img prompt:number {number}")
        message = await opened(rig)
        assert "number 0" not in message.text
        assert "page 1 of 2" in message.text
        assert "number 0" in await pressed(rig, message, "▶")
        assert "number 0" not in await pressed(rig, message, "◀")
        await chosen(rig, message, FILTER_ID, "done")
        assert "number 0" in message.now.text
        assert "number 1" not in message.now.text
        assert "page" not in message.now.text


async def test_notifications_are_switched_there(rig: Rig) -> None:
    person = rig.discord.member.user.id
    async with rig.bot():
        message = await opened(rig)
        await pressed(rig, message, "Do not notify me of results")
        assert not await rig.store.wants_mentions(person)
        await pressed(rig, message, "Notify me of results")
        assert await rig.store.wants_mentions(person)


async def test_the_list_works_on_after_a_restart(rig: Rig) -> None:
    async with rig.bot():
        await say(rig, "/txt2img prompt:a fox")
        message = await opened(rig)
    async with rig.bot():
        invocation = await chosen(rig, message, OPEN_ID, (await rig.open_jobs())[0].id.hex)
        assert "a fox" in (await invocation.answered()).text
        assert invocation.ephemeral


async def test_one_job_is_opened_by_its_digits(rig: Rig) -> None:
    async with rig.bot():
        job = await done(rig, "/txt2img prompt:a fox")
        assert "a fox" in (await opened(rig, f"/job job:{short_id(job.id)}")).text
        suggested = await rig.discord.member.autocomplete(rig.general, "/job", "job", "fox")
        assert [each.value for each in suggested] == [job.id.hex]


@pytest.mark.parametrize("typed", ["nonsense", "0123abcd", "0" * 32])
async def test_what_is_no_job_is_said(rig: Rig, typed: str) -> None:
    async with rig.bot():
        assert (await opened(rig, f"/job job:{typed}")).text


async def test_a_private_job_is_for_its_requester_alone(rig: Rig) -> None:
    async with rig.bot():
        await say(rig, "/txt2img prompt:a fox private:true")
        (job,) = await rig.open_jobs()
        line = f"/job job:{short_id(job.id)}"
        assert "a fox" in (await opened(rig, line)).text
        for other in (rig.discord.moderator, rig.discord.second):
            assert "a fox" not in (await opened(rig, line, other)).text


async def made_of(rig: Rig, parent: Job, number: int) -> Job:
    child = replace(new_job(), place=parent.place, origin=Origin(parent.id, Action.VARY, number))
    return (await rig.store.submit(child, NO_LIMITS)).job


async def test_what_a_job_was_made_of_is_linked(rig: Rig) -> None:
    async with rig.bot():
        parent = await done(rig, "/txt2img prompt:a fox")
        child = await made_of(rig, parent, 1)
        told = (await opened(rig, f"/job job:{short_id(child.id)}")).text
    assert f"{short_id(parent.id)}: https://" in told


async def test_a_failure_and_a_workflow_that_is_gone_are_said(rig: Rig) -> None:
    async with rig.bot():
        await say(rig, "/txt2img prompt:a fox")
        job = await rig.claimed()
        await rig.worker.fail(job, text("failed-files-gone"))
        await rig.delivered(job)
        rig.generation.offer({})
        told = (await opened(rig, f"/job job:{short_id(job.id)}")).text
    assert "`txt2img` cannot be run now" in told
    assert "⚠" in told
