"""The recipe of a result: everything that is known of it, told to one person, with its files as they were."""

import dataclasses
import io
import zipfile

from msgspec.structs import replace

from bot.jobs.job import Done, Output, Place, Timing
from bot.jobs.origin import Action, Origin
from bot.sandbox.discord import Invocation
from bot.texts import text
from tests.cogs.messages import png
from tests.cogs.results import pressed, result_of, said_to
from tests.cogs.test_read_workflow import files
from tests.delivery.generation import EVERYTHING, noise
from tests.delivery.rig import Rig
from tests.jobs.sample import LEASE_SECONDS, NO_LIMITS, new_job, prompt_id

MIB = 1024 * 1024


async def test_it_tells_every_option_in_the_readers_language_and_gives_the_file(rig: Rig) -> None:
    rig.discord.second.locale = "zh-CN"
    async with rig.bot():
        result = await result_of(rig, png("gold"))
        press = await pressed(rig, result.message, result.id_of("recipe"))
        chinese = await pressed(rig, result.message, result.id_of("recipe"), "second")
        told, in_chinese = await press.answered(), await chinese.answered()
    assert press.ephemeral
    assert told.text.startswith(f"**How this was made: `/txt2img` ({result.job.id.hex[:8]})**")
    lines = told.text.split("\n")
    assert [f"`{name}` {value}" in lines for name, value in result.job.values.items()] == [True] * len(
        result.job.values
    )
    assert "`提示词` a red fox" in in_chinese.text
    assert files(press) == {f"{result.job.id.hex[:8]}-1.png": png("gold")}
    assert "ComfyUI:" not in told.text


async def test_it_tells_what_was_typed_what_stood_in_what_took_long_and_what_should_be_known(
    rig: Rig,
) -> None:
    place = Place(rig.general.guild_id, rig.general.id, rig.discord.member.user.id)
    asked = replace(
        new_job(),
        place=place,
        values={"prompt": "a red fox", "checkpoint": "b.safetensors"},
        typed={"prompt": "a {red|blue} fox"},
        stand_ins={"checkpoint": "a.safetensors"},
        notices=(text("edit-slow"),),
        titles={"3": "Sampler", "9": "Save"},
        needs=frozenset({"VAELoader.vae_name=nice.safetensors", "KSampler"}),
    )
    asked = replace(asked, reply=dataclasses.replace(asked.reply, created_at=rig.discord.clock.now()))
    async with rig.bot():
        await rig.store.submit(asked, NO_LIMITS)
        claim = await rig.store.claim(EVERYTHING, LEASE_SECONDS)
        assert claim
        claim = await rig.store.note(claim, prompt_id())
        rig.generation.files["fox.png"] = png()
        done = Done((Output("9", "fox.png", "", "output"),))
        await rig.store.finish(claim, done, Timing(65.0, {"3": 64.5, "9": 0.01}))
        message = await rig.result()
        await rig.delivered(claim.job)
        recipe = f"recipe:{asked.id.hex}"
        member, moderator = (
            await said_to(rig, message, recipe),
            await said_to(rig, message, recipe, "moderator"),
        )
    assert "`prompt` a red fox\n-# typed: a {red\\|blue} fox" in member
    assert "Models: nice.safetensors" in member
    assert "b.safetensors stands in for a.safetensors" in member
    assert "Discord did not hand out the workflow in time." in member
    assert "-# Sampler 64.5 s\n" in member
    assert ("ComfyUI: gpu" in member, "ComfyUI: gpu" in moderator) == (False, True)


async def test_it_tells_what_it_was_made_of_and_what_was_made_of_it(rig: Rig) -> None:
    async with rig.bot():
        first = await result_of(rig)
        await pressed(rig, first.message, "Again")
        job = await rig.claimed()
        await rig.worker.finish(job, png())
        await rig.discord.until(lambda: len(rig.results()) == 2)
        await rig.delivered(job)
        second = rig.results()[-1]
        parent = await said_to(rig, first.message, first.id_of("recipe"))
        child = await said_to(rig, second, f"recipe:{job.id.hex}")
    place = f"https://discord.com/channels/{rig.general.guild_id}/{rig.general.id}"
    assert job.origin == Origin(first.job.id, Action.AGAIN)
    assert f"Made of this: [again]({place}/{second.id})" in parent
    assert f"[made again]({place}/{first.message.id}), number 1" in child


async def test_several_files_come_as_one_zip(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig, png("gold"), png("grey"))
        press = await pressed(rig, result.message, result.id_of("recipe"))
        await press.answered()
    ((name, content),) = files(press).items()
    short = result.job.id.hex[:8]
    assert name == f"{short}.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {each: archive.read(each) for each in archive.namelist()}
    assert held == {f"{short}-1.png": png("gold"), f"{short}-2.png": png("grey")}


async def test_a_file_that_was_made_to_fit_comes_as_it_was_or_its_size_is_told(rig: Rig) -> None:
    large, small = noise(2800, 2800), png()
    assert len(large) > 10 * MIB
    async with rig.bot():
        result = await result_of(rig, large, small)
        press: Invocation = await pressed(rig, result.message, result.id_of("recipe"))
        told = await press.answered()
    assert files(press) == {f"{result.job.id.hex[:8]}-2.png": small}
    assert f"has {round(len(large) / MIB)} MB, more than Discord takes here" in told.text


async def test_what_comfyui_has_no_more_is_told_and_everything_else_as_well(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        rig.generation.files.clear()
        gone = await said_to(rig, result.message, result.id_of("recipe"))
        rig.generation.is_away = True
        away = await said_to(rig, result.message, result.id_of("recipe"))
    assert "ComfyUI does not have the original files any more." in gone
    assert "`prompt` a red fox" in gone
    assert "The original files cannot be fetched at the moment." in away
