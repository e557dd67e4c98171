"""``/owner``: who may use it, and what comes of it."""

import asyncio

import discord

from bot.client import GuildLeaving
from bot.jobs.audit_store import AuditAction, AuditFilter
from bot.jobs.quarantine_store import Harm, Incident
from bot.moderation.allowed_guilds import AllowedGuilds
from bot.moderation.chosen import written
from bot.moderation.keys import LOG_CHANNEL
from bot.sandbox.discord import Fault, Person
from bot.sandbox.discord.world import TeamMember
from cogs._owner import Owners, owners_of
from tests.delivery.rig import Rig
from tests.generation import guild_workflows as runnable
from tests.jobs.contract import guild_workflows
from tests.jobs.sample import prompt_id

ONLY = "This is for whoever runs the bot"


async def told(rig: Rig, line: str, person: Person | None = None) -> str:
    asked = await (person or rig.discord.persons["administrator"]).slash(rig.general, line)
    answer = await asked.answered()
    assert asked.ephemeral
    return answer.text


async def set_aside(rig: Rig, workflow: str = "txt2img") -> None:
    files = rig.generation.workflows[workflow].fingerprint
    for _ in range(2):
        await rig.store.report_incident(Incident(prompt_id(), Harm.GONE, "gpu", workflow, files, {}))
    await rig.generation.parts.quarantine.look()


async def test_only_the_owner_of_the_application_may_and_everybody_else_is_told_so(rig: Rig) -> None:
    lines = (
        "/owner backends",
        "/owner quarantine",
        "/owner guilds",
        "/owner workflow list",
        "/owner workflow remove workflow:cat",
        "/owner announce words:hi",
        "/owner pause",
        "/owner resume",
    )
    async with rig.bot():
        everywhere = next(each for each in rig.discord.commands if each.name == "owner")
        assert everywhere.default_permissions == discord.Permissions(administrator=True).value
        everywhere.sent["default_member_permissions"] = None  # somebody gave the command to all
        for line in lines:
            assert (await told(rig, line, rig.discord.persons["moderator"])).startswith(ONLY)
            assert not (await told(rig, line)).startswith(ONLY)
        offered = await rig.discord.persons["moderator"].autocomplete(
            rig.general, "/owner guilds", "guild", "L"
        )
    assert list(offered) == []
    assert await rig.store.pauses() == {}


async def test_what_is_set_aside_is_refused_in_words_until_it_is_released(rig: Rig) -> None:
    async with rig.bot():
        await set_aside(rig)
        refused = await rig.discord.member.slash(rig.general, "/txt2img prompt:a red fox")
        assert (await refused.answered()).text.startswith("`/txt2img` is set aside for now: ComfyUI crashed")
        ada = rig.discord.persons["administrator"]
        (choice,) = await ada.autocomplete(rig.general, "/owner quarantine", "release", "txt")
        assert choice.name == "/txt2img"
        listed = await told(rig, "/owner quarantine")
        released = await told(rig, f"/owner quarantine release:{choice.value}")
        await rig.paint()
        assert len(await rig.open_jobs()) == 1
    assert listed.startswith("**/txt2img** · since <t:")
    assert released == "/txt2img may be run again.\n\nNothing is set aside."


async def test_a_workflow_of_a_guild_is_shared_with_all_and_taken_away(rig: Rig) -> None:
    bay, mill = rig.discord.guilds
    cat = await runnable.publish(rig.store, await runnable.add(rig.store, guild_id=bay.id))
    await guild_workflows.added(rig.store, "kitten", guild_id=mill.id)
    await guild_workflows.published(rig.store, "txt2img", guild_id=mill.id)
    ada = rig.discord.persons["administrator"]
    line = "/owner workflow"
    async with rig.bot():
        listed = await told(rig, f"{line} list")
        (offered,) = await ada.autocomplete(rig.general, f"{line} share", "workflow", "lantern")
        assert (offered.name, offered.value) == ("/cat · Lantern Bay", str(cat.id))
        shared = [
            await told(rig, f"{line} share workflow:{each}") for each in (offered.value, "kitten", "txt2img")
        ]
        await rig.discord.until(lambda: "cat" in {each.name for each in rig.discord.commands})
        await rig.paint("/cat prompt:a red fox", mill.channels["general"])
        removed = await told(rig, f"{line} remove workflow:{cat.id}")
        await rig.discord.until(lambda: "cat" not in {each.name for each in rig.discord.commands})
        shown = await told(rig, f"{line} list")
        refused = await rig.discord.member.slash_of_old(rig.general, "cat", of_guild=True)
        assert (await refused.answered()).text.startswith("`/cat` was taken away")
        for each in ("unshare", "restore"):
            await told(rig, f"{line} {each} workflow:/cat")
        await rig.discord.until(
            lambda: "cat" in {each.name for each in rig.discord.member.commands(rig.general)}
        )
        no_such = await told(rig, f"{line} remove workflow:dog")
    assert [each.split(" · <t:")[0] for each in listed.split("\n")] == [
        "**Workflows that servers added: 3**",
        "**/cat** · Lantern Bay · offered · version 1",
        "**/kitten** · Paper Mill · a draft",
        "**/txt2img** · Paper Mill · offered · version 1",
    ]
    assert [each.split(".")[0].split(":")[0] for each in shared] == [
        "`/cat` is offered in every server now",
        "“kitten” was never published",
        "`/txt2img` is a command of yours, or of the bot’s own",
    ]
    assert [(each.workflow, each.place.guild_id) for each in await rig.open_jobs()] == [
        (f"cat@{cat.id}.1", mill.id)
    ]
    assert removed.startswith("`/cat` is taken away: nobody can run it")
    assert "offered · version 1 · taken away" in shown
    assert no_such.startswith("There is no such workflow (“dog”)")
    lines = await rig.store.audited(AuditFilter(guild_id=bay.id, action=AuditAction.WORKFLOW))
    assert [(each.actor_id, each.details["change"]) for each in reversed(lines)][2:] == [
        (ada.user.id, change) for change in ("share", "take-away", "give-back")
    ]


