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
from tests.end_to_end.stage import Stage

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


def kill_at_discord(stage: Stage, life: Life, steps: Sequence[Step], *, refused: bool = False) -> None:
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
            stage.discord.add_fault(Fault(*steps[-1], drop="before"))

    if len(left) == 1:
        refuse()
    stage.on_exchange.append(look)


def kill_at_comfyui(stage: Stage, life: Life, step: Step) -> None:
    """The bot dies when this request arrives; ComfyUI does what it was asked, and finds nobody to tell."""

    def look(method: str, path: str) -> None:
        if method == step[0] and re.fullmatch(step[1], path):
            stage.comfy.installation.on_request = None
            life.kill()

    stage.comfy.installation.on_request = look


def shown(life: Life) -> int:
    """Of how many jobs this life of the bot has shown the end, those included whose end it will show once more."""
    return len(set(re.findall(r"job (\S+): (?:result posted as message|its end is shown)", life.log)))


async def delivered(stage: Stage, life: Life) -> None:
    """Wait until this life of the bot has posted a result, and Discord has but one."""
    await stage.until(lambda: shown(life))
    assert len(stage.results()) == 1
    assert ["Done in" in each.text for each in stage.general.messages if each.interaction_metadata] == [True]


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "carried out"])
@pytest.mark.parametrize("steps", AT_DISCORD.values(), ids=AT_DISCORD)
async def test_a_bot_killed_while_it_talks_to_discord_posts_one_result(
    stage: Stage, steps: Sequence[Step], *, refused: bool
) -> None:
    async with stage.bot() as first:
        await stage.ready()
        kill_at_discord(stage, first, steps, refused=refused)
        await stage.ask()
        assert await first.ended() < 0
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


async def test_a_bot_killed_once_discord_took_its_answer_posts_one_result_and_ends_the_status(
    stage: Stage,
) -> None:
    async with stage.bot() as first:
        await stage.ready()
        kill_at_discord(stage, first, [CALLBACK])
        asked = await stage.ask()
        assert await first.ended() < 0
    assert "next in line" in text_of(asked)
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "carried out"])
async def test_a_bot_killed_while_its_status_moves_goes_on_with_it(stage: Stage, *, refused: bool) -> None:
    story = Story(hold=True)
    stage.comfy.next_job(story)
    async with stage.bot() as first:
        await stage.ready()
        kill_at_discord(stage, first, [STATUS], refused=refused)
        await stage.ask()
        assert await first.ended() < 0
    story.release()
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


@pytest.mark.parametrize("step", AT_COMFYUI.values(), ids=AT_COMFYUI)
async def test_a_bot_killed_while_it_talks_to_comfyui_runs_the_prompt_once_and_posts_one_result(
    stage: Stage, step: Step
) -> None:
    async with stage.bot() as first:
        await stage.ready()
        kill_at_comfyui(stage, first, step)
        await stage.ask()
        assert await first.ended() < 0
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


async def test_a_bot_killed_between_its_note_and_its_submission_submits_as_the_next_attempt(
    stage: Stage,
) -> None:
    async with stage.bot() as first:
        await stage.ready()
        kill_at_comfyui(stage, first, ("GET", "/ws"))
        await stage.ask()
        assert await first.ended() < 0
    assert stage.prompts == []
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


async def test_a_bot_killed_before_discord_took_its_answer_has_the_job_and_posts_its_result(
    stage: Stage,
) -> None:
    async with stage.bot() as first:
        await stage.ready()
        kill_at_discord(stage, first, [CALLBACK], refused=True)
        asked = await stage.ask()
        assert await first.ended() < 0
    async with stage.bot() as second:
        await stage.until(lambda: shown(second))
    assert (text_of(asked), len(stage.results()), len(stage.prompts)) == ("", 1, 1)


async def test_a_bot_killed_while_a_refusal_is_on_its_way_has_taken_nothing(stage: Stage) -> None:
    stage.settings["MAX_JOBS_PER_MEMBER"] = "1"
    story = Story(hold=True)
    stage.comfy.next_job(story)
    async with stage.bot() as first:
        await stage.ready()
        await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt)
        kill_at_discord(stage, first, [CALLBACK])
        refused = await stage.ask()
        assert await first.ended() < 0
    assert "one person may have 1 at once" in text_of(refused)
    story.release()
    async with stage.bot() as second:
        await stage.until(lambda: shown(second))
    assert (len(stage.results()), len(stage.prompts)) == (1, 1)


