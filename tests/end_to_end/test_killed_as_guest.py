"""The bot is killed where it is a guest: nobody but the reader sees what came of an edit, and yet nothing is shown twice."""

import re
from collections.abc import Callable

import pytest

from bot.sandbox.comfyui import Story
from bot.sandbox.discord import Channel, Fault, Invocation
from bot.sandbox.discord.wire import Exchange
from tests.end_to_end.life import Life
from tests.end_to_end.rig import Rig

EDIT = ("PATCH", r"/webhooks/\d+/[^/]+/messages/@original")
POST = ("POST", r"/channels/\d+/messages")


def abroad(rig: Rig) -> Channel:
    rig.discord.world.open_to_guests()
    rig.discord.member.has_installed = True
    return rig.discord.guilds[-1].channels["general"]


def kill_when(rig: Rig, life: Life, is_so: Callable[[Exchange], bool]) -> None:
    """The bot dies once Discord carried out (or refused) that, before it hears of it."""

    def look(exchange: Exchange) -> None:
        if is_so(exchange):
            life.kill()

    rig.on_exchange.append(look)


def is_call(exchange: Exchange, call: tuple[str, str]) -> bool:
    return exchange.method == call[0] and re.fullmatch(call[1], exchange.path) is not None


async def asked(rig: Rig, channel: Channel) -> tuple[Invocation, Story]:
    """A command whose job runs, and ends when the story goes on."""
    story = Story(hold=True)
    rig.comfy.next_job(story)
    invocation = await rig.ask(channel=channel)
    await rig.until(lambda: rig.comfy.running_prompt)
    return invocation, story


async def shown_in_end(rig: Rig) -> None:
    """Start it again, and wait until it has told the end of its job."""
    rig.on_exchange.clear()
    rig.discord.faults.clear()
    async with rig.bot() as second:
        await rig.until(lambda: "result posted as message" in second.log)
    assert len(rig.prompts) == 1


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "carried out"])
async def test_killed_while_the_answer_became_the_result_it_shows_it_there_once(
    rig: Rig, *, refused: bool
) -> None:
    channel = abroad(rig)
    async with rig.bot() as first:
        await rig.ready()
        _, story = await asked(rig, channel)
        if refused:
            rig.discord.add_fault(Fault(*EDIT, drop="before", times=None))
            kill_when(rig, first, lambda exchange: bool(rig.comfy.history) and is_call(exchange, EDIT))
        else:
            kill_when(rig, first, lambda _: bool(rig.results(channel)))
        story.release()
        assert await first.ended() < 0
    await shown_in_end(rig)
    assert len(rig.results(channel)) == 1
    assert rig.discord.member.direct.messages == []


async def test_killed_there_and_started_after_the_token_ended_it_sends_a_word_and_no_second_result(
    rig: Rig,
) -> None:
    channel = abroad(rig)
    async with rig.bot() as first:
        await rig.ready()
        _, story = await asked(rig, channel)
        kill_when(rig, first, lambda _: bool(rig.results(channel)))
        story.release()
        assert await first.ended() < 0
    rig.discord.interactions.token_seconds = 0
    await shown_in_end(rig)
    (word,) = rig.discord.member.direct.messages
    assert (len(rig.results(channel)), word.attachments) == (1, ())
    assert "gives you the files" in word.text


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "carried out"])
async def test_killed_while_it_sends_the_result_directly_it_sends_it_once(rig: Rig, *, refused: bool) -> None:
    channel = abroad(rig)
    async with rig.bot() as first:
        await rig.ready()
        _, story = await asked(rig, channel)
        rig.discord.interactions.token_seconds = 0
        if refused:
            rig.discord.add_fault(Fault(*POST, drop="before", times=None))
        kill_when(rig, first, lambda exchange: is_call(exchange, POST))
        story.release()
        assert await first.ended() < 0
    await shown_in_end(rig)
    (result,) = rig.discord.member.direct.messages
    assert (len(result.attachments), rig.results(channel)) == (1, [])