async def test_everything_is_paused_and_resumed(rig: Rig) -> None:
    async with rig.bot():
        said = [await told(rig, f"/owner {each}") for each in ("pause", "pause", "resume", "resume")]
    assert [each.split(".")[0] for each in said] == [
        "Paused everywhere",
        "Everything is paused already",
        "Jobs begin again",
        "Nothing was paused",
    ]


async def test_an_announcement_reaches_the_log_of_every_guild_that_has_one(rig: Rig) -> None:
    bay, mill = rig.discord.guilds
    for guild, channel in ((bay, "late-night"), (mill, "general")):
        value = written(LOG_CHANNEL, guild.channels[channel].id)
        await rig.store.set_guild_setting(guild.id, LOG_CHANNEL.name, value, set_by=1)
    async with rig.bot():
        said = await told(rig, "/owner announce words:New models.\\nThe old ones stay.")
        channels = [bay.channels["late-night"], mill.channels["general"]]
        await rig.discord.until(lambda: all(channel.messages for channel in channels))
    assert said == "2 servers are being told."
    assert [each.messages[-1].text for each in channels] == [
        "**From whoever runs this bot**\nNew models.\nThe old ones stay.",
        "**来自机器人的管理员**\nNew models.\nThe old ones stay.",
    ]
    assert await rig.store.count_audited(AuditFilter(action=AuditAction.ANNOUNCE)) == 1


async def test_a_guild_that_may_not_have_the_bot_is_told_at_its_commands_and_others_are_served(
    rig: Rig,
) -> None:
    bay, mill = rig.discord.guilds
    async with rig.bot():
        assert (await told(rig, f"/owner guilds guild:{bay.id} do:refuse")).startswith("Lantern Bay may not")
        for line in ("/txt2img prompt:a red fox", "/queue"):
            assert (await told(rig, line, rig.discord.member)).startswith("Whoever runs this bot does not")
        await rig.paint(channel=mill.channels["general"])
        (job,) = await rig.open_jobs()
        assert job.place.guild_id == mill.id
        await told(rig, f"/owner guilds guild:{bay.id} do:allow")
        await rig.paint()
        assert len(await rig.open_jobs()) == 2


async def test_a_guild_is_left_only_by_whoever_is_sure(rig: Rig) -> None:
    mill = rig.discord.guilds[1]
    async with rig.bot() as bot:
        asked = await told(rig, f"/owner guilds guild:{mill.id} do:leave")
        assert asked.startswith("Leave Paper Mill? Nobody there waits for anything.")
        assert rig.discord.world.is_joined(mill)
        assert (await told(rig, f"/owner guilds guild:{mill.id} do:leave sure:True")).startswith(
            "The bot left"
        )
        await rig.discord.until(lambda: not bot.client.get_guild(mill.id))
        assert not rig.discord.world.is_joined(mill)
        gone = await told(rig, f"/owner guilds guild:{mill.id} do:leave sure:True")
    assert gone.startswith(f"The bot is in no server `{mill.id}`")


async def test_guilds_that_may_not_have_the_bot_are_left_where_the_operator_wants_that(rig: Rig) -> None:
    bay, mill = rig.discord.guilds
    allowed = AllowedGuilds(rig.store, frozenset({bay.id}))
    async with rig.bot() as bot:
        leaving = asyncio.create_task(GuildLeaving(bot.client, rig.store, allowed).run())
        await rig.discord.until(lambda: not rig.discord.world.is_joined(mill))
        assert rig.discord.world.is_joined(bay)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)


async def test_the_guild_that_the_operator_named_has_the_command_alone(rig: Rig) -> None:
    bay, mill = rig.discord.guilds
    rig.owner_guild = bay.id
    async with rig.bot():
        assert "owner" not in {each.name for each in rig.discord.commands}
        ada = rig.discord.persons["administrator"]
        await rig.discord.until(lambda: "owner" in names(ada, rig))
        assert "owner" not in {each.name for each in ada.commands(mill.channels["general"])}
        assert (await told(rig, "/owner quarantine")) == "Nothing is set aside."


def names(person: Person, rig: Rig) -> set[str]:
    return {each.name for each in person.commands(rig.general)}


async def test_of_a_team_those_may_who_may_change_the_application(rig: Rig) -> None:
    persons = rig.discord.persons
    rig.discord.world.team = [
        TeamMember(persons["moderator"].user, "developer"),
        TeamMember(persons["member"].user, "read_only"),
        TeamMember(persons["second"].user, "admin", accepted=False),
    ]
    async with rig.bot() as bot:
        owners = owners_of(await bot.client.application_info())
    assert owners == {persons["administrator"].user.id, persons["moderator"].user.id}


async def test_who_owns_it_is_remembered_and_asked_again_when_that_is_old(rig: Rig) -> None:
    now = [0.0]
    async with rig.bot() as bot:
        owners = Owners(bot.client.application_info, lambda: now[0])
        ada = rig.discord.persons["administrator"].user.id
        before = len(rig.calls("GET", "/oauth2/applications/@me"))
        for _ in range(3):
            await owners.check(ada)
        assert len(rig.calls("GET", "/oauth2/applications/@me")) == before + 1
        rig.discord.add_fault(Fault("GET", "/oauth2/.*", status=403, times=1))
        now[0] = 601.0
        await owners.check(ada)  # Discord said nothing new
        await owners.check(ada)
        assert len(rig.calls("GET", "/oauth2/applications/@me")) == before + 3
