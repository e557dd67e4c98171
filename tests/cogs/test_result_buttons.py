"""The buttons under a result: which there are, and what each makes of it."""

from bot.jobs.inputs import Attachment, KeptInput, MadeOutput
from bot.jobs.origin import Action, Origin
from bot.sandbox.discord import Message, Upload
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


async def test_a_workflow_without_words_takes_those_of_what_it_was_made_of(rig: Rig) -> None:
    async with rig.bot():
        first = await result_of(rig)
        await pressed(rig, first.message, UPSCALE)
        rig.generation.orders.clear()


async def test_edit_opens_the_form_with_what_was_chosen(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        form = await pressed(rig, result.message, EDIT)
    assert fields(form)["seed"]["value"] == "42"


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
    assert KeptInput  # used below
