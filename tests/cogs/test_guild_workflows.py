"""What guilds added, wherever people meet it: by its name, in its version, and in its guild alone."""

import re
from uuid import uuid4

import pytest
from msgspec.structs import replace

from bot.errors import NotThere
from bot.jobs.guild_workflow import WorkflowVersion
from bot.jobs.job import Job
from bot.jobs.quarantine_store import Harm, Incident
from bot.sandbox.discord import Invocation, Upload
from tests.cogs.guild_workflows import files_of, published, said
from tests.cogs.messages import fields, png
from tests.cogs.results import AGAIN, EDIT, Result, controls, pressed, said_to
from tests.delivery.rig import Rig

SOURCE, COMMAND = files_of("txt2img", "cat")
SHORT = COMMAND[: COMMAND.index("[options.size]")] + COMMAND[COMMAND.index("[options.seed]") :]
"""Few enough options for one form."""
KEY = re.compile(r"cat.{0,2}@")
"""Markdown may be escaped."""


async def cat(rig: Rig, command: str = SHORT, before: WorkflowVersion | None = None) -> WorkflowVersion:
    return await published(rig, "cat", SOURCE, command, again_of=before)


async def made(rig: Rig, line: str = "/run workflow:cat", prompt: str = "a red fox") -> Result:
    """What a form asked for and got."""
    before = len(rig.results())
    form = await rig.discord.member.slash(rig.general, line)
    await form.acknowledged()
    sent = await rig.discord.member.submit_modal(form, {"prompt": prompt})
    await sent.answered()
    return await ended(rig, before)


async def ended(rig: Rig, before: int) -> Result:
    job = await rig.claimed()
    await rig.worker.finish(job, png())
    await rig.discord.until(lambda: len(rig.results()) > before)
    return Result(await rig.delivered(job), rig.results()[-1])


async def newest(rig: Rig) -> Job:
    await rig.eventually(lambda jobs: len(jobs) == 1)
    (job,) = await rig.open_jobs()
    return job


async def test_people_read_its_name_and_never_its_key(rig: Rig) -> None:
    boss, member = rig.discord.administrator, rig.discord.member
    async with rig.bot():
        version = await cat(rig)
        result = await made(rig)
        assert result.job.workflow == version.key
        recipe = await pressed(rig, result.message, f"recipe:{result.job.id.hex}")
        assert "/cat" in (await recipe.answered()).text
        for button in (EDIT, AGAIN):
            await pressed(rig, result.message, button)
        waiting = await newest(rig)
        for line in (
            "/queue",
            f"/job job:{waiting.id.hex}",
            "/settings set key:workflow-access value:cat: off; cat: @everyone",
            "/settings set key:defaults value:cat.negative=fog",
            "/settings panel",
            "/stats",
            "/mod audit",
            "/owner quarantine",
            "/privacy export",
            "/run workflow:cet",
            "/compare workflow:cat x:negative a,b prompt:a fox",
        ):
            await (await boss.slash(rig.general, line)).answered()
        for line in ("/preset save name:mine", "/preset list", "/jobs"):
            await (await member.slash(rig.general, line)).answered()
        for line, option in (("/run", "workflow"), ("/cancel", "job"), ("/job", "job")):
            assert await member.autocomplete(rig.general, line, option)
        for name in ("Read workflow", "Who made this", "Use as input"):
            await (await boss.context_command(name, result.message, rig.general)).acknowledged()
        for harm in Harm:
            await rig.store.report_incident(
                Incident(uuid4(), harm, "gpu", version.key, version.fingerprint, {})
            )
        await rig.generation.parts.quarantine.look()
        for refused in (await boss.slash(rig.general, "/owner quarantine"), await again(rig, result)):
            assert "/cat" in (await refused.answered()).text
        told = said(rig)
    assert KEY.findall(told) == []
    assert "cat" in told


async def again(rig: Rig, result: Result) -> Invocation:
    return await pressed(rig, result.message, AGAIN)


