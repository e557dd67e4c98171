"""The bot is killed at each step of a job's life and started again on the same database.

Whatever the step: one result, nothing lost, and no prompt run twice unless ComfyUI itself lost it.
"""

import re
from collections.abc import Mapping, Sequence

import pytest

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Fault, Invocation
from bot.sandbox.discord.wire import Exchange
from tests.end_to_end.life import Life
from tests.end_to_end.rig import Rig

Step = tuple[str, str]
"""The method and the path of a request."""

CALLBACK: Step = ("POST", r"/interactions/\d+/[^/]+/callback")
STATUS: Step = ("PATCH", r"/webhooks/\d+/[^/]+/messages/@original")
RESULT: Step = ("POST", r"/channels/\d+/messages")

AT_DISCORD: Mapping[str, Sequence[Step]] = {
    "the result": [RESULT],
    "the last status": [RESULT, STATUS],
}

AT_COMFYUI: Mapping[str, Step] = {
    "the prompt is submitted": ("POST", "/prompt"),
    "the history is asked": ("GET", "/history/.+"),
    "the file is fetched": ("GET", "/view"),
}


def kill_at_discord(rig: Rig, life: Life, steps: Sequence[Step], *, refused: bool = False) -> None:
    """The bot dies once the last of these requests was carried out (or refused), before it hears of that."""
    left = list(steps)

    def look(exchange: Exchange) -> None:
        if left and exchange.method == left[0][0] and re.fullmatch(left[0][1], exchange.path):
            del left[0]
            if not left:
                life.kill()
            elif len(left) == 1:
                refuse()

    def refuse() -> None:
        if refused:
            rig.discord.add_fault(Fault(*steps[-1], drop="before"))

    if len(left) == 1:
        refuse()
    rig.on_exchange.append(look)


def kill_at_comfyui(rig: Rig, life: Life, step: Step) -> None:
    """The bot dies when this request arrives; ComfyUI does what it was asked, and finds nobody to tell."""

    def look(method: str, path: str) -> None:
        if method == step[0] and re.fullmatch(step[1], path):
            rig.comfy.installation.on_request = None
            life.kill()

    rig.comfy.installation.on_request = look


def shown(life: Life) -> int:
    """Of how many jobs this life of the bot has shown the end, those included whose end it will show once more."""
    return len(set(re.findall(r"job (\S+): (?:result posted as message|its end is shown)", life.log)))


async def delivered(rig: Rig, life: Life) -> None:
    """Wait until this life of the bot has posted a result, and Discord has but one."""
    await rig.until(lambda: shown(life))
    assert len(rig.results()) == 1
    assert ["Done in" in each.text for each in rig.general.messages if each.interaction_metadata] == [True]


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "carried out"])
@pytest.mark.parametrize("steps", AT_DISCORD.values(), ids=AT_DISCORD)
async def test_a_bot_killed_while_it_talks_to_discord_posts_one_result(
    rig: Rig, steps: Sequence[Step], *, refused: bool
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_discord(rig, first, steps, refused=refused)
        await rig.ask()
        assert await first.ended() < 0
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


async def test_a_bot_killed_once_discord_took_its_answer_posts_one_result_and_ends_the_status(
    rig: Rig,
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_discord(rig, first, [CALLBACK])
        asked = await rig.ask()
        assert await first.ended() < 0
    # which of the two depends on how far the job came while the answer was made
    assert any(words in text_of(asked) for words in ("next in line", "Handed to ComfyUI")), text_of(asked)
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "carried out"])
async def test_a_bot_killed_while_its_status_moves_goes_on_with_it(rig: Rig, *, refused: bool) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot() as first:
        await rig.ready()
        kill_at_discord(rig, first, [STATUS], refused=refused)
        await rig.ask()
        assert await first.ended() < 0
    story.release()
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


