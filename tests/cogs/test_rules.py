"""What the moderators of a guild allow holds for every way in which somebody asks, and is told to them alone."""

from dataclasses import replace

from bot.moderation.keys import KEYS
from bot.sandbox.discord import Invocation
from tests.cogs.messages import FOX, fields, opened, values
from tests.cogs.results import AGAIN, EDIT, UPSCALE, pressed, result_of
from tests.delivery.rig import Rig

LINE = "/txt2img prompt:a red fox"


async def choose(rig: Rig, **chosen: str | None) -> None:
    for name, typed in chosen.items():
        key = KEYS[name.replace("_", "-")]
        await rig.settings.choose(rig.discord.guilds[0].id, key, typed, by=1)


async def refused(asked: Invocation) -> str:
    answer = await asked.answered()
    assert asked.ephemeral
    return answer.text


async def test_every_way_to_ask_meets_the_same_rule(rig: Rig) -> None:
    elsewhere, member = rig.discord.channels["late-night"], rig.discord.member
    async with rig.bot():
        result = await result_of(rig)
        message = await rig.discord.second.say(rig.general, "look", FOX)
        form = await opened(rig, message)
        edit = await pressed(rig, result.message, EDIT)
        await choose(rig, allowed_channels=f"<#{elsewhere.id}>")

        told = await refused(await member.slash(rig.general, f"{LINE} steps:7"))
        others = [
            await refused(await member.slash(rig.general, f"{LINE} repeat:3")),
            await refused(
                await member.slash(rig.general, "/compare workflow:txt2img x:steps 5,6 prompt:fox")
            ),
            await refused(await pressed(rig, result.message, AGAIN)),
            await refused(await pressed(rig, result.message, UPSCALE)),
            await refused(await member.submit_modal(form, {"workflow": "upscale"})),
            await refused(await member.click(edit, "Run")),
            await refused(await opened(rig, message)),
        ]

        assert await rig.open_jobs() == []
        await (await member.slash(elsewhere, LINE)).answered()
        assert len(await rig.open_jobs()) == 1
    said = f"In this server the bot can be used in <#{elsewhere.id}> only."
    assert told.startswith(said)
    assert told.endswith("/txt2img prompt:a red fox steps:7\n```")
    assert [each for each in others if not each.startswith(said)] == []


async def test_a_limit_says_when_there_is_more_in_the_persons_language(rig: Rig) -> None:
    rig.discord.member.locale = "zh-CN"
    async with rig.bot():
        await choose(rig, limit_day="1")
        await rig.paint()
        (job,) = await rig.open_jobs()
        rig.discord.clock.move(60)
        told = await refused(await rig.discord.member.slash(rig.general, LINE))
    assert told.startswith("过去 24 小时内你在这里已有 1 个任务，最多 1 个。")
    assert f"<t:{int(job.created_at) + 86_401}:R>" in told


async def test_menus_and_suggestions_offer_what_is_allowed_here(rig: Rig) -> None:
    async with rig.bot():
        await choose(rig, workflow_access="upscale: off; img2img: <@&123456789012345678>")
        message = await rig.discord.second.say(rig.general, "look", FOX)
        offered = values(fields(await opened(rig, message))["workflow"])
        suggested = [
            await rig.discord.member.autocomplete(rig.general, line, "workflow", "")
            for line in ("/compare x:steps 5,6", "/preset use name:a")
        ]
        await choose(rig, allowed_roles="<@&123456789012345678>")
        nothing = await rig.discord.member.autocomplete(rig.general, "/compare x:steps 5,6", "workflow", "")
    assert "inpaint" in offered
    assert {"upscale", "img2img"}.isdisjoint(offered)
    for choices in suggested:
        names = [str(each.value) for each in choices]
        assert "txt2img" in names
        assert {"upscale", "img2img"}.isdisjoint(names)
    assert nothing == ()


async def test_a_workflow_for_adults_is_registered_so_and_no_button_leads_to_it_elsewhere(rig: Rig) -> None:
    rig.generation.offer(
        {
            name: replace(each, nsfw=True)
            for name, each in rig.generation.workflows.items()
            if name == "txt2img"
        }
    )
    late = rig.discord.channels["late-night"]
    async with rig.bot():
        result = await result_of(rig, channel=late)
        (command,) = [each for each in rig.discord.commands if "txt2img" in each.names]
        assert command.adults_only
        assert command not in rig.discord.member.commands(rig.general)
        here = "/compare workflow:txt2img x:steps 5,6 prompt:fox"
        assert (await refused(await rig.discord.member.slash(rig.general, here))).startswith(
            "`/txt2img` is for adults: it can be used in age-restricted channels only"
        )
        assert not (await rig.discord.member.slash(late, here)).ephemeral
        await pressed(rig, result.message, AGAIN)
        assert len(await rig.open_jobs()) == 3


async def test_who_is_timed_out_or_blocked_is_refused_at_once_in_that_server_alone(rig: Rig) -> None:
    guild, elsewhere = rig.discord.guilds[0], rig.discord.guilds[1].channels["general"]
    member, second = rig.discord.member, rig.discord.second
    async with rig.bot():
        result = await result_of(rig)
        rig.discord.world.time_out(guild, member.user, seconds=3600)
        await rig.store.block(guild.id, second.user.id, seconds=None, reason="spam", by=1)
        timed_out = await refused(await member.slash(rig.general, LINE))
        blocked = await refused(await pressed(rig, result.message, AGAIN, "second"))
        assert await rig.open_jobs() == []
        for person in (member, second):
            await (await person.slash(elsewhere, LINE)).answered()
        assert len(await rig.open_jobs()) == 2
    assert timed_out.startswith("You are timed out in this server. You can use the bot here again <t:")
    assert blocked == (
        "The moderators of this server have blocked you from using the bot here. Their reason: spam"
    )


async def test_of_clicks_and_commands_at_once_no_more_are_made_than_the_limit_allows(rig: Rig) -> None:
    async with rig.bot():
        result = await result_of(rig)
        rig.discord.clock.move(60)
        await choose(rig, limit_waiting="1")
        clicks = [
            await rig.discord.member.click(result.message, result.id_of(action))
            for action in ("again", "again")
        ] + [await rig.discord.member.slash(rig.general, LINE) for _ in range(4)]
        for each in clicks:
            await each.answered()
        assert len(await rig.open_jobs()) == 1
    assert sum(each.ephemeral for each in clicks) == 5
