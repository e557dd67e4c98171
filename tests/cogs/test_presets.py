"""``/preset``, and the option of that name."""

import pytest

from bot.jobs.job import Job
from bot.jobs.preset import MAX_NAME
from bot.sandbox.discord import Invocation, Person
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

STYLE = "/preset save name:ink words:{prompt}, ink, soft light"


async def say(rig: Rig, line: str, person: Person | None = None) -> Invocation:
    invocation = await (person or rig.discord.member).slash(rig.general, line)
    await invocation.answered()
    return invocation


async def told(rig: Rig, line: str, person: Person | None = None) -> str:
    """What is answered, to this person alone."""
    invocation = await say(rig, line, person)
    assert invocation.ephemeral
    return (await invocation.answered()).text


async def last(rig: Rig) -> Job:
    return (await rig.open_jobs())[-1]


async def done(rig: Rig, line: str) -> Job:
    await say(rig, line)
    job = await rig.claimed()
    await rig.worker.finish(job, picture())
    return await rig.delivered(job)


async def test_a_style_goes_around_the_words_of_any_command(rig: Rig) -> None:
    async with rig.bot():
        assert "“ink”" in await told(rig, STYLE)
        await say(rig, "/txt2img prompt:a fox preset:ink")
        job = await last(rig)
        assert job.values["prompt"] == "a fox, ink, soft light"
        assert [(note.id, dict(note.arguments)) for note in job.notices] == [
            ("preset-wrapped", {"name": "ink", "around": "{prompt}, ink, soft light"})
        ]


async def test_the_values_of_the_last_job_are_kept_less_its_seed(rig: Rig) -> None:
    async with rig.bot():
        await done(rig, "/txt2img prompt:a fox steps:7 cfg:2.5 seed:11")
        assert "`/txt2img`" in await told(rig, "/preset save name:quick")
        await say(rig, "/txt2img prompt:a cat steps:9 preset:quick")
        job = await last(rig)
    chosen = {name: job.values[name] for name in ("prompt", "steps", "cfg")}
    assert chosen == {"prompt": "a cat", "steps": "9", "cfg": "2.5"}
    assert job.values["seed"] != "11"


async def test_a_preset_is_used_by_a_command_of_its_own(rig: Rig) -> None:
    async with rig.bot():
        await done(rig, "/txt2img prompt:a fox steps:7")
        await told(rig, "/preset save name:quick")
        await told(rig, STYLE)
        await say(rig, "/preset use name:quick prompt:a cat")
        assert (await last(rig)).values["steps"] == "7"
        assert "say which one" in await told(rig, "/preset use name:ink prompt:a cat")
        await say(rig, "/preset use name:ink prompt:a cat workflow:txt2img")
        assert (await last(rig)).values["prompt"] == "a cat, ink, soft light"


async def test_names_are_suggested_for_the_workflow_that_they_fit(rig: Rig) -> None:
    async with rig.bot():
        await done(rig, "/txt2img prompt:a fox steps:7")
        for line in ("/preset save name:quick", STYLE):
            await told(rig, line)
        suggest = rig.discord.member.autocomplete
        names = [each.value for each in await suggest(rig.general, "/txt2img prompt:fox", "preset", "")]
        assert names == ["ink", "quick"]
        names = [each.value for each in await suggest(rig.general, "/sdxl prompt:fox", "preset", "i")]
        assert names == ["ink"]
        names = [each.value for each in await suggest(rig.general, "/preset delete", "name", "qu")]
        assert names == ["quick"]


async def test_one_is_shared_by_who_may_and_then_is_everybodys(rig: Rig) -> None:
    admin = rig.discord.administrator
    async with rig.bot():
        await told(rig, STYLE)
        assert "Manage Server" in await told(rig, "/preset share name:ink")
        assert "There are no presets" in await told(rig, "/preset list", admin)
        await told(rig, STYLE, admin)
        await told(rig, "/preset share name:ink", admin)
        listed = await told(rig, "/preset list", rig.discord.second)
        assert "ink" in listed
        assert "this server’s" in listed
        assert "Manage Server" in await told(rig, "/preset delete name:ink", rig.discord.second)
        await told(rig, "/preset delete name:ink", admin)
        await told(rig, "/preset delete name:ink", admin)
        assert "There are no presets" in await told(rig, "/preset list", rig.discord.second)


async def test_another_server_sees_only_the_persons_own(rig: Rig) -> None:
    async with rig.bot():
        await told(rig, STYLE)
        assert [each.name for each in await rig.store.presets(rig.discord.member.user.id, 1)] == ["ink"]
        assert list(await rig.store.presets(rig.discord.moderator.user.id, 1)) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/txt2img prompt:a fox preset:inky", "There is: ink"),
        ("/preset use name:nothing-like-it", "There is: ink"),
        ("/preset delete name:inkk", "There is: ink"),
        ("/preset save name:quick", "no finished job"),
        (f"/preset save name:{'x' * (MAX_NAME + 1)} words:ink", f"1 to {MAX_NAME}"),
    ],
)
async def test_what_cannot_be_is_said_with_what_can(rig: Rig, line: str, reason: str) -> None:
    async with rig.bot():
        await told(rig, STYLE)
        assert reason in await told(rig, line)
        assert await rig.open_jobs() == []
