"""``/privacy``: what is kept about a person, seen, taken along, and deleted; and that no place tells of another."""

import json

import pytest

from bot.jobs.audit_store import AuditAction
from bot.jobs.job import Job
from bot.jobs.personal_data import TABLES
from bot.sandbox.discord import Channel, Message, Person
from cogs._privacy_layout import KINDS
from tests.cogs.test_presets import done, say
from tests.delivery.rig import Rig
from tests.jobs.contract.figures import MovableClock, run
from tests.jobs.sample import NO_LIMITS, new_job

FORGOTTEN = "The bot does not know any more how this was made"


async def asked(rig: Rig, line: str, person: Person | None = None, channel: Channel | None = None) -> Message:
    person = person or rig.discord.member
    invocation = await person.slash(channel or rig.general, line)
    answer = await invocation.answered()
    assert invocation.ephemeral
    return answer


def result_of(rig: Rig, job: Job) -> Message:
    return next(each for each in rig.general.messages if each.id == job.result_message_id)


def test_of_each_kind_of_thing_that_is_kept_it_is_said_what_it_is() -> None:
    assert set(KINDS) == {name for name, table in TABLES.items() if table.told}


async def test_a_person_sees_how_much_is_kept_here_and_how_much_elsewhere(rig: Rig) -> None:
    member = rig.discord.member
    for guild_id in (1, None):
        await run(rig.store, MovableClock(), user_id=member.user.id, guild_id=guild_id, workflow="secret")
    async with rig.bot():
        assert "keeps nothing about you" in (await asked(rig, "/privacy show", rig.discord.second)).text
        await done(rig, "/txt2img prompt:a fox")
        told = (await asked(rig, "/privacy show")).text
        direct = (await asked(rig, "/privacy show", channel=member.direct)).text
    assert "where they were shown): 1 here, 2 elsewhere" in told
    assert "where they were shown): 1 here, 2 elsewhere" in direct
    assert "30 days after their end" in told
    assert "secret" not in told


async def test_a_person_takes_with_them_what_is_kept_about_them(rig: Rig) -> None:
    async with rig.bot():
        await done(rig, "/txt2img prompt:a fox")
        await say(rig, "/txt2img prompt:a wolf", rig.discord.moderator)
        message = await asked(rig, "/privacy export")
    (file,) = message.attachments
    told = json.loads(file.content)
    assert [job["option_values"]["prompt"] for job in told["jobs"]] == ["a fox"]
    assert "a wolf" not in file.content.decode()


async def test_what_is_deleted_is_gone_after_a_restart_and_the_result_stays(rig: Rig) -> None:
    async with rig.bot():
        job = await done(rig, "/txt2img prompt:a fox")
        question = await asked(rig, "/privacy delete")
        assert "These stay" in question.text
        assert (await rig.store.held(rig.discord.member.user.id, None))["jobs"].rows == 1
    async with rig.bot():
        pressed = await rig.discord.member.click(question, "Delete all of it")
        assert "Deleted." in (await pressed.answered()).text
        assert pressed.ephemeral
        again = await rig.discord.member.click(result_of(rig, job), "Again")
        assert (await again.answered()).text.startswith(FORGOTTEN)
    assert await rig.store.job(job.id) is None
    assert not result_of(rig, job).deleted


async def test_what_is_open_is_cancelled_and_told_so(rig: Rig) -> None:
    member = rig.discord.member.user.id
    async with rig.bot():
        await say(rig, "/txt2img prompt:a fox")
        (job,) = await rig.open_jobs()
        question = await asked(rig, "/privacy delete")
        pressed = await rig.discord.member.click(question, "Delete all of it")
        assert "One job of yours has not ended yet" in (await pressed.answered()).text
        await rig.delivered(job)
        assert await rig.store.finish_erasures() == 0
    assert (await rig.store.held(member, None))["jobs"].rows == 0


SECRET = "of-another-place"  # a name of a workflow
LISTINGS = (
    "/queue",
    "/jobs",
    "/stats",
    "/stats span:30",
    "/mod audit",
    "/privacy show",
    "/preset list",
)


async def live_in(rig: Rig, guild_id: int | None, user_id: int) -> None:
    """Everything that a listing could tell, open and ended, in another place; by the same person, too."""
    await run(rig.store, MovableClock(), guild_id=guild_id, user_id=user_id, workflow=SECRET)
    await rig.store.submit(new_job(user_id, guild_id=guild_id, workflow=SECRET), NO_LIMITS)
    if guild_id is not None:
        await rig.store.audit(guild_id, user_id, AuditAction.DELETE, details={"reason": SECRET})


@pytest.mark.parametrize("place", ["another server", "direct messages"])
async def test_no_listing_of_a_server_tells_of_another_place(rig: Rig, place: str) -> None:
    moderator = rig.discord.moderator
    await live_in(rig, 1 if place == "another server" else None, moderator.user.id)
    async with rig.bot():
        told = {line: await asked(rig, line, moderator) for line in LISTINGS}
    for line, message in told.items():
        content = [message.text, str(message.now.components)]
        content += [
            each.content.decode("utf-8-sig") for each in message.attachments if each.filename[-4:] == ".csv"
        ]
        assert [each for each in content if SECRET in each] == [], line


async def test_no_listing_of_direct_messages_tells_of_a_server(rig: Rig) -> None:
    member = rig.discord.member
    await live_in(rig, rig.general.guild_id, member.user.id)
    async with rig.bot():
        for line in ("/queue", "/jobs", "/privacy show"):
            message = await asked(rig, line, channel=member.direct)
            assert SECRET not in message.text + str(message.now.components), line
