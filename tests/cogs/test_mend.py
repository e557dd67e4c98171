"""Every control of the edit form and under errors: who may use it, after what, and how often.

One table for all. A control without a row fails the last test.
"""

import asyncio
import dataclasses
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import get_args
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.delivery.ways_out import way_id, way_of
from bot.generation.remedies import Change, Choose, Install, Remedy, Remind, Rerun
from bot.jobs.job import Job
from bot.jobs.origin import Action, Origin
from bot.sandbox.discord import Channel, Invocation, Message
from bot.texts import text
from cogs._panel import button_id, page_id
from tests.cogs.messages import IS_COMPONENTS_V2, posted_by_bot
from tests.cogs.test_read_workflow import text_of
from tests.delivery.rig import Rig

NAMES = ("v1-5-pruned-emaonly-fp16.safetensors", "sdxl.safetensors")
UNKNOWN = "The bot does not know any more what this was about."
FORGOTTEN = "The bot does not know any more how this was made."
SMALLER = Change({"width": "768", "height": "768"}, text("mend-size", size="768×768"))


class Comes(StrEnum):
    """What comes of it."""

    JOB = "a job with other values, or the same"
    PANEL = "a private panel"
    REMINDER = "a reminder"
    TOLD = "a private answer"
    REFUSED = "a refusal, for it is for moderators"


@dataclass(frozen=True)
class Row:
    """A control under a job that failed, and what comes of it for somebody who may see that job."""

    way: str
    comes: Comes
    changes: dict[str, str]
    menu: str | None = None
    """The value to choose, where it is a menu."""
    gone: str = UNKNOWN
    """What is said where nobody knows the job, or it is another guild's."""


ROWS = {
    "again": Row("again", Comes.JOB, {}),
    "smaller": Row(f"set-{SMALLER.digest}", Comes.JOB, dict(SMALLER.values)),
    "choose": Row(
        "choose-checkpoint", Comes.JOB, {"checkpoint": "sdxl.safetensors"}, menu="sdxl.safetensors"
    ),
    "remind": Row("remind", Comes.REMINDER, {}),
    "install": Row("install", Comes.REFUSED, {}),
    "edit": Row("edit", Comes.PANEL, {}, gone=FORGOTTEN),
}


async def failed(rig: Rig) -> Job:
    """A job of the member's that failed, for a reason that has all ways out."""
    rig.generation.offer_list("checkpoint", NAMES)
    line = "/txt2img prompt:a red fox seed:42 width:1024 height:1024"
    asked = await rig.discord.member.slash(rig.general, line)
    await asked.answered()
    job = await rig.claimed()
    await rig.worker.fail(job, text("failed-lost"))
    return await rig.delivered(job)


def shown(rig: Rig, job: Job, row: Row, channel: Channel | None = None) -> Message:
    """The control in a message of the bot's."""
    custom_id = f"edit:{job.id.hex}" if row.way == "edit" else way_id(job.id, row.way)
    control: dict[str, object] = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
    if row.menu is not None:
        options = [{"label": row.menu, "value": row.menu}]
        control = {"type": 3, "custom_id": custom_id, "options": options}
    body = {"flags": IS_COMPONENTS_V2, "components": [{"type": 1, "components": [control]}]}
    return posted_by_bot(rig, body, channel=channel)


async def used(rig: Rig, message: Message, row: Row, who: str) -> Invocation:
    person = rig.discord.persons[who]
    custom_id = message.now.components[0]["components"][0]["custom_id"]
    if row.menu is None:
        done = await person.click(message, custom_id)
    else:
        done = await person.select(message, custom_id, row.menu)
    await done.answered()
    return done


async def check(rig: Rig, job: Job, row: Row, done: Invocation, who: str) -> None:
    """What comes of it is that person's own."""
    user_id = rig.discord.persons[who].user.id
    jobs, reminders = await rig.open_jobs(), await rig.store.reminders()
    match row.comes:
        case Comes.JOB:
            (made,) = jobs
            assert made.values == {**job.values, **row.changes}
            assert (made.place.user_id, made.origin) == (user_id, Origin(job.id, Action.MEND))
            assert not done.ephemeral
        case Comes.PANEL:
            assert jobs == []
            assert done.ephemeral
            assert "width: 1024" in text_of(done)
        case Comes.REMINDER:
            assert jobs == []
            assert [each.asked.user_id for each in reminders] == [user_id]
            assert done.ephemeral
        case Comes.TOLD:
            assert done.ephemeral
        case Comes.REFUSED:
            assert text_of(done).startswith("What is missing on the servers is told to members with")
            assert done.ephemeral


