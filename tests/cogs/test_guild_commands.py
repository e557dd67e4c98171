"""What a single guild has for itself, as people meet it."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.client import MAX_CREATES
from bot.jobs.guild_workflow import GuildWorkflow
from bot.moderation.keys import WORKFLOW_ADDERS, key_named
from bot.sandbox.discord.guilds import Guild
from bot.texts import Text
from bot.workflows import Workflow
from cogs._guild_commands import GuildCommands
from cogs._service import AnyCommand
from tests.cogs.test_guild_sync import COMMANDS, command, told
from tests.delivery.rig import Rig
from tests.generation import guild_workflows


async def published(rig: Rig, guild: Guild, name: str = "cat") -> GuildWorkflow:
    draft = await guild_workflows.add(rig.store, name, guild_id=guild.id)
    workflow = await guild_workflows.publish(rig.store, draft)
    await rig.generation.parts.guild_workflows.look()
    return workflow


async def test_what_is_published_is_a_command_of_its_guild_at_once_and_none_when_it_is_disabled(
    rig: Rig,
) -> None:
    here, there = rig.discord.guilds
    member = rig.discord.member
    async with rig.bot():
        workflow = await published(rig, here)
        await told(rig, here, "cat")
        assert "cat" not in {each.name for each in member.commands(there.channels["general"])}
        await rig.paint("/cat prompt:a red fox")
        (job,) = await rig.open_jobs()
        assert job.workflow == f"cat@{workflow.id}.1"
        await rig.store.set_enabled(here.id, workflow.id, 1, enabled=False)
        await rig.generation.parts.guild_workflows.look()
        await told(rig, here)
        asked = await member.slash_of_old(rig.general, "cat", of_guild=True)
        assert (await asked.answered()).text.startswith("`/cat` is switched off")
        await rig.choose(WORKFLOW_ADDERS, "managers")
        await rig.store.note_command_creates(here.id, MAX_CREATES)
        enabled = await rig.discord.administrator.slash(rig.general, "/workflow enable name:cat")
        said = (await enabled.answered()).text
        assert said.startswith(
            "/cat is offered again, without a command of its own: Discord takes 200 new commands"
        )


async def test_who_goes_back_to_a_former_name_is_told_that_there_is_no_room_for_its_command(rig: Rig) -> None:
    here = rig.discord.guilds[0]
    async with rig.bot():
        first = await guild_workflows.add(rig.store, guild_id=here.id)
        await guild_workflows.publish(rig.store, first)
        renamed = await guild_workflows.changed(rig.store, first, first.command, name="dog")
        await guild_workflows.publish(rig.store, renamed)
        await rig.generation.parts.guild_workflows.look()
        await told(rig, here, "dog")
        await rig.choose(WORKFLOW_ADDERS, "managers")
        await rig.store.note_command_creates(here.id, MAX_CREATES)
        back = await rig.discord.administrator.slash(rig.general, "/workflow rollback name:dog version:1")
        said = (await back.answered()).text
        assert said.startswith("/cat is version 1 again, without a command of its own: Discord takes 200 new")
        assert re.search(r"The command can come <t:\d+:R>;", said)


async def test_a_server_that_wants_one_command_for_all_has_no_others_of_its_own(rig: Rig) -> None:
    here = rig.discord.guilds[0]
    rig.owner_guild = here.id
    async with rig.bot() as bot:
        await published(rig, here)
        await told(rig, here, "owner", "cat")
        await rig.settings.choose(here.id, key_named("one-command"), "on", by=1)
        await told(rig, here, "owner")
        asked = await rig.discord.member.slash_of_old(rig.general, "cat", of_guild=True)
        assert (await asked.answered()).text.startswith("`/cat` has no command of its own")
        why = await bot.cogs.in_guilds.why_no_room(here.id, "dog")
        assert why is not None
        assert why.id == "guild-commands-one"
        await rig.settings.choose(here.id, key_named("one-command"), "off", by=1)
        await told(rig, here, "owner", "cat")


async def test_a_start_sends_nothing_of_what_fifty_guilds_have_already(rig: Rig) -> None:
    owner = rig.discord.persons["administrator"].user
    guilds = [rig.discord.world.add_guild(f"Guild {number}", owner) for number in range(50)]
    for guild in guilds:
        draft = await guild_workflows.add(rig.store, guild_id=guild.id)
        await guild_workflows.publish(rig.store, draft)
    await rig.generation.parts.guild_workflows.look()
    async with rig.bot():
        await rig.discord.until(lambda: len(rig.calls("PUT", COMMANDS)) == 50)
    assert all([each.name for each in rig.discord.registry.listed(guild.id)] == ["cat"] for guild in guilds)
    async with rig.bot():
        await rig.discord.until(lambda: len(rig.calls("GET", COMMANDS)) == 100)
        await published(rig, guilds[7], "dog")
        await told(rig, guilds[7], "cat", "dog")
    assert len(rig.calls("PUT", COMMANDS)) == 51


async def test_a_guilds_command_that_is_gone_is_none_of_those_that_are_everywhere(rig: Rig) -> None:
    async with rig.bot():
        asked = await rig.discord.member.slash_of_old(rig.general, "txt2img", of_guild=True)
        assert (await asked.answered()).text.startswith("`/txt2img` is not there any more in this server")
        prompt = {"name": "prompt", "description": "Words", "type": 3, "autocomplete": True}
        gone = {"name": "gone", "description": "A picture", "options": [prompt]}
        rig.discord.registry.create(rig.general.guild_id, gone)
        assert await rig.discord.member.autocomplete(rig.general, "/gone", "prompt", "a") == ()
    assert rig.generation.orders == []


@dataclass
class Own:
    guild_workflows: Mapping[int, Mapping[str, Workflow]]
    waiting: frozenset[str]
    guilds_changed: asyncio.Event = field(default_factory=asyncio.Event)

    def why_no_command(self, name: str, guild_id: int | None) -> Text | None:
        raise AssertionError((name, guild_id))

    def waiting_in(self, guild_id: int) -> frozenset[str]:
        return self.waiting if guild_id in self.guild_workflows else frozenset()


def offering(
    rig: Rig,
    fixed: Mapping[int, Sequence[AnyCommand]],
    *waiting: str,
    own: Mapping[str, Workflow] | None = None,
    command_of: Callable[[Workflow], AnyCommand] = lambda workflow: command(workflow.command),
) -> GuildCommands:
    return GuildCommands(Own({1: own or {}}, frozenset(waiting)), rig.store, rig.settings, command_of, fixed)


async def test_a_workflow_whose_command_meets_a_bug_keeps_no_other_away(rig: Rig) -> None:
    def made(workflow: Workflow) -> AnyCommand:
        if workflow.command == "inpaint":
            raise RuntimeError
        return command(workflow.command)

    workflows = rig.generation.workflows
    offered = offering(
        rig, {}, own={name: workflows[name] for name in ("txt2img", "inpaint")}, command_of=made
    )
    assert [each.name for each in (await offered.of(1)).commands] == ["txt2img"]
    assert await offered.of(1) == await offered.of(1)


async def test_it_is_told_before_discord_takes_no_more_commands(rig: Rig) -> None:
    async def why(commands: GuildCommands, name: str) -> str | None:
        reason = await commands.why_no_room(1, name)
        return None if reason is None else reason.id

    full = offering(rig, {1: [command(f"c{number}") for number in range(99)]}, "waits")
    new = offering(rig, {})
    assert [await why(full, name) for name in ("c7", "waits", "cat")] == [None, None, "guild-commands-full"]
    await rig.store.note_command_creates(1, 199)
    assert await why(new, "cat") is None
    await rig.store.note_command_creates(1, 1)
    assert [await why(full, "c7"), await why(new, "cat")] == [None, "guild-commands-spent"]
    rig.discord.clock.move(86_401)
    assert await why(new, "cat") is None
