"""Cancelling: by button and by command, by owner, stranger and moderator."""

from bot.jobs.job import State
from bot.sandbox.discord import Fault, Invocation
from tests.delivery.rig import Rig


async def click(rig: Rig, invocation: Invocation, who: str) -> str:
    clicked = await rig.discord.persons[who].click(invocation, "Cancel")
    answer = await clicked.answered()
    assert clicked.ephemeral
    return answer.text


async def test_the_owner_cancels_by_the_button(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        said = await click(rig, invocation, "member")
        await rig.discord.until(lambda: "Cancelled by" in invocation.versions[-1].text)
    assert said == "Cancelled. It had not started yet."
    assert await rig.open_jobs() == []


async def test_a_stranger_is_refused_in_private_and_the_job_goes_on(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        said = await click(rig, invocation, "second")
    assert said.startswith("You can cancel your own jobs only.")
    (job,) = await rig.open_jobs()
    assert job.state is State.QUEUED


async def test_a_moderator_may_cancel_anybodys_job(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        await click(rig, invocation, "moderator")
        await rig.discord.until(lambda: "Cancelled by" in invocation.versions[-1].text)
    assert f"<@{rig.discord.moderator.user.id}>" in invocation.versions[-1].text


async def test_the_button_works_after_a_restart(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
    async with rig.bot():
        assert await click(rig, invocation, "member") == "Cancelled. It had not started yet."


async def test_clicking_twice_does_no_harm(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        await rig.claimed()
        first = await rig.discord.member.click(invocation, "Cancel")
        second = await rig.discord.member.click(invocation, "Cancel")
        said = {(await each.answered()).text for each in (first, second)}
    assert said == {"ComfyUI is being told to stop it. That takes effect after the current step."}


async def test_a_click_whose_answer_is_dropped_is_answered(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint()
        rig.discord.add_fault(Fault("POST", "/interactions/.*/callback", drop="after"))
        assert await click(rig, invocation, "member") == "Cancelled. It had not started yet."


async def test_the_command_suggests_own_jobs_and_to_moderators_all(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint("/txt2img prompt:a red fox")
        suggested = {
            name: await rig.discord.persons[name].autocomplete(rig.general, "/cancel", "job")
            for name in ("member", "second", "moderator")
        }
        (job,) = await rig.open_jobs()
    told = f"a red fox · number 1 in line · {job.id.hex[:8]}"
    assert {name: [each.name for each in choices] for name, choices in suggested.items()} == {
        "member": [f"txt2img · {told}"],
        "second": [],
        "moderator": [f"txt2img · {rig.discord.member.user.display_name} · {told}"],
    }
    assert suggested["member"][0].value == job.id.hex


async def test_a_moderators_suggestion_has_everything_that_tells_jobs_apart_however_long_the_words_are(
    rig: Rig,
) -> None:
    async with rig.bot():
        await rig.paint(f"/txt2img prompt:{'fox ' * 100}")
        (choice,) = await rig.discord.moderator.autocomplete(rig.general, "/cancel", "job")
        (job,) = await rig.open_jobs()
    assert choice.name.endswith(f"… · number 1 in line · {job.id.hex[:8]}")
    assert rig.discord.member.user.display_name in choice.name


async def test_after_a_restart_persons_without_a_name_can_still_be_told_apart(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
    async with rig.bot():
        (choice,) = await rig.discord.moderator.autocomplete(rig.general, "/cancel", "job")
    assert f" · someone (…{str(rig.discord.member.user.id)[-4:]}) · " in choice.name


async def test_the_command_cancels_what_was_chosen(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        (choice,) = await rig.discord.member.autocomplete(rig.general, "/cancel", "job")
        invocation = await rig.discord.member.slash(rig.general, "/cancel", {"job": choice.value})
        answer = await invocation.answered()
    assert invocation.ephemeral
    assert answer.text == "Cancelled. It had not started yet."


async def test_words_that_name_no_job_are_answered_in_words(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.discord.member.slash(rig.general, "/cancel job:the fox please")
        answer = await invocation.answered()
    assert answer.text == "There is no such job here. It may have ended long ago."


async def test_no_job_of_another_guild_can_be_cancelled(rig: Rig) -> None:
    async with rig.bot():
        await rig.paint()
        (job,) = await rig.open_jobs()
        elsewhere = rig.discord.guilds[1].channels["general"]
        invocation = await rig.discord.moderator.slash(elsewhere, "/cancel", {"job": job.id.hex})
        answer = await invocation.answered()
    assert answer.text == "There is no such job here. It may have ended long ago."
    assert len(await rig.open_jobs()) == 1
