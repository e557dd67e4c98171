"""Two bots on one token, each with half of the servers: what falls to the dead one arrives through the other, once."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import psycopg
import pytest

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Channel, Message, Upload
from tests.end_to_end.fleet import Fleet, fleet_of
from tests.end_to_end.life import Life
from tests.end_to_end.rig import PLAIN, Rig
from tests.end_to_end.test_kill import RESULT, kill_at_discord


@dataclass(frozen=True, slots=True)
class Halves:
    fleet: Fleet
    lives: tuple[Life, Life]
    channels: tuple[Channel, Channel]
    """One on each shard."""

    @property
    def rig(self) -> Rig:
        return self.fleet.rig

    def results(self) -> list[int]:
        return [len(self.rig.results(channel)) for channel in self.channels]

    async def arrived(self, *expected: int) -> None:
        """Wait for so many results on each shard, and for statuses that say so."""
        await self.rig.until(lambda: self.results() == list(expected) and not self.moving())
        assert self.results() == list(expected)

    def moving(self) -> list[str]:
        """What statuses of jobs say that have not ended, as far as anybody can see."""
        messages = [each for channel in self.channels for each in channel.messages if each.author.bot]
        return [each.text for each in messages if "Cancel" in each.labels]

    async def die(self, number: int) -> None:
        """At once; and the others notice without the half minute that they would wait."""
        self.lives[number].kill()
        await self.lives[number].ended()
        with psycopg.connect(self.fleet.database, autocommit=True) as connection:
            connection.execute("UPDATE bots SET alive_until = 0 WHERE first_shard = %s", (number,))
            connection.execute("UPDATE turns SET until = 0")


@pytest.fixture
async def halves(rig: Rig, postgres_url: str) -> AsyncGenerator[Halves]:
    rig.discord.session_starts.max_concurrency = 2  # else the second waits five seconds for its turn
    async with fleet_of(rig, postgres_url) as fleet, AsyncExitStack() as stack:
        worker = await stack.enter_async_context(fleet.worker())
        await rig.until(lambda: "told what ComfyUI" in worker.log)
        lives = [await stack.enter_async_context(fleet.bot(f"{number}/2")) for number in (0, 1)]
        gateway = rig.discord.gateway
        await rig.until(lambda: gateway.shards == [(0, 2), (1, 2)] and rig.discord.commands)
        by_shard = {(guild.id >> 22) % 2: guild.channels["general"] for guild in rig.discord.guilds}
        yield Halves(fleet, (lives[0], lives[1]), (by_shard[0], by_shard[1]))


@asynccontextmanager
async def held(halves: Halves) -> AsyncGenerator[None]:
    """The next job runs until the block ends."""
    story = Story(hold=True)
    halves.rig.comfy.next_job(story)
    try:
        yield
    finally:
        story.release()


async def test_every_server_is_answered_by_one_bot_and_its_results_arrive_there(halves: Halves) -> None:
    rig = halves.rig
    for channel in (*halves.channels, rig.discord.member.direct):
        await rig.ask(f"/blank color:{channel.id % 200}", channel)
    await halves.arrived(1, 1)
    await rig.until(lambda: rig.results(rig.discord.member.direct))
    assert len(set(halves.fleet.prompts)) == 3
    assert rig.discord.session_starts.remaining == 998
    assert sum(" commands, synced" in life.log for life in halves.lives) == 1


async def test_what_a_dead_bot_had_to_show_is_shown_by_the_other_where_it_belongs(halves: Halves) -> None:
    rig = halves.rig
    async with held(halves):
        asked = await rig.ask("/blank color:1", halves.channels[1])
        await rig.until(lambda: rig.comfy.running_prompt and asked.response and asked.response.labels)
        await halves.die(1)
    await halves.arrived(0, 1)
    await rig.ask("/blank color:2", halves.channels[0])
    await halves.arrived(1, 1)


async def test_a_result_that_a_dead_bot_posted_without_saying_so_is_not_posted_again(
    halves: Halves,
) -> None:
    rig = halves.rig
    kill_at_discord(rig, halves.lives[1], [RESULT])
    await rig.ask("/blank color:1", halves.channels[1])
    assert await halves.lives[1].ended() < 0
    await halves.die(1)
    await halves.arrived(0, 1)
    assert len(halves.fleet.prompts) == 1


async def test_a_servers_own_command_is_told_once_by_the_bot_that_leads_and_taken_back_by_the_one_after_it(
    halves: Halves,
) -> None:
    rig, ada = halves.rig, halves.rig.discord.administrator

    async def do(channel: Channel, line: str, **options: object) -> Message:
        return await (await ada.slash(channel, line, options)).answered()

    def told(channel: Channel) -> list[str]:
        return [each.name for each in rig.discord.registry.listed(channel.guild_id)]

    graph = (PLAIN / "blank" / "workflow.json").read_bytes()
    for channel in halves.channels:
        await do(channel, "/settings set", key="workflow-adders", value="managers")
        preview = await do(channel, "/workflow add", file=Upload("plain.json", graph))
        await (await ada.click(preview, "Publish")).acknowledged()
        await rig.until(lambda channel=channel: told(channel) == ["plain"])
    await rig.ask("/plain", halves.channels[1])
    await halves.arrived(0, 1)
    leader = next(number for number, life in enumerate(halves.lives) if " commands, synced" in life.log)
    await halves.die(leader)
    survivor = halves.channels[1 - leader]
    await do(survivor, "/workflow disable name:plain")
    await rig.until(lambda: told(survivor) == [])
    sent = [each for each in rig.discord.requests if each.method == "PUT" and "/guilds/" in each.path]
    assert len(sent) == 3
