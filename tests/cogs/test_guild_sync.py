"""Commands that guilds have for themselves: what Discord is told of them, and how often."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import discord
import pytest
from discord import app_commands

from bot.backoff import Backoff
from bot.client import ComfycordClient, GuildCommandSync, OwnCommands, Presence
from bot.client.payloads import AnyCommand
from bot.sandbox.discord import Fault
from bot.sandbox.discord.errors import Refused
from bot.sandbox.discord.guilds import Guild
from tests.delivery.rig import Rig

COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"

SHORT = Backoff(0.01, 0.02)


def command(name: str, description: str = "A picture") -> AnyCommand:
    async def run(interaction: discord.Interaction[discord.Client], prompt: str) -> None:
        await interaction.response.send_message(f"{name}: {prompt}")

    return app_commands.Command(name=name, description=description, callback=run)


@dataclass
class Source:
    """What guilds have, as the test says."""

    own: dict[int, OwnCommands] = field(default_factory=dict[int, OwnCommands])
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def guilds(self) -> Sequence[int]:
        return [*self.own]

    async def of(self, guild_id: int) -> OwnCommands:
        return self.own.get(guild_id, OwnCommands())

    def offer(self, guild: Guild, *names: str, kept: Sequence[str] = (), about: str = "A picture") -> None:
        self.own[guild.id] = OwnCommands([command(name, about) for name in names], frozenset(kept))
        self.changed.set()

    def take_away(self, guild: Guild) -> None:
        del self.own[guild.id]
        self.changed.set()


@dataclass
class Bot:
    client: ComfycordClient
    presence: Presence

    def lead(self) -> None:
        self.presence.leads = True
        for call in self.presence.on_lead:
            call()


@asynccontextmanager
async def syncing(
    rig: Rig, source: Source, *, leads: bool = True, pauses: Backoff = SHORT
) -> AsyncGenerator[Bot]:
    """One life of a bot that does nothing else."""
    client = ComfycordClient()
    client.tree.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True)
    client.tree.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    presence = Presence(rig.store, client, "other")
    presence.leads = leads
    sync = GuildCommandSync(
        client,
        source,
        presence,
        rig.store,
        wall_clock=rig.discord.clock.now,
        pauses=pauses,
        rest_seconds=0.0,
    )
    async with client:
        await client.login(rig.discord.token)
        running = asyncio.create_task(sync.run())
        try:
            yield Bot(client, presence)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def names(rig: Rig, guild: Guild) -> set[str]:
    return {each.name for each in rig.discord.registry.listed(guild.id)}


def asked(rig: Rig, guild: Guild) -> list[int]:
    """When Discord was asked what it has there: which of all such questions these were."""
    questions = [each for each in rig.discord.requests if (each.method, each.route) == ("GET", COMMANDS)]
    return [number for number, each in enumerate(questions) if f"/guilds/{guild.id}/" in each.path]


def spend_creates(rig: Rig, scope: int | None) -> None:
    """From now on Discord takes no more new commands there."""
    with suppress(Refused):
        while True:
            made, _ = rig.discord.registry.create(scope, {"name": "x", "description": "y"})
            rig.discord.registry.remove(scope, made.id)


async def told(rig: Rig, guild: Guild, *expected: str) -> None:
    await rig.discord.until(lambda: names(rig, guild) == {*expected})


async def test_what_is_taken_away_goes_at_once_and_also_when_the_bot_was_killed_before_it_could_tell(
    rig: Rig,
) -> None:
    here, there = rig.discord.guilds
    source = Source()
    for guild in (here, there):
        source.offer(guild, "cat", "dog")
    async with syncing(rig, source):
        await told(rig, there, "cat", "dog")
        source.offer(here, "dog")
        await told(rig, here, "dog")
        source.take_away(here)
        await told(rig, here)
    async with syncing(rig, Source()):
        await told(rig, there)
        async for guilds in rig.looks(rig.store.told_guilds):
            if not guilds:
                break
    before = len(rig.calls("GET", COMMANDS))
    async with syncing(rig, Source()):
        await asyncio.sleep(0.05)
    assert len(rig.calls("GET", COMMANDS)) == before  # nobody has commands of ours any more


async def test_a_command_that_cannot_be_made_now_stays_as_discord_has_it(rig: Rig) -> None:
    here = rig.discord.guilds[0]
    source = Source()
    source.offer(here, "cat", "dog", "fox")
    async with syncing(rig, source):
        await told(rig, here, "cat", "dog", "fox")
        (cat,) = [each for each in rig.discord.registry.listed(here.id) if each.name == "cat"]
        source.offer(here, "dog", kept=["cat", "dog", "never-told"])
        await told(rig, here, "cat", "dog")
        assert cat.id in {each.id for each in rig.discord.registry.listed(here.id)}
        source.offer(here, kept=["cat", "dog"])
        await asyncio.sleep(0.05)
    assert names(rig, here) == {"cat", "dog"}
    assert len(rig.calls("PUT", COMMANDS)) == 2


async def test_of_more_new_commands_than_discord_takes_a_day_the_rest_waits_and_others_go_on(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    here = rig.discord.guilds[0]
    await rig.store.note_command_creates(here.id, 199)
    source = Source()
    source.offer(here, "cat", "dog")
    async with syncing(rig, source):
        await told(rig, here, "cat")
        async for creates in rig.looks(lambda: rig.store.command_creates(here.id)):
            if creates.count == 200:
                break
        source.offer(here, "cat", "dog", about="Another")
        await rig.discord.until(
            lambda: [each.description for each in rig.discord.registry.listed(here.id)] == ["Another"]
        )
    assert len(rig.calls("GET", COMMANDS)) == 2  # nobody looks again before the day is over
    (said,) = [each.getMessage() for each in caplog.records if "left out" in each.getMessage()]
    assert said.endswith(
        "does not have all of its own commands: Discord takes no new ones for now; left out: dog"
    )
    rig.discord.clock.move(86_401)
    async with syncing(rig, source):
        await told(rig, here, "cat", "dog")


async def test_what_discord_itself_does_not_take_today_keeps_no_command_from_going(rig: Rig) -> None:
    here = rig.discord.guilds[0]
    source = Source()
    source.offer(here, "cat", "dog")
    async with syncing(rig, source):
        await told(rig, here, "cat", "dog")
        spend_creates(rig, here.id)
        source.offer(here, "cat", "fox")
        await told(rig, here, "cat")
    assert rig.calls("PUT", COMMANDS) == [200, 429, 200]


@pytest.mark.parametrize("is_heard", [True, False])
async def test_a_guild_without_the_bot_has_its_commands_when_it_comes_back(
    rig: Rig, *, is_heard: bool
) -> None:
    here, there = rig.discord.guilds
    gone = rig.discord.world.add_guild("Gone", rig.discord.persons["administrator"].user, with_bot=False)
    rig.discord.throw_out(here)
    source = Source()
    for guild in (here, there):
        source.offer(guild, "cat")
    await rig.store.note_told_guild(gone.id, has_commands=True)
    async with syncing(rig, source, pauses=Backoff(60.0, 60.0) if is_heard else SHORT) as bot:
        await told(rig, there, "cat")
        await rig.discord.until(lambda: 403 in rig.calls("GET", COMMANDS))
        rig.discord.world.join(here, rig.discord.world.bot)
        for call in bot.client.on_join if is_heard else ():
            call(here.id)
        await told(rig, here, "cat")
    assert len(asked(rig, gone)) == 1  # there is nothing to bring it


@pytest.mark.parametrize(
    "fault", [Fault("PUT", ".*/guilds/.*", status=503), Fault("GET", ".*/guilds/.*", body=b"<html>")]
)
async def test_a_list_that_could_not_be_told_is_told_later(rig: Rig, fault: Fault) -> None:
    rig.discord.add_fault(fault)
    source = Source()
    source.offer(rig.discord.guilds[0], "cat")
    async with syncing(rig, source):
        await told(rig, rig.discord.guilds[0], "cat")


async def test_of_more_commands_than_a_guild_can_have_the_first_are_there_and_a_wrong_one_is_left_out(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = rig.discord.guilds
    source = Source()
    many = [f"c{number}" for number in range(101)]
    source.offer(here, *many)
    source.offer(there, "cat")
    source.own[there.id] = OwnCommands([*source.own[there.id].commands, command("dog", "x" * 101)])
    async with syncing(rig, source):
        await told(rig, here, *many[:100])
        await told(rig, there, "cat")
    said = [each.getMessage() for each in caplog.records if "left out" in each.getMessage()]
    refused = (
        f"Discord refuses /dog in guild {there.id}, which is left out: In 1.description: Must be between"
    )
    assert said[0] == f"Discord takes 100 commands in guild {here.id}; left out: /c100"
    assert said[1].startswith(refused)


async def test_a_bot_that_begins_to_lead_tells_what_the_one_before_it_may_not_have_told(rig: Rig) -> None:
    here = rig.discord.guilds[0]
    await rig.store.note_told_guild(rig.discord.guilds[1].id, has_commands=True)
    source = Source()
    source.offer(here, "cat")
    async with syncing(rig, source, leads=False) as bot:
        await asyncio.sleep(0.05)
        assert not rig.calls("GET", COMMANDS)
        bot.lead()
        await told(rig, here, "cat")
        await rig.discord.until(lambda: len(rig.calls("GET", COMMANDS)) == 2)
        rig.discord.registry.overwrite(here.id, [])
        await rig.store.note_told_guild(rig.discord.guilds[1].id, has_commands=True)
        bot.lead()
        await told(rig, here, "cat")
        await rig.discord.until(lambda: len(rig.calls("GET", COMMANDS)) == 4)


async def test_who_publishes_does_not_wait_for_the_round_over_all_guilds(rig: Rig) -> None:
    owner = rig.discord.persons["administrator"].user
    *many, late, new = (rig.discord.world.add_guild(f"Guild {number}", owner) for number in range(12))
    rig.discord.add_fault(Fault("GET", ".*/guilds/.*", delay_seconds=0.01, times=None))
    source = Source()
    for guild in (*many, late):
        source.offer(guild, "cat")
    async with syncing(rig, source):
        await rig.discord.until(lambda: len(rig.calls("PUT", COMMANDS)) == 2)
        unasked = [each for each in (*many, late) if not asked(rig, each)]
        source.offer(new, "dog")
        source.offer(unasked[0], "dog")
        await rig.discord.until(lambda: len(rig.calls("PUT", COMMANDS)) == 12)
    assert {*asked(rig, new), *asked(rig, unasked[0])} <= {2, 3, 4}
