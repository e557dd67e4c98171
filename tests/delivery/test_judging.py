"""What a classifier and hooks find in results before they are posted, and that nobody is asked for ever."""

import dataclasses
import io
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.bugs import reported
from bot.delivery.review_layout import APPROVE, review_id
from bot.generation import Preview
from bot.jobs.job import DeliveryState, Job
from bot.jobs.review_store import Judgement
from bot.moderation.hooks import Made, Refusal
from bot.moderation.hooks.loading import Loaded
from bot.moderation.keys import CLASSIFIER, CLASSIFIER_AWAY, LOG_CHANNEL
from bot.sandbox.discord import Channel, Invocation
from bot.texts import text
from tests.classifying.stand_in import ClassifierStandIn, Fault
from tests.delivery.generation import picture
from tests.delivery.media import animation, needs_ffmpeg, video
from tests.delivery.rig import Rig

UNLOOKED = text("review-why-unlooked")


@pytest.fixture
async def checked(rig: Rig) -> AsyncGenerator[ClassifierStandIn]:
    """What is light is nudity, and the guild wants something done about that."""
    async with ClassifierStandIn.running() as stand_in, stand_in.client(seconds=10.0) as classifier:
        stand_in.answer = _lightness
        rig.classifier = classifier
        await rig.choose(CLASSIFIER, "nudity: spoiler 0.3, review 0.6, refuse 0.9")
        await rig.choose(LOG_CHANNEL, str(log_of(rig).id))
        yield stand_in


def _lightness(content: bytes) -> object:
    with Image.open(io.BytesIO(content)) as seen:
        light = seen.convert("L").getpixel((0, 0))
    assert isinstance(light, int)
    return {"nudity": light / 255}


def log_of(rig: Rig) -> Channel:
    return rig.discord.channels["late-night"]


def grey(share: float) -> bytes:
    level = round(255 * share)
    return picture(colour=f"rgb({level}, {level}, {level})")


async def finished(rig: Rig, *files: bytes, suffix: str = ".png") -> tuple[Job, Invocation]:
    invocation = await rig.paint()
    job = await rig.claimed()
    await rig.worker.finish(job, *files, suffix=suffix)
    return job, invocation


async def held(rig: Rig, job: Job) -> Job:
    """The job, once a moderator is asked about it."""
    async for review in rig.looks(lambda: rig.store.review(job.id)):
        if review is not None and review.message is not None:
            break
    found = await rig.store.job(job.id)
    assert found
    return found


async def test_each_threshold_does_what_the_guild_wants(rig: Rig, checked: ClassifierStandIn) -> None:
    async with rig.bot():
        plain = await rig.delivered((await finished(rig, grey(0.1)))[0])
        hidden = await rig.delivered((await finished(rig, grey(0.1), grey(0.4)))[0])
        reviewed = await held(rig, (await finished(rig, grey(0.7)))[0])
        job, invocation = await finished(rig, grey(0.1), grey(1.0))
        refused = await rig.delivered(job)
        told = invocation.versions[-1].text
    assert [(each.spoiler, each.review) for each in (plain, hidden, reviewed)] == [
        (False, None),
        (True, None),
        (False, text("review-why-classified", label="nudity")),
    ]
    first, second = rig.shown()
    assert [len(each.attachments) for each in (first, second)] == [1, 2]
    assert "'spoiler': True" in str(second.now.components)
    assert (refused.outputs, refused.delivery) == ((), DeliveryState.POSTED)
    assert "found “nudity” in it" in told
    assert await rig.store.judgement(refused.id) == Judgement(text("classified-refused", label="nudity"))


async def test_what_is_sent_is_a_small_jpeg_without_anything_that_made_it(
    rig: Rig, checked: ClassifierStandIn
) -> None:
    info, out = PngInfo(), io.BytesIO()
    info.add_text("prompt", "a secret prompt")
    Image.new("RGB", (3000, 1500), "black").save(out, "PNG", pnginfo=info)
    async with rig.bot():
        await rig.delivered((await finished(rig, out.getvalue()))[0])
    (sent,) = checked.sent
    with Image.open(io.BytesIO(sent.picture)) as seen:
        assert (seen.format, seen.size) == ("JPEG", (1024, 512))
    assert b"secret" not in sent.picture


