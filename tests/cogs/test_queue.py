from dataclasses import replace

from bot.generation import Expected
from bot.jobs.job import Position, Standing
from cogs.queue import queue_list
from tests.delivery.rig import Rig
from tests.delivery.sample import job

RUNNING = Expected(Standing(job(), None), None)
WAITING = Expected(Standing(job(), Position(0)), 1_700_000_060.0)


def test_running_jobs_come_first_and_waiting_ones_have_a_number_and_a_time() -> None:
    assert queue_list([RUNNING, WAITING, replace(WAITING, starts_at=None)], "en-US") == (
        "**3 jobs**\n"
        "▶ **txt2img** · <@3> · started <t:1700000010:R>\n"
        "`1` **txt2img** · <@3> · starts <t:1700000060:R>\n"
        "`1` **txt2img** · <@3>"
    )


def test_a_long_queue_is_cut_and_says_how_much_is_missing() -> None:
    lines = queue_list([WAITING] * 40, "zh-CN").split("\n")
    assert (lines[0], lines[-1], len(lines)) == ("**共 40 个任务**", "-# 另有 25 个", 17)


def test_nobody_answering_is_told_once() -> None:
    lines = queue_list([replace(WAITING, starts_at=None, servers_away=True)] * 3, "en").split("\n")
    assert lines[-1].startswith("-# ComfyUI does not answer at the moment")
    assert len(lines) == 5


async def test_the_queue_of_this_guild_is_shown_to_whoever_asks_and_nobody_else(rig: Rig) -> None:
    elsewhere = rig.discord.guilds[1].channels["general"]
    async with rig.bot():
        await rig.paint("/txt2img prompt:here")
        await rig.paint("/txt2img prompt:elsewhere", channel=elsewhere)
        here = await rig.discord.second.slash(rig.general, "/queue")
        answer = await here.answered()
    assert here.ephemeral
    assert answer.text.split("\n")[:2] == [
        "**One job**",
        f"`1` **txt2img** · <@{rig.discord.member.user.id}>",
    ]


async def test_an_empty_queue_is_said_in_words(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.discord.member.slash(rig.general, "/queue")
        answer = await invocation.answered()
    assert answer.text == "Nothing is running and nobody is waiting."
