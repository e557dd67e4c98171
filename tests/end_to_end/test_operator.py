"""The operator at work on the running bot: a ComfyUI is paused, and what crashes it is set aside and released."""

from bot.jobs.sqlite import SqliteStore
from bot.moderation.chosen import written
from bot.moderation.keys import LOG_CHANNEL
from bot.sandbox.comfyui import Story
from tests.end_to_end.rig import Rig
from tests.end_to_end.test_away import shows


async def told(rig: Rig, line: str) -> str:
    asked = await rig.discord.persons["administrator"].slash(rig.general, line)
    await rig.until(lambda: asked.response)
    assert asked.ephemeral
    assert asked.response
    return asked.response.text


async def test_a_paused_comfyui_and_then_everything_paused_is_given_nothing_until_it_is_resumed(
    rig: Rig,
) -> None:
    async with rig.bot():
        await rig.ready()
        ada = rig.discord.persons["administrator"]
        (choice,) = await ada.autocomplete(rig.general, "/owner backends", "backend", "127")
        said = await told(rig, f"/owner backends backend:{choice.value} do:pause")
        assert said.startswith("Paused. What runs there goes on")
        assert "⏸" in said
        asked = await rig.ask()
        await rig.until(lambda: shows(asked, "this queue is paused"))
        freed = await told(rig, f"/owner backends backend:{choice.value} do:free")
        assert freed.startswith("It is told to let its models out of its memory")
        assert rig.prompts == []
        await told(rig, f"/owner backends backend:{choice.value} do:resume")
        await rig.until(lambda: shows(asked, "Done in"))
        await told(rig, "/owner pause")
        later = await rig.ask()
        await rig.until(lambda: shows(later, "this queue is paused"))
        assert len(rig.prompts) == 1
        await told(rig, "/owner resume")
        await rig.until(lambda: shows(later, "Done in"))
    assert len(rig.prompts) == 2


async def test_what_crashes_comfyui_twice_is_told_to_everybody_concerned_and_runs_again_once_released(
    rig: Rig,
) -> None:
    guild_id, log = rig.general.guild_id, rig.discord.channels["late-night"]
    assert guild_id is not None
    rig.settings["OWNER_GUILD"] = str(guild_id)
    async with SqliteStore.open(rig.database) as store:
        await store.set_guild_setting(guild_id, LOG_CHANNEL.name, written(LOG_CHANNEL, log.id), set_by=1)
    for _ in range(2):
        rig.comfy.next_job(Story(crash_at=0.5, restart_after=0.1))
    async with rig.bot():
        await rig.ready()
        asked = await rig.ask()
        await rig.until(lambda: shows(asked, "`/blank` is set aside for now: ComfyUI crashed on it"))
        refused = await rig.ask()
        await rig.until(lambda: shows(refused, "`/blank` is set aside for now"))
        await rig.until(lambda: rig.results(log))
        (notice,) = rig.results(log)
        assert "`/owner quarantine` releases it" in notice.text
        ada = rig.discord.persons["administrator"]
        await rig.until(lambda: "owner" in {each.name for each in ada.commands(rig.general)})
        (choice,) = await ada.autocomplete(rig.general, "/owner quarantine", "release", "blank")
        assert (await told(rig, f"/owner quarantine release:{choice.value}")).startswith("/blank may be run")
        again = await rig.ask()
        await rig.until(lambda: shows(again, "Done in"))
    assert len(rig.prompts) == 3
