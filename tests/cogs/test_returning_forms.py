"""Forms that come back: after a restart, forged, slowly, or twice."""

import gc
from pathlib import Path

import discord
import pytest

from bot.delivery.acknowledging import DEFER_AFTER_SECONDS
from bot.sandbox.discord import Fault
from tests.cogs.messages import FOX, HAT, WOLF, attached, fields, only_job, opened, posted_by_bot
from tests.cogs.test_generate import CALLBACK
from tests.cogs.test_written_first import locked
from tests.delivery.rig import Rig


def forms() -> int:
    """How many the process holds."""
    gc.collect()
    return sum(isinstance(each, discord.ui.Modal) for each in gc.get_objects())


async def test_a_form_that_comes_back_after_a_restart_is_read_as_before(rig: Rig) -> None:
    async with rig.bot():
        message = posted_by_bot(rig, {"content": "look"}, FOX, WOLF)
        invocation = await opened(rig, message)
        wolf = fields(invocation)["picture"]["options"][1]["value"]
    async with rig.bot():
        submitted = await rig.discord.member.submit_modal(invocation, {**HAT, "picture": wolf})
        await submitted.answered()
        job = await only_job(rig)
    assert (job.interaction_id, job.values["image"]) == (submitted.interaction.id, "wolf.png")
    assert attached(rig).size_bytes == len(WOLF.content)


@pytest.mark.parametrize("fault", [None, Fault("GET", "/channels/.*/messages/.*", status=403, code=50001)])
async def test_after_a_restart_what_others_wrote_is_not_the_bots_to_read_and_the_words_come_back(
    rig: Rig, fault: Fault | None
) -> None:
    async with rig.bot():
        invocation = await opened(rig, await rig.discord.second.say(rig.general, "look", FOX))
    async with rig.bot():
        if fault is not None:
            rig.discord.add_fault(fault)
        submitted = await rig.discord.member.submit_modal(invocation, HAT)
        told = (await submitted.answered()).text
    assert submitted.ephemeral
    assert told.startswith("The bot was restarted while you filled in the form")
    assert "/img2img prompt:a hat" in told
    assert rig.generation.orders == []


async def test_forms_are_not_remembered(rig: Rig) -> None:
    async with rig.bot():
        before = forms()
        message = await rig.discord.second.say(rig.general, "look", FOX)
        for _ in range(3):
            await opened(rig, message)
        assert forms() == before


async def test_what_takes_long_twice_is_announced_once(impatient: Rig, tmp_path: Path) -> None:
    rig = impatient
    async with rig.bot():
        invocation = await opened(rig, posted_by_bot(rig, {"content": "look"}, FOX))
    async with rig.bot():
        rig.discord.add_fault(
            Fault("GET", "/channels/.*/messages/.*", delay_seconds=DEFER_AFTER_SECONDS + 0.2)
        )
        before = len(rig.calls("POST", CALLBACK))
        with locked(tmp_path / "bot.db"):
            submitted = await rig.discord.member.submit_modal(invocation, HAT)
            await rig.discord.until(lambda: submitted.follow_ups, 20)
    (told,) = submitted.follow_ups
    assert "is being used by another program" in told.text
    assert rig.calls("POST", CALLBACK)[before:] == [200]


async def test_a_form_with_a_forged_id_is_told_and_reaches_no_other_channel(rig: Rig) -> None:
    async with rig.bot():
        elsewhere = rig.discord.guilds[1].channels["general"]
        secret = posted_by_bot(rig, {"content": "secret"}, WOLF, channel=elsewhere)
        invocation = await opened(rig, await rig.discord.second.say(rig.general, "look", FOX))
        assert invocation.modal is not None
        told: list[str] = []
        for custom_id in (f"input:{secret.id}", "input:fox", "edit:fox", "x"):
            invocation.modal["custom_id"] = custom_id
            submitted = await rig.discord.member.submit_modal(invocation, HAT)
            told.append((await submitted.answered()).text)
            assert submitted.ephemeral
    assert told[0].startswith("The bot was restarted while you filled in the form")
    assert told[1:] == ["This form is of an older version of the bot. Open it again."] * 3
    assert rig.generation.orders == []


async def test_a_form_that_somebody_else_forged_reaches_no_picture_that_was_shown_to_one_person(
    rig: Rig,
) -> None:
    async with rig.bot():
        message = await rig.discord.second.say(rig.general, "look", FOX)
        invocation = await opened(rig, message)
        forged = await rig.discord.second.submit_modal(invocation, HAT)
        told = await forged.answered()
        assert forged.ephemeral
    assert told.text.startswith("The bot was restarted while you filled in the form")
    assert rig.generation.orders == []


async def test_a_form_sent_twice_makes_two_jobs_and_one_heard_twice_makes_one(rig: Rig) -> None:
    async with rig.bot():
        invocation = await opened(rig, await rig.discord.second.say(rig.general, "look", FOX))
        rig.discord.add_fault(Fault("POST", "/interactions/.*/callback", drop="after"))
        submitted = await rig.discord.member.submit_modal(invocation, HAT)
        await submitted.answered()
        assert len(await rig.open_jobs()) == 1
        await (await rig.discord.member.submit_modal(invocation, HAT)).answered()
        assert len(await rig.open_jobs()) == 2
