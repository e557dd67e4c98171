"""What waits for a moderator: who sees what when, that a decision is one, and that nothing is shown twice or too early."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.delivery.review_layout import APPROVE, REJECT, review_id
from bot.errors import Refused
from bot.generation import Actor, Preview
from bot.jobs.audit_store import AuditAction, AuditFilter
from bot.jobs.job import DeliveryState, Job
from bot.moderation.keys import LOG_CHANNEL, REVIEW
from bot.moderation.values import Review
from bot.sandbox.discord import Channel, Fault, Invocation, Message, Permission
from bot.sandbox.discord.components import ComponentType
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

POST = "/channels/{channel_id}/messages"
A_DAY = 86_400.0


@pytest.fixture
async def reviewing(rig: Rig) -> Rig:
    """Every result waits for a moderator."""
    await rig.choose(REVIEW, Review.EVERYBODY)
    await rig.choose(LOG_CHANNEL, str(log_of(rig).id))
    return rig


def log_of(rig: Rig) -> Channel:
    return rig.discord.channels["late-night"]


async def finished(
    rig: Rig, line: str = "/txt2img prompt:a red fox", files: int = 1
) -> tuple[Job, Invocation]:
    invocation = await rig.paint(line)
    job = await rig.claimed()
    await rig.worker.finish(job, *[picture()] * files)
    return job, invocation


def cards(rig: Rig) -> Sequence[Message]:
    """What asks moderators to decide, or did."""
    return [each for each in rig.results(log_of(rig)) if each.versions[0].custom_ids]


async def asked(rig: Rig, job: Job, *, moving_seconds: float = 0.0) -> Message:
    """The card, once the ledger knows of it. ``moving_seconds``: so much passes between two looks."""
    async for review in rig.looks(lambda: rig.store.review(job.id)):
        if review is not None and review.message is not None:
            (card,) = (each for each in cards(rig) if each.id == review.message.message_id)
            return card
        rig.discord.clock.move(moving_seconds)
    raise TimeoutError


def last(invocation: Invocation) -> str:
    return invocation.versions[-1].text


async def test_moderators_alone_see_it_until_one_of_them_approves(reviewing: Rig) -> None:
    rig = reviewing
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        preview = Preview(picture(8, 8, kind="JPEG"), "image/jpeg")
        rig.worker.show(job, 0.5, started_at=rig.discord.clock.now(), preview=preview)
        await rig.discord.until(lambda: "50 %" in last(invocation) or "50%" in last(invocation))
        assert invocation.versions[-1].attachments == ()
        await rig.worker.finish(job, picture(), picture())
        card = await asked(rig, job)
        assert "looks at it before it is posted" in last(invocation)
        assert rig.results() == []
        (shown,) = rig.shown(log_of(rig))
        (gallery,) = (each for each in shown.now.components if each["type"] == ComponentType.MEDIA_GALLERY)
        assert [each["spoiler"] for each in gallery["items"]] == [True, True]

        await rig.discord.moderator.click(card, review_id(APPROVE, job.id))
        done = await rig.delivered(job)

    (result,) = rig.results()
    assert (done.delivery, done.result_message_id, len(result.attachments)) == (
        DeliveryState.POSTED,
        result.id,
        2,
    )
    assert (card.now.custom_ids, "Approved by" in card.now.text) == ((), True)


async def test_a_rejection_tells_the_requester_why_and_leaves_nothing(reviewing: Rig) -> None:
    rig = reviewing
    async with rig.bot():
        job, invocation = await finished(rig)
        card = await asked(rig, job)
        form = await rig.discord.moderator.click(card, review_id(REJECT, job.id))
        await form.acknowledged()
        await rig.discord.moderator.submit_modal(form, {"reason": "too **dark**, <@&1>"})
        done = await rig.delivered(job)
    assert rig.results() == []
    assert "Not shown" in last(invocation)
    assert "too \\*\\*dark\\*\\*" in last(invocation)
    assert "a red fox" not in last(invocation)
    assert "Rejected by" in card.now.text
    assert (done.delivery, done.outputs) == (DeliveryState.POSTED, ())
    (line,) = await rig.store.audited(AuditFilter(action=AuditAction.REJECT))
    assert (line.action, line.user_id, line.details["reason"]) == (
        "reject",
        rig.discord.member.user.id,
        "too **dark**, <@&1>",
    )


async def test_several_moderators_at_once_make_one_decision_and_one_result(reviewing: Rig) -> None:
    rig = reviewing
    async with rig.bot():
        job, _ = await finished(rig)
        card = await asked(rig, job)
        judges = [rig.discord.moderator, rig.discord.persons["administrator"]]
        presses = [await each.click(card, review_id(APPROVE, job.id)) for each in judges * 3]
        await asyncio.gather(*(each.acknowledged() for each in presses))
        await rig.delivered(job)
    assert len(rig.results()) == 1
    assert len(await rig.store.audited(AuditFilter(action=AuditAction.APPROVE))) == 1


async def test_nobody_else_decides_and_nobody_gets_at_it_meanwhile(reviewing: Rig) -> None:
    rig = reviewing
    async with rig.bot():
        job, _ = await finished(rig, files=2)
        card = await asked(rig, job)
        told: list[str] = []
        for custom_id in (review_id(APPROVE, job.id), review_id(REJECT, job.id), f"zip:{job.id.hex}"):
            press = (
                await rig.discord.member.click(card, custom_id) if custom_id in card.now.custom_ids else None
            )
            told.append("" if press is None else (await press.answered()).text)
        with pytest.raises(Refused):
            await rig.generation.seen(job.id, _requester(rig))
        assert await rig.generation.own_jobs.thumbnail(await _known(rig, job)) is None
    assert told[:2] == ["Only moderators decide about this."] * 2
    assert rig.results() == []


async def test_what_was_lost_on_its_way_to_moderators_is_found_again(reviewing: Rig) -> None:
    """An hour later, when Discord remembers no nonce."""
    rig = reviewing
    rig.discord.add_fault(Fault("POST", f"/channels/{log_of(rig).id}/messages", drop="after", times=2))
    async with rig.bot():
        job, _ = await finished(rig)
        await rig.discord.until(lambda: rig.shown(log_of(rig)))
    rig.discord.clock.move(3600)
    await rig.store.make_all_due()
    async with rig.bot():
        card = await asked(rig, job)
        await rig.discord.moderator.click(card, review_id(APPROVE, job.id))
        await rig.delivered(job)
    assert (len(rig.shown(log_of(rig))), len(cards(rig)), len(rig.results())) == (1, 1, 1)


async def test_without_a_log_channel_it_waits_and_says_what_is_missing(rig: Rig) -> None:
    await rig.choose(REVIEW, Review.EVERYBODY)
    async with rig.bot():
        job, invocation = await finished(rig)
        await rig.discord.until(lambda: "has no log channel" in last(invocation))
        await rig.choose(LOG_CHANNEL, str(log_of(rig).id))
        rig.discord.deny(log_of(rig), Permission.ATTACH_FILES)
        async for _ in rig.looks(lambda: asyncio.sleep(0)):
            if "lacks “Attach Files”" in last(invocation):
                break
            rig.discord.clock.move(2)
        await rig.discord.until(lambda: "lacks “Attach Files”" in last(invocation))
        assert rig.results() == []
        log_of(rig).own_overwrites.clear()
        rig.discord.deny(log_of(rig))  # nothing: it only announces the channel
        await asked(rig, job, moving_seconds=2)


async def test_what_nobody_decides_about_ends_with_its_time(reviewing: Rig) -> None:
    rig = reviewing
    async with rig.bot():
        job, invocation = await finished(rig)
        card = await asked(rig, job)
        rig.discord.clock.move(31 * A_DAY)
        done = await rig.delivered(job, moving_seconds=1)
    assert "No moderator decided about this in time" in _told(rig, invocation)
    assert (done.outputs, [each for each in rig.results() if each.attachments]) == ((), [])
    assert "Nobody decided in time" in card.now.text


async def test_a_private_result_is_looked_at_too_and_reaches_its_requester_alone(reviewing: Rig) -> None:
    rig = reviewing
    async with rig.bot():
        job, invocation = await finished(rig, "/txt2img prompt:a red fox private:True")
        card = await asked(rig, job)
        assert "in a direct message" in last(invocation)
        rig.discord.clock.move(1800)
        await rig.discord.moderator.click(card, review_id(APPROVE, job.id))
        await rig.delivered(job)
    assert rig.results() == []
    assert len(rig.shown(rig.discord.member.direct)) == 1


async def test_a_group_is_decided_about_as_one(reviewing: Rig) -> None:
    rig = reviewing
    async with rig.bot():
        await rig.paint("/txt2img prompt:a red fox repeat:2")
        jobs = [await rig.claimed(), await rig.claimed()]
        for job in jobs:
            await rig.worker.finish(job, picture())
        card = await asked(rig, jobs[0])
        assert len(rig.shown(log_of(rig))) == len(cards(rig)) == 1
        await rig.discord.moderator.click(card, review_id(APPROVE, jobs[0].id))
        await rig.delivered(jobs[1])
    (result,) = rig.results()
    assert len(result.attachments) == 2


def _told(rig: Rig, invocation: Invocation) -> str:
    return "\n".join([last(invocation), *(each.now.text for each in rig.results())])


def _requester(rig: Rig) -> Actor:
    return Actor(rig.discord.member.user.id, rig.general.guild_id, may_moderate=False)


async def _known(rig: Rig, job: Job) -> Job:
    found = await rig.store.job(job.id)
    assert found is not None
    return found
