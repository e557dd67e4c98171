"""Each way out of an error once, with everything real: what failed is mended by one press, and the result comes."""

import json

import aiohttp

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Invocation, Message, Permission
from tests.end_to_end.rig import SHIPPED, Rig

BACK = "ComfyUI is back, and goes on with"
REMIND = "Tell me when it is back"


def offers(asked: Invocation, button: str) -> bool:
    return asked.response is not None and button in asked.response.labels


def says(asked: Invocation, words: str) -> bool:
    return asked.response is not None and words in asked.response.text


def last_prompt(rig: Rig) -> str:
    """The graph that ComfyUI took last, to look for values in."""
    return json.dumps(rig.comfy.submitted[-1]["prompt"])


async def done(rig: Rig, asked: Invocation) -> None:
    await rig.until(lambda: says(asked, "Done in"))


async def ask(rig: Rig, line: str) -> Invocation:
    return await rig.discord.member.slash(rig.general, line)


def told_back(rig: Rig) -> list[Message]:
    everywhere = [
        rig.general,
        *(rig.discord.world.direct_channel(person.user) for person in rig.discord.persons.values()),
    ]
    return [each for channel in everywhere for each in channel.messages if BACK in each.text]


async def test_out_of_memory_is_tried_at_the_next_smaller_size(rig: Rig) -> None:
    rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
    rig.comfy.next_job(Story(out_of_memory=True))
    async with rig.bot():
        await rig.ready()
        asked = await ask(rig, "/txt2img prompt:a red fox width:1024 height:1024 seed:42")
        await rig.until(lambda: offers(asked, "Try at 768×768"))
        again = await rig.discord.second.click(asked, "Try at 768×768")
        await done(rig, again)
    assert '"width": 768' in last_prompt(rig)
    assert '"height": 768' in last_prompt(rig)
    assert '"seed": 42' in last_prompt(rig)
    assert len(rig.results()) == 1


async def test_a_job_that_somebody_stopped_in_comfyui_is_tried_again_with_the_same_seed(rig: Rig) -> None:
    rig.comfy.next_job(Story(hold=True))
    async with rig.bot(), aiohttp.ClientSession() as session:
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: rig.comfy.running_prompt)
        async with session.post(f"{rig.comfy.url}/interrupt", json={}) as answer:
            assert answer.status == 200
        await rig.until(lambda: offers(asked, "Try again"))
        again = await rig.discord.member.click(asked, "Try again")
        await done(rig, again)
    assert (len(rig.results()), len(rig.prompts)) == (1, 2)


async def test_a_model_that_went_is_replaced_by_one_that_is_there(rig: Rig) -> None:
    rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
    async with rig.bot():
        await rig.ready()
        rig.comfy.checkpoints.remove("portrait-v2.safetensors")
        asked = await ask(rig, "/txt2img prompt:a red fox checkpoint:portrait-v2.safetensors")
        await rig.until(lambda: says(asked, "cannot be `portrait-v2.safetensors`"))
        again = await rig.discord.member.select(
            asked, "Choose another value for checkpoint", "landscape.safetensors"
        )
        await done(rig, again)
    assert "landscape.safetensors" in last_prompt(rig)


async def test_a_job_that_waits_for_a_model_is_replaced_by_one_that_need_not(rig: Rig) -> None:
    rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
    first = Story(hold=True)
    rig.comfy.next_job(first)
    async with rig.bot():
        await rig.ready()
        running = await ask(rig, "/txt2img prompt:first")
        await rig.until(lambda: rig.comfy.running_prompt)
        first_waiting = await ask(rig, "/txt2img prompt:1 checkpoint:portrait-v2.safetensors")
        await first_waiting.answered()  # which goes into ComfyUI
        waiting = await ask(rig, "/txt2img prompt:2 checkpoint:portrait-v2.safetensors")
        await waiting.answered()
        await rig.comfy.crash()
        rig.comfy.checkpoints.remove("portrait-v2.safetensors")
        await rig.comfy.restart()
        await done(rig, running)
        await rig.until(lambda: says(waiting, "No ComfyUI here has portrait-v2.safetensors"))
        again = await rig.discord.member.select(
            waiting, "Choose another value for checkpoint", "landscape.safetensors"
        )
        await done(rig, again)
        await rig.until(lambda: says(waiting, "Cancelled by"))
    assert "landscape.safetensors" in last_prompt(rig)


async def test_a_command_that_is_refused_is_run_with_one_press_or_choice(rig: Rig) -> None:
    rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
    rig.comfy.checkpoints.extend(f"model-{number:02}.safetensors" for number in range(30))
    async with rig.bot():
        await rig.ready()
        off_step = await ask(rig, "/txt2img prompt:a red fox width:770")
        assert (await off_step.answered()).text.startswith("`width` goes in steps of 8")
        again = await rig.discord.member.click(off_step, "Set width to 768")
        await done(rig, again)
        assert '"width": 768' in last_prompt(rig)
        misspelt = await ask(rig, "/txt2img prompt:a red fox checkpoint:model-7")
        assert "that is not on the list" in (await misspelt.answered()).text
        assert misspelt.ephemeral
        again = await rig.discord.member.select(
            misspelt, "Choose another value for checkpoint", "model-07.safetensors"
        )
        await done(rig, again)
        assert "model-07.safetensors" in last_prompt(rig)
        late = await rig.discord.member.select(
            misspelt, "Choose another value for checkpoint", "model-08.safetensors"
        )
        assert (await late.answered()).text.startswith("The bot does not know any more what this was about.")


async def test_what_is_missing_is_told_to_moderators(rig: Rig) -> None:
    rig.settings["WORKFLOWS_DIR"] = str(SHIPPED)
    async with rig.bot():
        await rig.ready()
        rig.comfy.remove_class("KSampler")
        asked = await ask(rig, "/txt2img prompt:a red fox")
        await rig.until(lambda: offers(asked, "What is missing?"))
        refused = await rig.discord.member.click(asked, "What is missing?")
        assert "“Manage Messages”" in (await refused.answered()).text
        told = await rig.discord.moderator.click(asked, "What is missing?")
        assert "The node KSampler is not installed." in (await told.answered()).text
        assert told.ephemeral


async def test_who_waits_for_a_comfyui_is_told_once_when_it_is_back_whatever_restarts(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        await rig.comfy.crash()
        asked = await rig.ask()
        await rig.until(lambda: offers(asked, REMIND))
        kept = await rig.discord.member.click(asked, REMIND)
        assert (await kept.answered()).text.startswith("The bot tells you here")
        assert kept.ephemeral
    async with rig.bot() as life:
        await rig.ready(2)
        await rig.comfy.restart()
        await rig.until(lambda: told_back(rig))
        life.kill()
        await life.ended()
    async with rig.bot():
        await rig.ready(3)
        await done(rig, asked)
    (message,) = told_back(rig)
    assert message.channel_id == rig.general.id
    assert f"<@{rig.discord.member.user.id}>" in message.text
    assert str(asked.response and asked.response.id) in message.text


async def test_where_the_channel_is_closed_to_the_bot_the_person_is_told_directly(rig: Rig) -> None:
    async with rig.bot():
        await rig.ready()
        await rig.comfy.crash()
        asked = await rig.ask()
        await rig.until(lambda: offers(asked, REMIND))
        await (await rig.discord.member.click(asked, REMIND)).answered()
        rig.discord.deny(rig.general, Permission.SEND_MESSAGES)
        await rig.comfy.restart()
        await rig.until(lambda: told_back(rig))
    (message,) = told_back(rig)
    assert message.channel_id == rig.discord.world.direct_channel(rig.discord.member.user).id