@pytest.mark.parametrize("step", AT_COMFYUI.values(), ids=AT_COMFYUI)
async def test_a_bot_killed_while_it_talks_to_comfyui_runs_the_prompt_once_and_posts_one_result(
    rig: Rig, step: Step
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_comfyui(rig, first, step)
        await rig.ask()
        assert await first.ended() < 0
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


async def test_a_bot_killed_between_its_note_and_its_submission_submits_as_the_next_attempt(
    rig: Rig,
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_comfyui(rig, first, ("GET", "/ws"))
        await rig.ask()
        assert await first.ended() < 0
    assert rig.prompts == []
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


async def test_a_bot_killed_before_discord_took_its_answer_has_the_job_and_posts_its_result(
    rig: Rig,
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_discord(rig, first, [CALLBACK], refused=True)
        asked = await rig.ask()
        assert await first.ended() < 0
    async with rig.bot() as second:
        await rig.until(lambda: shown(second))
    assert (text_of(asked), len(rig.results()), len(rig.prompts)) == ("", 1, 1)


async def test_a_bot_killed_while_a_refusal_is_on_its_way_has_taken_nothing(rig: Rig) -> None:
    rig.settings["MAX_JOBS_PER_MEMBER"] = "1"
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        kill_at_discord(rig, first, [CALLBACK])
        refused = await rig.ask()
        assert await first.ended() < 0
    assert "one person may have 1 at once" in text_of(refused)
    story.release()
    async with rig.bot() as second:
        await rig.until(lambda: shown(second))
    assert (len(rig.results()), len(rig.prompts)) == (1, 1)


async def test_a_bot_killed_in_mid_job_finds_the_running_and_the_waiting_prompt_again(rig: Rig) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask("/blank color:1")
        await rig.until(lambda: rig.comfy.running_prompt)
        await rig.ask("/blank color:2")
        await rig.until(lambda: rig.comfy.pending)
        first.kill()
        await first.ended()
    async with rig.bot() as second:
        await rig.until(lambda: second.log.count("found again") == 2)
        story.release()
        await rig.until(lambda: shown(second) == 2)
    assert (len(rig.results()), len(rig.prompts)) == (2, 2)


async def test_a_job_that_nobody_could_start_before_the_kill_is_done_after_it(rig: Rig) -> None:
    await rig.comfy.crash()
    async with rig.bot() as first:
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: "ComfyUI does not answer" in text_of(asked))
        first.kill()
        await first.ended()
    await rig.comfy.restart()
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


async def test_what_ended_while_the_bot_was_dead_is_posted_when_it_is_back(rig: Rig) -> None:
    story = Story(hold=True)
    rig.comfy.next_job(story)
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        first.kill()
        await first.ended()
    story.release()
    await rig.until(lambda: rig.comfy.history)
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(rig.prompts) == 1


async def test_bot_and_comfyui_killed_together_run_the_lost_prompt_once_more(rig: Rig) -> None:
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot() as first:
        await rig.ready()
        await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        first.kill()
        await rig.comfy.crash()
        await first.ended()
    await rig.comfy.restart()
    async with rig.bot() as second:
        await delivered(rig, second)
    assert len(set(rig.prompts)) == len(rig.prompts) == 2


async def test_a_bot_killed_and_started_while_discord_is_down_posts_once_discord_is_back(
    rig: Rig,
) -> None:
    async with rig.bot() as first:
        await rig.ready()
        kill_at_discord(rig, first, [RESULT], refused=True)
        await rig.ask()
        assert await first.ended() < 0
    away = [Fault(method, ".*", drop="before", times=None) for method in ("GET", "POST", "PATCH", "PUT")]
    for fault in away:
        rig.discord.add_fault(fault)
    async with rig.bot() as second:
        await rig.until(lambda: away[0].hits >= 2)
        rig.discord.faults.clear()
        await delivered(rig, second)
    assert len(rig.prompts) == 1


async def test_a_cancel_that_was_asked_for_before_the_kill_is_carried_out_after_it(rig: Rig) -> None:
    story = Story(stall_at=1)
    rig.comfy.next_job(story)
    async with rig.bot() as first:
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt and asked.response and asked.response.labels)
        kill_at_comfyui(rig, first, ("POST", "/api/jobs/.+/cancel"))
        await rig.discord.member.click(asked, "Cancel")
        assert await first.ended() < 0
    async with rig.bot():
        await rig.until(lambda: len(rig.comfy.interrupted) == 2)
        story.release()
        await rig.until(lambda: "Cancelled by" in text_of(asked))
    assert (rig.results(), len(rig.prompts)) == ([], 1)


async def test_the_cancel_button_of_an_earlier_life_still_works(rig: Rig) -> None:
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot() as first:
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt and asked.response and asked.response.labels)
        first.kill()
        await first.ended()
    async with rig.bot():
        await rig.ready(2)
        await rig.discord.member.click(asked, "Cancel")
        await rig.until(lambda: "Cancelled by" in text_of(asked))
    assert (rig.results(), rig.comfy.running_prompt) == ([], None)


def text_of(asked: Invocation) -> str:
    return asked.response.text if asked.response else ""