@pytest.mark.parametrize("restarted", [False, True], ids=["before a restart", "after one"])
@pytest.mark.parametrize("who", ["member", "second"], ids=["requester", "stranger"])
@pytest.mark.parametrize("name", ROWS)
async def test_whoever_may_see_the_job_has_its_ways_out_as_their_own(
    rig: Rig, name: str, who: str, *, restarted: bool
) -> None:
    row = ROWS[name]
    async with rig.bot():
        job = await failed(rig)
        message = shown(rig, job, row)
        if not restarted:
            await check(rig, job, row, await used(rig, message, row, who), who)
    if restarted:
        async with rig.bot():
            await check(rig, job, row, await used(rig, message, row, who), who)


@pytest.mark.parametrize("case", ["of another guild", "forgotten", "forged"])
@pytest.mark.parametrize("name", ROWS)
async def test_what_is_not_known_or_not_ones_own_guilds_is_a_sentence(rig: Rig, name: str, case: str) -> None:
    row = ROWS[name]
    async with rig.bot():
        job, channel = await failed(rig), None
        if case == "of another guild":
            channel = rig.discord.guilds[1].channels["general"]
        elif case == "forgotten":
            rig.discord.clock.move(7200)
            await rig.store.forget(3600)
        else:
            job = replace(job, id=UUID(int=7))
        done = await used(rig, shown(rig, job, row, channel), row, "moderator")
        assert text_of(done).startswith(row.gone)
        assert done.ephemeral
        assert await rig.open_jobs() == []
        assert await rig.store.reminders() == []


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.comes is Comes.JOB])
async def test_pressed_twice_at_once_it_is_one_job(rig: Rig, name: str) -> None:
    row = ROWS[name]
    async with rig.bot():
        job = await failed(rig)
        message = shown(rig, job, row)
        await asyncio.gather(*(used(rig, message, row, "member") for _ in range(2)))
        assert len(await rig.open_jobs()) == 1
        await used(rig, message, row, "second")  # who is somebody else
        assert len(await rig.open_jobs()) == 2


async def test_a_reminder_asked_for_twice_is_one(rig: Rig) -> None:
    async with rig.bot():
        job = await failed(rig)
        message = shown(rig, job, ROWS["remind"])
        await asyncio.gather(*(used(rig, message, ROWS["remind"], "member") for _ in range(2)))
        assert len(await rig.store.reminders()) == 1


async def test_a_button_that_would_change_something_else_by_now_says_so(rig: Rig) -> None:
    async with rig.bot():
        job = await failed(rig)
        row = dataclasses.replace(ROWS["smaller"], way="set-00000000")
        done = await used(rig, shown(rig, job, row), row, "member")
        assert text_of(done).startswith("That does not apply any more")
        row = dataclasses.replace(ROWS["choose"], way="choose-nothing")
        done = await used(rig, shown(rig, job, row), row, "member")
        assert text_of(done).startswith("That does not apply any more")
        assert await rig.open_jobs() == []


