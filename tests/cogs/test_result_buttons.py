"""The buttons under a result: which there are, and what each makes of it."""

from dataclasses import replace
from uuid import uuid4

from bot.jobs.inputs import Attachment, KeptInput, MadeOutput
from bot.jobs.origin import Action, Origin
from bot.sandbox.discord import Message, Permission, Upload
from bot.workflows.after import After, Button
from tests.cogs.messages import fields, only_job, png
from tests.cogs.results import (
    AGAIN,
    ANIMATE,
    EDIT,
    INPAINT,
    STRONG,
    SUBTLE,
    UPSCALE,
    controls,
    past_job,
    pressed,
    result_of,
    said_to,
)
from tests.delivery.rig import Rig

INFO, STAR, BIN = "ℹ️", "⭐", "🗑️"  # noqa: RUF001  # the signs themselves
OF_A_PICTURE = [SUBTLE, STRONG, UPSCALE, INPAINT, ANIMATE]


async def test_a_picture_has_two_rows_of_buttons(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
    assert controls(result.message) == [[AGAIN, EDIT, INFO, BIN], OF_A_PICTURE]


async def test_of_several_pictures_one_is_chosen_in_a_menu_and_shown_with_its_buttons(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig, png(), png("grey"), png("gold"))
        assert controls(result.message)[1] == ["Make something of one picture …"]
        chosen = await rig.discord.member.select(result.message, result.id_of("pick"), "2")
        answer = await chosen.answered()
        await (await pressed(rig, chosen, UPSCALE)).answered()
    assert chosen.ephemeral
    assert answer.text == "**Picture 2 of 3**"
    assert controls(chosen) == [OF_A_PICTURE]
    order = rig.generation.orders[-1]
    assert order.origin == Origin(result.job.id, Action.UPSCALE, 2)
    source = order.attachments["image"]
    assert isinstance(source, MadeOutput)
    assert (source.number, source.filename) == (2, result.job.outputs[1].filename)
    assert source.posted is not None
    assert source.posted.filename == f"{result.job.id.hex[:8]}-2.png"


async def test_again_is_the_same_with_another_seed_and_whoever_presses_it_owns_the_job(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        press = await pressed(rig, result.message, AGAIN, "second")
        job = await only_job(rig)
    assert not press.ephemeral
    assert {**job.values, "seed": ""} == {**result.job.values, "seed": ""}
    assert job.values["seed"] != "42"
    assert (job.place.user_id, job.origin) == (
        rig.discord.second.user.id,
        Origin(result.job.id, Action.AGAIN),
    )


async def test_again_says_what_it_came_of(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        for _ in range(2):
            await pressed(rig, result.message, AGAIN)
            rig.discord.clock.move(60)
        for number in (1, 2):
            job = await rig.claimed()
            await rig.worker.finish(job, png())
            await rig.discord.until(lambda wanted=number + 1: len(rig.results()) == wanted)
            await rig.delivered(job)
    link = f"https://discord.com/channels/{rig.general.guild_id}/{rig.general.id}/{result.message.id}"
    assert [
        f"[made again]({link}), number {number}" in each.text for number, each in enumerate(rig.results())
    ] == [
        False,
        True,
        True,
    ]


async def test_a_variation_takes_over_the_words_and_changes_little_or_much(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        for button in (SUBTLE, STRONG):
            await pressed(rig, result.message, button)
    orders = rig.generation.orders[-2:]
    assert [each.workflow for each in orders] == ["img2img"] * 2
    assert [each.values["strength"] for each in orders] == [0.35, 0.7]
    assert [(each.values["prompt"], each.values["steps"]) for each in orders] == [("a red fox", 7)] * 2
    assert all("seed" not in each.values for each in orders)
    assert orders[0].origin == Origin(result.job.id, Action.VARY, 1)


async def test_inpaint_asks_what_and_where_and_starts_from_the_picture(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        form = await pressed(rig, result.message, INPAINT)
        assert list(fields(form)) == ["workflow", "prompt", "strength", "area", "mask"]
    async with rig.bot():  # nothing of it is remembered
        given = {"workflow": "inpaint", "prompt": "a hat", "mask": Upload("mask.png", png("white"))}
        sent = await rig.discord.member.submit_modal(form, given)
        await sent.answered()
    order = rig.generation.orders[-1]
    assert not sent.ephemeral
    assert (order.workflow, order.values, order.origin) == (
        "inpaint",
        {"prompt": "a hat"},
        Origin(result.job.id, Action.INPAINT, 1),
    )
    assert isinstance(order.attachments["image"], MadeOutput)
    assert isinstance(order.attachments["mask"], Attachment)


async def test_words_are_those_of_what_a_picture_was_made_of_where_it_took_none_itself(rig: Rig) -> None:
    async with rig.bot():
        before = await past_job(rig)
        job = await past_job(rig, "upscale", {"image": "fox.png"}, origin=before.job.id)
        assert "Vary" in " ".join(controls(job.message)[1])
        await pressed(rig, job.message, SUBTLE)
        assert rig.generation.orders[-1].values["prompt"] == "a red fox"


async def test_what_has_no_words_anywhere_is_not_varied(rig: Rig) -> None:
    async with rig.bot():
        alone = await past_job(rig, "upscale", {"image": "fox.png"})
        assert controls(alone.message)[1] == [UPSCALE, INPAINT, ANIMATE]
        gone = await past_job(rig, "upscale", {"image": "fox.png"}, origin=uuid4())
        told = await said_to(rig, gone.message, SUBTLE)
    assert told.startswith("The workflow for this needs words")


async def test_edit_opens_the_form_with_what_was_chosen(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        panel = await (await pressed(rig, result.message, EDIT)).answered()
    assert "seed: 42" in panel.text


async def test_two_presses_are_one_job_and_the_second_says_where_it_is(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        first, second = [await rig.discord.member.click(result.message, AGAIN) for _ in range(2)]
        shown, told = await first.answered(), await second.answered()
        job = await only_job(rig)
    assert (first.ephemeral, second.ephemeral) == (False, True)
    assert isinstance(first.response, Message)
    assert f"/{rig.general.id}/{first.response.id})" in told.text
    assert "a red fox" in shown.text
    assert job.origin == Origin(result.job.id, Action.AGAIN)


async def test_others_pictures_are_not_for_strangers_to_change(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        told = {await said_to(rig, result.message, each, "second") for each in OF_A_PICTURE}
    assert [words.partition(".")[0] for words in told] == ["This belongs to whoever asked for it"]


async def test_again_starts_from_the_files_of_before_with_their_mask(rig: Rig) -> None:
    values = {"image": "fox.png", "prompt": "a hat", "area": "centre", "seed": "42"}
    async with rig.bot():
        result = await past_job(rig, "inpaint", values, file=b"a picture")
        await pressed(rig, result.message, AGAIN)
    order = rig.generation.orders[-1]
    assert order.attachments == {"image": KeptInput(result.job.id, "image", "fox.png")}
    assert order.values == {"prompt": "a hat", "area": "centre"}


async def test_again_is_refused_at_once_where_a_file_is_gone_and_edit_is_named(rig: Rig) -> None:
    async with rig.bot():
        result = await past_job(rig, "img2img", {"image": "fox.png", "prompt": "a hat"}, file=b"a picture")
        for blob in await rig.blobs.all():
            await rig.blobs.delete(blob)
        told = await said_to(rig, result.message, AGAIN)
    assert told.startswith("The bot does not keep “fox.png” any more")
    assert "“Edit”" in told
    assert rig.generation.orders == []


async def test_a_result_in_a_direct_message_has_buttons_that_make_jobs_there(rig: Rig) -> None:
    rig.discord.deny(rig.general, Permission.SEND_MESSAGES)
    async with rig.bot():
        invocation = await rig.paint()
        job = await rig.claimed()
        rig.discord.clock.move(16 * 60)  # the interaction's token is of no use any more
        await rig.worker.finish(job, png())
        direct = rig.discord.member.direct
        await rig.discord.until(lambda: rig.results(direct))
        (message,) = rig.results(direct)
        await rig.delivered(job)
        press = await pressed(rig, message, AGAIN)
        made = await only_job(rig)
    assert invocation.response is not None
    assert press.response is not None
    assert press.response.channel_id == direct.id
    assert (made.place.guild_id, made.origin) == (None, Origin(job.id, Action.AGAIN))


async def test_a_workflow_that_wants_other_buttons_has_others(rig: Rig) -> None:
    txt2img = rig.generation.workflows["txt2img"]
    after = After({Button.UPSCALE: "img2img"}, (Button.RECIPE, Button.AGAIN, Button.UPSCALE))
    rig.generation.offer({**rig.generation.workflows, "txt2img": replace(txt2img, after=after)})
    async with rig.bot():
        result = await result_of(rig)
        assert controls(result.message) == [[AGAIN, INFO], [UPSCALE]]
        await pressed(rig, result.message, UPSCALE)
    assert rig.generation.orders[-1].workflow == "img2img"


async def test_without_a_seed_nothing_is_made_again(rig: Rig) -> None:
    async with rig.bot():
        result = await past_job(rig, "upscale", {"image": "fox.png"})
    assert controls(result.message)[0] == [EDIT, INFO, BIN]


async def test_a_workflow_that_went_is_told(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        rig.generation.offer({})
        told = [await said_to(rig, result.message, each) for each in (AGAIN, UPSCALE)]
    assert told[0].startswith("`txt2img` cannot run at the moment")
    assert told[1].startswith("No workflow here can do that at the moment")


async def test_what_is_made_of_a_private_result_is_private_and_nobody_else_makes_anything_of_it(
    rig: Rig,
) -> None:
    async with rig.bot():
        asked = await rig.paint("/txt2img prompt:a red fox private:true")
        job = await rig.claimed()
        await rig.worker.finish(job, png())
        await rig.delivered(job)
        assert asked.response is not None
        assert controls(asked) == [[AGAIN, EDIT, INFO, BIN], OF_A_PICTURE]
        press = await pressed(rig, asked, AGAIN)
        made = await only_job(rig)
        told = await said_to(rig, asked, f"delete:{job.id.hex}")
    assert (press.ephemeral, made.private) == (True, True)
    assert told == "Only you see this message: dismiss it yourself."