async def test_buttons_under_an_old_result_go_on_with_its_version_until_its_workflow_is_switched_off(
    rig: Rig,
) -> None:
    async with rig.bot():
        first = await cat(rig)
        old = await made(rig)
        second = await cat(rig, COMMAND, first)
        form = await pressed(rig, old.message, EDIT)
        assert list(fields(form)) == ["prompt", "negative", "seed", "batch-size"]
        await pressed(rig, old.message, AGAIN)
        new = await ended(rig, 1)
        assert (new.job.workflow, new.job.prompt) == (first.key, "a red fox")
        assert controls(new.message) == controls(old.message)
        await rig.store.set_enabled(first.guild_id, first.workflow_id, 9, enabled=False)
        await rig.discord.until(lambda: second.key not in rig.generation.workflows_in(first.guild_id))
        for button in (AGAIN, EDIT):
            assert (await said_to(rig, old.message, button)).startswith(
                "`/cat` is switched off on this server."
            )
        sent = await rig.discord.member.submit_modal(form, {"prompt": "a blue fox"})
        assert (await sent.answered()).text.startswith("`/cat` is switched off on this server.")
        assert await rig.open_jobs() == []


async def test_what_a_guild_chose_for_its_name_holds_for_each_of_its_versions(rig: Rig) -> None:
    boss, late = rig.discord.administrator, rig.discord.channels["late-night"]
    async with rig.bot():
        first = await cat(rig)
        for line in (
            "key:defaults value:cat.negative=fog",
            f"key:workflow-access value:cat: <#{rig.general.id}>",
        ):
            await (await boss.slash(rig.general, f"/settings set {line}")).answered()
        assert (await made(rig)).job.values["negative"] == "fog"
        await cat(rig, SHORT.replace("What the picture shows", "Words"), first)
        assert (await made(rig)).job.values["negative"] == "fog"
        assert await rig.discord.member.autocomplete(late, "/run", "workflow", "cat") == ()
        form = await rig.discord.member.slash(late, "/run workflow:cat")
        await form.acknowledged()
        sent = await rig.discord.member.submit_modal(form, {"prompt": "a red fox"})
        assert "`/cat`" in (await sent.answered()).text
    assert await rig.open_jobs() == []


async def test_a_preset_of_one_version_is_for_those_that_follow_and_for_no_other_guild(rig: Rig) -> None:
    elsewhere = rig.discord.guilds[1].channels["general"]
    member = rig.discord.member
    async with rig.bot():
        first = await cat(rig)
        await made(rig)
        await (await member.slash(rig.general, "/preset save name:foxes")).answered()
        second = await cat(rig, COMMAND, first)
        await (await member.slash(rig.general, "/preset use name:foxes prompt:a cat")).answered()
        job = await newest(rig)
        assert (job.workflow, job.prompt) == (second.key, "a cat")
        refused = await member.slash(elsewhere, "/preset use name:foxes")
        assert (await refused.answered()).text.startswith("`/cat` cannot be run here")
        typed = await member.slash(elsewhere, f"/preset use name:foxes workflow:{second.key}")
        assert "cannot run at the moment" in (await typed.answered()).text
    assert len(rig.generation.orders) == 2


async def test_another_guild_sees_nothing_of_it(rig: Rig) -> None:
    elsewhere = rig.discord.guilds[1].channels["general"]
    member = rig.discord.member
    async with rig.bot():
        source, command = files_of("upscale", "larger")
        await published(rig, "larger", source, command)
        picture = await member.say(elsewhere, "", Upload("fox.png", png()))
        form = await member.context_command("Use as input", picture, elsewhere)
        await form.acknowledged()
        here = await member.say(rig.general, "", Upload("fox.png", png()))
        own = await member.context_command("Use as input", here, rig.general)
        await own.acknowledged()
        offered = [[each["label"] for each in fields(each)["workflow"]["options"]] for each in (form, own)]
        assert ["larger" in each for each in offered] == [False, True]
        for line in ("/compare workflow:larger x:model a,b", "/run workflow:larger"):
            answer = await (await member.slash(elsewhere, line)).answered()
            assert answer.text.startswith("There is no command `larger`.")
        boss = rig.discord.administrator
        answer = await (
            await boss.slash(elsewhere, "/settings set key:workflow-access value:larger: off")
        ).answered()
        assert "larger" in answer.text
    assert rig.generation.orders == []


async def test_an_order_from_elsewhere_is_refused_whatever_brought_it_there(rig: Rig) -> None:
    async with rig.bot():
        await cat(rig)
        await made(rig)
    (order,) = rig.generation.orders
    here = order.place.guild_id
    for guild_id, guest_of in ((rig.discord.guilds[1].id, None), (None, None), (None, here)):
        place = replace(order.place, guild_id=guild_id, guest_of=guest_of)
        with pytest.raises(NotThere) as refused:
            await rig.generation.submit(replace(order, place=place, interaction_id=order.interaction_id + 1))
        assert refused.value.message.id == "workflow-not-here"
    assert await rig.open_jobs() == []
