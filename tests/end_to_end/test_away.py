"""ComfyUI is away for a while: what the person reads meanwhile, and that the job is done in the end."""

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation
from tests.end_to_end.rig import Rig


def shows(asked: Invocation, words: str) -> bool:
    return asked.response is not None and words in asked.response.text


async def test_a_comfyui_that_is_away_from_the_start_is_waited_for(rig: Rig) -> None:
    await rig.comfy.crash()
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: shows(asked, "ComfyUI does not answer at the moment"))
        await rig.comfy.restart()
        await rig.until(lambda: shows(asked, "Done in"))
    assert (len(rig.results()), len(rig.prompts)) == (1, 1)


async def test_a_comfyui_that_restarts_in_mid_job_is_given_the_job_again_and_the_person_is_told(
    rig: Rig,
) -> None:
    rig.comfy.next_job(Story(hold=True))
    again = Story(hold=True)
    rig.comfy.next_job(again)
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        await rig.comfy.crash()
        await rig.until(lambda: shows(asked, "does not answer"))
        await rig.comfy.restart()
        await rig.until(lambda: rig.comfy.running_prompt)
        again.release()
        await rig.until(lambda: shows(asked, "Done in"))
    assert (len(rig.results()), len(set(rig.prompts))) == (1, 2)


async def test_a_job_can_be_cancelled_while_comfyui_is_away(rig: Rig) -> None:
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt and asked.response and asked.response.labels)
        await rig.comfy.crash()
        await rig.discord.member.click(asked, "Cancel")
        await rig.until(lambda: shows(asked, "Cancelled by"))
        await rig.comfy.restart()
        other = await rig.ask()
        await rig.until(lambda: shows(other, "Done in"))
    assert (len(rig.results()), len(rig.prompts)) == (1, 2)