async def test_a_bot_killed_in_mid_job_finds_the_running_and_the_waiting_prompt_again(stage: Stage) -> None:
    story = Story(hold=True)
    stage.comfy.next_job(story)
    async with stage.bot() as first:
        await stage.ready()
        await stage.ask("/blank color:1")
        await stage.until(lambda: stage.comfy.running_prompt)
        await stage.ask("/blank color:2")
        await stage.until(lambda: stage.comfy.pending)
        first.kill()
        await first.ended()
    async with stage.bot() as second:
        await stage.until(lambda: second.log.count("found again") == 2)
        story.release()
        await stage.until(lambda: shown(second) == 2)
    assert (len(stage.results()), len(stage.prompts)) == (2, 2)


async def test_a_job_that_nobody_could_start_before_the_kill_is_done_after_it(stage: Stage) -> None:
    await stage.comfy.crash()
    async with stage.bot() as first:
        await stage.ready()
        asked = await stage.ask()
        await stage.until(lambda: "ComfyUI does not answer" in text_of(asked))
        first.kill()
        await first.ended()
    await stage.comfy.restart()
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


async def test_what_ended_while_the_bot_was_dead_is_posted_when_it_is_back(stage: Stage) -> None:
    story = Story(hold=True)
    stage.comfy.next_job(story)
    async with stage.bot() as first:
        await stage.ready()
        await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt)
        first.kill()
        await first.ended()
    story.release()
    await stage.until(lambda: stage.comfy.history)
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(stage.prompts) == 1


async def test_bot_and_comfyui_killed_together_run_the_lost_prompt_once_more(stage: Stage) -> None:
    stage.comfy.next_job(Story(hold=True))
    async with stage.bot() as first:
        await stage.ready()
        await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt)
        first.kill()
        await stage.comfy.crash()
        await first.ended()
    await stage.comfy.restart()
    async with stage.bot() as second:
        await delivered(stage, second)
    assert len(set(stage.prompts)) == len(stage.prompts) == 2


async def test_a_bot_killed_and_started_while_discord_is_down_posts_once_discord_is_back(
    stage: Stage,
) -> None:
    async with stage.bot() as first:
        await stage.ready()
        kill_at_discord(stage, first, [RESULT], refused=True)
        await stage.ask()
        assert await first.ended() < 0
    away = [Fault(method, ".*", drop="before", times=None) for method in ("GET", "POST", "PATCH", "PUT")]
    for fault in away:
        stage.discord.add_fault(fault)
    async with stage.bot() as second:
        await stage.until(lambda: away[0].hits >= 2)
        stage.discord.faults.clear()
        await delivered(stage, second)
    assert len(stage.prompts) == 1


async def test_a_cancel_that_was_asked_for_before_the_kill_is_carried_out_after_it(stage: Stage) -> None:
    story = Story(stall_at=1)
    stage.comfy.next_job(story)
    async with stage.bot() as first:
        await stage.ready()
        asked = await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt and asked.response and asked.response.labels)
        kill_at_comfyui(stage, first, ("POST", "/api/jobs/.+/cancel"))
        await stage.discord.member.click(asked, "Cancel")
        assert await first.ended() < 0
    async with stage.bot():
        await stage.until(lambda: len(stage.comfy.interrupted) == 2)
        story.release()
        await stage.until(lambda: "Cancelled by" in text_of(asked))
    assert (stage.results(), len(stage.prompts)) == ([], 1)


async def test_the_cancel_button_of_an_earlier_life_still_works(stage: Stage) -> None:
    stage.comfy.next_job(Story(hold=True))
    async with stage.bot() as first:
        await stage.ready()
        asked = await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt and asked.response and asked.response.labels)
        first.kill()
        await first.ended()
    async with stage.bot():
        await stage.ready(2)
        await stage.discord.member.click(asked, "Cancel")
        await stage.until(lambda: "Cancelled by" in text_of(asked))
    assert (stage.results(), stage.comfy.running_prompt) == ([], None)


def text_of(asked: Invocation) -> str:
    return asked.response.text if asked.response else ""