async def test_a_job_that_goes_on_is_not_tried_again(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        (job,) = await rig.open_jobs()
        done = await used(rig, shown(rig, job, ROWS["again"]), ROWS["again"], "member")
        assert text_of(done) == "This job is not over yet."
        assert len(await rig.open_jobs()) == 1


@pytest.mark.parametrize("restarted", [False, True], ids=["before a restart", "after one"])
async def test_a_refused_command_is_kept_until_it_is_run_and_for_its_person_alone(
    rig: Rig, *, restarted: bool
) -> None:
    async with rig.bot():
        in_steps(rig)
        refused = await rig.discord.member.slash(rig.general, "/txt2img prompt:a red fox width:770")
        assert (await refused.answered()).text.startswith("`width` goes in steps of 8")
        if not restarted:
            await run_once(rig, refused)
    if restarted:
        async with rig.bot():
            await run_once(rig, refused)


def in_steps(rig: Rig) -> None:
    """As a server would tell it: sizes go in steps of 8."""
    txt2img = rig.generation.workflows["txt2img"]
    options = tuple(
        replace(each, step=8) if each.name in {"width", "height"} else each for each in txt2img.options
    )
    rig.generation.offer(
        {**rig.generation.workflows, "txt2img": dataclasses.replace(txt2img, options=options)}
    )


async def run_once(rig: Rig, refused: Invocation) -> None:
    assert refused.response is not None
    button = refused.response.now.components[0]["components"][1]["components"][0]
    row = {"type": 1, "components": [{key: button[key] for key in ("type", "style", "label", "custom_id")}]}
    forged = posted_by_bot(rig, {"flags": IS_COMPONENTS_V2, "components": [row]})
    theirs = await rig.discord.second.click(forged, "Set width to 768")
    assert (await theirs.answered()).text.startswith(UNKNOWN)
    presses = [await rig.discord.member.click(refused, "Set width to 768") for _ in range(2)]
    await asyncio.gather(*(each.answered() for each in presses))
    (job,) = await rig.open_jobs()
    assert (job.values["width"], job.values["prompt"], job.origin) == ("768", "a red fox", None)
    assert sorted(each.ephemeral for each in presses) == [False, True]


async def test_what_was_asked_for_privately_stays_private(rig: Rig) -> None:
    async with rig.bot():
        in_steps(rig)
        line = "/txt2img prompt:a red fox width:770 private:true"
        refused = await rig.discord.member.slash(rig.general, line)
        await refused.answered()
        mended = await rig.discord.member.click(refused, "Set width to 768")
        await mended.answered()
        (job,) = await rig.open_jobs()
        assert (job.private, mended.ephemeral) == (True, True)
        await rig.worker.fail(await rig.claimed(), text("failed-interrupted"))
        job = await rig.delivered(job)
        again = await used(rig, shown(rig, job, ROWS["again"]), ROWS["again"], "member")
        panel = await used(rig, shown(rig, job, ROWS["edit"]), ROWS["edit"], "member")
        run = await rig.discord.member.click(panel, "Run")
        await run.answered()
        assert [each.private for each in await rig.open_jobs()] == [True, True]
        assert (again.ephemeral, run.ephemeral) == (True, True)


async def test_a_refused_command_is_forgotten_after_a_day(rig: Rig) -> None:
    async with rig.bot():
        in_steps(rig)
        refused = await rig.discord.member.slash(rig.general, "/txt2img prompt:a red fox width:770")
        await refused.answered()
        rig.discord.clock.move(25 * 3600)
        await rig.store.forget(3600)
        done = await rig.discord.member.click(refused, "Set width to 768")
        assert (await done.answered()).text.startswith(UNKNOWN)


async def test_what_cannot_be_run_still_is_refused_again_with_what_was_changed(rig: Rig) -> None:
    async with rig.bot():
        in_steps(rig)
        line = "/txt2img prompt:a red fox width:770 height:770"
        first = await rig.discord.member.slash(rig.general, line)
        await first.answered()
        second = await rig.discord.member.click(first, "Set width to 768")
        assert (await second.answered()).text.startswith("`height` goes in steps of 8")
        done = await rig.discord.member.click(second, "Set height to 768")
        await done.answered()
        (job,) = await rig.open_jobs()
    assert (job.values["width"], job.values["height"]) == ("768", "768")


async def test_moderators_are_told_what_is_missing(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        job = await rig.claimed()
        reason = text("refused-graph", problems=text("refused-no-class", type="FancyNode"))
        await rig.worker.fail(job, reason)
        job = await rig.delivered(job)
        done = await used(rig, shown(rig, job, ROWS["install"]), ROWS["install"], "moderator")
        assert (
            text_of(done)
            == "**What the servers lack for `txt2img`:**\n- The node FancyNode is not installed."
        )


async def test_every_control_has_a_row(rig: Rig) -> None:
    """A new way out fails here until the table has it; the panel's own controls have their tests in ``test_edit``."""
    samples = (Rerun(), SMALLER, Choose("checkpoint", NAMES), Remind(), Install())
    assert {type(each) for each in samples} == set(get_args(Remedy))
    assert {way_of(each) for each in samples} == {row.way for row in ROWS.values()} - {"edit"}
    job_id = UUID(int=7)
    ids = [
        f"edit:{job_id.hex}",
        page_id(job_id),
        button_id("run", job_id),
        *(way_id(job_id, way_of(each)) for each in samples),
    ]
    async with rig.bot() as bot:
        patterns = [
            each.__discord_ui_compiled_template__.pattern
            for each in bot.cogs.buttons
            if each.__discord_ui_compiled_template__.pattern.startswith(("edit", "mend"))
        ]
    assert len(patterns) == 5
    assert [each for each in patterns if not any(re.fullmatch(each, one) for one in ids)] == []
    assert all(len(each) < 100 for each in ids)