async def test_a_delivery_that_begins_anew_asks_nobody_again(rig: Rig, checked: ClassifierStandIn) -> None:
    async with rig.bot():
        job = await held(rig, (await finished(rig, grey(0.7)))[0])
        review = await rig.store.review(job.id)
    assert review
    assert review.message
    async with checked.client() as fresh:
        rig.classifier = fresh
        async with rig.bot():
            (card,) = (each for each in log_of(rig).messages if each.id == review.message.message_id)
            await rig.discord.moderator.click(card, review_id(APPROVE, job.id))
            await rig.delivered(job)
    assert (len(checked.sent), len(rig.shown())) == (1, 1)


@pytest.mark.parametrize(("chosen", "why"), [("closed", UNLOOKED), ("open", None)])
async def test_what_nobody_could_look_at_is_held_or_posted_as_the_guild_wants(
    rig: Rig, checked: ClassifierStandIn, chosen: str, why: object
) -> None:
    await rig.choose(CLASSIFIER_AWAY, chosen)
    checked.always = Fault.ERROR
    async with rig.bot():
        job, _ = await finished(rig, grey(0.1), grey(0.2), grey(0.3))
        found = await (held(rig, job) if why else rig.delivered(job))
        assert (found.review, len(checked.sent)) == (why, 2)  # twice about the first, and then no more
        rig.classifier = None  # the operator's is gone altogether
    async with rig.bot():
        job, _ = await finished(rig, grey(0.1))
        assert (await (held(rig, job) if why else rig.delivered(job))).review == why
    assert len(rig.shown()) == (0 if why else 2)


async def test_of_what_moves_the_first_frame_is_looked_at_and_sounds_are_not(
    rig: Rig, checked: ClassifierStandIn
) -> None:
    checked.answer = lambda _: {"nudity": 0.1}
    async with rig.bot():
        await rig.delivered((await finished(rig, animation("GIF"), suffix=".gif"))[0])
        assert len(checked.sent) == 1
        job, _ = await finished(rig, b"ID3" + bytes(400), suffix=".mp3")
        assert (await rig.delivered(job)).review is None
    assert len(checked.sent) == 1


@needs_ffmpeg
async def test_of_a_video_the_first_frame_is_looked_at(rig: Rig, checked: ClassifierStandIn) -> None:
    rig.showing = replace(rig.showing, ffmpeg="ffmpeg")
    checked.answer = lambda _: {"nudity": 0.4}
    async with rig.bot():
        job = await rig.delivered((await finished(rig, video(), suffix=".mp4"))[0])
    assert (job.spoiler, checked.sent[0].picture[:2]) == (True, b"\xff\xd8")


async def test_nobody_sees_a_preview_of_what_is_to_be_checked(rig: Rig, checked: ClassifierStandIn) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        preview = Preview(picture(8, 8, kind="JPEG"), "image/jpeg")
        rig.worker.show(job, 0.5, started_at=rig.discord.clock.now(), preview=preview)
        await rig.discord.until(lambda: "50" in invocation.versions[-1].text)
        assert all(not each.attachments for each in invocation.versions)


class Looking:
    """A hook that is told of every result."""

    def __init__(self) -> None:
        self.seen: list[Made] = []

    async def after_run(self, made: Made) -> Made | Refusal:
        self.seen.append(made)
        if len(made.outputs) == 3:
            raise LookupError("three")
        return Refusal("Two are too many.") if len(made.outputs) == 2 else made

    async def before_posting(self, made: Made) -> Made | Refusal:
        self.seen.append(made)
        return dataclasses.replace(made, spoiler=True)


async def test_hooks_look_at_what_came_out_and_a_bug_of_theirs_ends_one_job(rig: Rig) -> None:
    hook, before = Looking(), reported()
    rig.hooks = [Loaded("looking", hook)]
    async with rig.bot():
        job = await rig.delivered((await finished(rig, grey(0.1)))[0])
        two, refused = await finished(rig, *[grey(0.1)] * 2)
        await rig.delivered(two)
        three, broken = await finished(rig, *[grey(0.1)] * 3)
        await rig.delivered(three)
        await rig.delivered((await finished(rig, grey(0.2)))[0])
    assert job.spoiler
    (file,) = hook.seen[1].files
    assert (hook.seen[0].files, file.suffix, isinstance(file.content, bytes | Path)) == ((), ".png", True)
    assert "Two are too many." in refused.versions[-1].text
    assert "“looking”, which looks at every job here, met a bug" in broken.versions[-1].text
    assert (len(rig.shown()), reported()) == (2, before + 1)
