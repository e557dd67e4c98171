"""ComfyUI is away for a while: what the person reads meanwhile, and that the job is done in the end."""

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation
from tests.end_to_end.stage import Stage


def shows(asked: Invocation, words: str) -> bool:
    return asked.response is not None and words in asked.response.text


async def test_a_comfyui_that_is_away_from_the_start_is_waited_for(stage: Stage) -> None:
    await stage.comfy.crash()
    async with stage.bot():
        await stage.ready()
        asked = await stage.ask()
        await stage.until(lambda: shows(asked, "ComfyUI does not answer at the moment"))
        await stage.comfy.restart()
        await stage.until(lambda: shows(asked, "Done in"))
    assert (len(stage.results()), len(stage.prompts)) == (1, 1)


async def test_a_comfyui_that_restarts_in_mid_job_is_given_the_job_again_and_the_person_is_told(
    stage: Stage,
) -> None:
    stage.comfy.next_job(Story(hold=True))
    again = Story(hold=True)
    stage.comfy.next_job(again)
    async with stage.bot():
        await stage.ready()
        asked = await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt)
        await stage.comfy.crash()
        await stage.until(lambda: shows(asked, "does not answer"))
        await stage.comfy.restart()
        await stage.until(lambda: stage.comfy.running_prompt)
        again.release()
        await stage.until(lambda: shows(asked, "Done in"))
    assert (len(stage.results()), len(set(stage.prompts))) == (1, 2)


async def test_a_job_can_be_cancelled_while_comfyui_is_away(stage: Stage) -> None:
    stage.comfy.next_job(Story(hold=True))
    async with stage.bot():
        await stage.ready()
        asked = await stage.ask()
        await stage.until(lambda: stage.comfy.running_prompt and asked.response and asked.response.labels)
        await stage.comfy.crash()
        await stage.discord.member.click(asked, "Cancel")
        await stage.until(lambda: shows(asked, "Cancelled by"))
        await stage.comfy.restart()
        other = await stage.ask()
        await stage.until(lambda: shows(other, "Done in"))
    assert (len(stage.results()), len(stage.prompts)) == (1, 2)
