"""``/run``: any workflow by its name, its options in a form."""

from bot.jobs.job import Job
from bot.sandbox.discord import Channel, Invocation, Upload
from tests.cogs.guild_workflows import files_of, published
from tests.cogs.messages import fields, png
from tests.delivery.rig import Rig

PLAIN = 'name = "plain"\ndescription = "Nothing is asked"\n'


async def ran(rig: Rig, line: str, channel: Channel | None = None) -> Invocation:
    started = await rig.discord.member.slash(channel or rig.general, f"/run workflow:{line}")
    await started.acknowledged()
    return started


async def made(rig: Rig) -> Job:
    await rig.eventually(lambda jobs: len(jobs) == 1)
    (found,) = await rig.open_jobs()
    return found


async def test_a_form_asks_for_what_a_version_asks_and_makes_a_job_of_that_version(rig: Rig) -> None:
    source, command = files_of("txt2img", "cat")
    short = command[: command.index("[options.size]")]
    async with rig.bot():
        first = await published(rig, "cat", source, short)
        form = await ran(rig, "/CAT private:true")
        assert form.modal is not None
        assert form.modal["title"] == "Run cat"
        assert {name: each["required"] for name, each in fields(form).items()} == {
            "prompt": True,
            "negative": False,
        }
        await published(rig, "cat", source, command, again_of=first)
        sent = await rig.discord.member.submit_modal(form, {"prompt": "a red fox"})
        await sent.answered()
        job = await made(rig)
    assert sent.ephemeral
    assert (job.workflow, job.prompt, job.private) == (first.key, "a red fox", True)


async def test_a_file_is_handed_in_in_the_form(rig: Rig) -> None:
    source, command = files_of("upscale", "larger")
    async with rig.bot():
        workflow = await published(rig, "larger", source, command)
        form = await ran(rig, "larger")
        sent = await rig.discord.member.submit_modal(form, {"image": Upload("fox.png", png())})
        await sent.answered()
        job = await made(rig)
    assert not sent.ephemeral
    assert (job.workflow, job.values["image"]) == (workflow.key, "fox.png")


async def test_more_than_a_form_takes_is_asked_page_by_page_and_nothing_not_at_all(rig: Rig) -> None:
    source, _ = files_of("txt2img", "plain")
    async with rig.bot():
        plain = await published(rig, "plain", source, PLAIN)
        await (await ran(rig, "plain")).answered()
        assert (await made(rig)).workflow == plain.key
        page = await ran(rig, "txt2img")
        assert page.modal is not None
        assert page.modal["title"] == "txt2img · Prompt"
        filled = await rig.discord.member.submit_modal(page, {"prompt": "a red fox"})
        panel = await filled.answered()
        assert panel.text.startswith("**txt2img")
        await (await rig.discord.member.click(panel, "Run")).acknowledged()
        await rig.eventually(lambda jobs: len(jobs) == 2)
        assert [each.prompt for each in await rig.open_jobs()] == [None, "a red fox"]


async def test_what_cannot_be_run_now_is_told_with_the_reason(rig: Rig) -> None:
    source, command = files_of("upscale", "larger")
    async with rig.bot():
        added = await published(rig, "larger", source, command)
        await rig.store.set_enabled(added.guild_id, added.workflow_id, 1, enabled=False)
        await rig.generation.parts.guild_workflows.look()
        await rig.generation.parts.catalogue.replace([], ["odd"])
        member = rig.discord.member
        for channel, line, said in (
            (rig.general, "/run workflow:larger", "`/larger` is switched off"),
            (rig.general, "/compare workflow:larger x:model a,b", "`/larger` is switched off"),
            (rig.general, "/run workflow:/odd", "`/odd` is not offered at the moment"),
            (member.direct, "/run workflow:larger", "There is no command `larger`."),
        ):
            answer = await (await member.slash(channel, line)).answered()
            assert answer.text.startswith(said), answer.text


async def test_what_another_guild_added_is_neither_suggested_nor_run(rig: Rig) -> None:
    source, command = files_of("upscale", "larger")
    elsewhere = rig.discord.guilds[1].channels["general"]
    member = rig.discord.member
    places = (rig.general, elsewhere, member.direct)
    async with rig.bot():
        workflow = await published(rig, "larger", source, command)
        found = [
            [each.name for each in await member.autocomplete(place, "/run", "workflow", "la")]
            for place in places
        ]
        assert found == [["larger"], [], []]
        form = await ran(rig, "larger")
        for place in places[1:]:
            for typed in ("larger", workflow.key):
                answer = await (await ran(rig, typed, place)).answered()
                assert answer.text.startswith(f"There is no command `{typed}`.")
        await rig.store.share_workflow(workflow.workflow_id, shared=True, by=1)
        await rig.discord.until(lambda: workflow.key in rig.generation.workflows_in(None))
        assert [(await ran(rig, "larger", place)).modal is not None for place in places] == [True] * 3
        await rig.store.remove_guild_workflow(workflow.guild_id, workflow.workflow_id, 9)
        await rig.discord.until(lambda: workflow.key not in rig.generation.workflows_in(None))
        sent = await member.submit_modal(form, {"image": Upload("fox.png", png())})
        assert (await sent.answered()).text.startswith("`/larger` cannot be run here: it was removed")
    assert rig.generation.orders == []
