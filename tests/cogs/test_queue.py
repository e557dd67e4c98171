from msgspec.structs import replace

from bot.generation import Expected, Waiting
from bot.jobs.job import Position, Standing, State
from bot.jobs.rewording import Rewording
from cogs.queue import queue_list
from tests.delivery.rig import Rig
from tests.delivery.sample import job

RUNNING = Expected(Standing(job(), None), None)
WAITING = Expected(Standing(job(), Position(0)), 1_700_000_060.0)


def test_running_jobs_come_first_and_waiting_ones_have_a_number_and_a_time() -> None:
    assert queue_list([RUNNING, WAITING, replace(WAITING, starts_at=None)], "en-US") == (
        "**3 jobs**\n"
        "▶ **txt2img** · <@3> · `1a2b3c4d` · started <t:1700000010:R>\n"
        "`1` **txt2img** · <@3> · `1a2b3c4d` · starts <t:1700000060:R>\n"
        "`1` **txt2img** · <@3> · `1a2b3c4d`"
    )


def test_who_waits_is_told_behind_how_many_people() -> None:
    behind = replace(WAITING, standing=Standing(job(), Position(7, people_ahead=2, people=3)))
    lines = [queue_list([behind], locale).split("\n")[1] for locale in ("en", "zh-CN")]
    paused = replace(WAITING, standing=Standing(job(), Position(7, 2, 3, paused=True)))
    assert queue_list([paused], "en").split("\n")[1] == (
        "⏸ **txt2img** · <@3> · `1a2b3c4d` · this queue is paused"
    )
    assert lines == [
        "`8` **txt2img** · <@3> · `1a2b3c4d` · behind 2 of 3 people · starts <t:1700000060:R>",
        "`8` **txt2img** · <@3> · `1a2b3c4d` · 排在 3 人中的 2 人之后 · <t:1700000060:R>开始",
    ]


def test_a_job_that_waits_inside_comfyui_does_not_run_and_what_it_waits_for_is_told() -> None:
    taken = Expected(Standing(replace(job(), started_at=None), None), None)
    behind = replace(taken, waiting=Waiting(ahead_ours=1, ahead_others=2))
    lines = [queue_list([each], "en").split("\n")[1] for each in (taken, behind)]
    assert lines == [
        "⏳ **txt2img** · <@3> · `1a2b3c4d` · waits inside ComfyUI",
        (
            "⏳ **txt2img** · <@3> · `1a2b3c4d` · waits inside ComfyUI · behind one job of this bot · "
            "behind 2 jobs of others on this ComfyUI"
        ),
    ]
    assert (
        queue_list([behind], "zh-CN")
        .split("\n")[1]
        .endswith(
            "正在 ComfyUI 中等待 · 前面有本机器人的 1 个任务 · 这台 ComfyUI 上，前面还有别人的 2 个任务"
        )
    )


def test_a_job_whose_files_are_being_fetched_neither_runs_nor_has_a_place() -> None:
    preparing = replace(job(), state=State.PREPARING, started_at=None)
    lines = queue_list([Expected(Standing(preparing, None), None)], "en").split("\n")
    assert lines[1] == "⏳ **txt2img** · <@3> · `1a2b3c4d` · its files are being fetched"


def test_a_job_whose_words_are_bettered_says_so() -> None:
    words = (Rewording("prompt", "a fox", ()),)
    preparing = replace(job(), state=State.PREPARING, started_at=None, rewordings=words)
    lines = queue_list([Expected(Standing(preparing, None), None)], "en").split("\n")
    assert lines[1] == "⏳ **txt2img** · <@3> · `1a2b3c4d` · its words are being improved"


def test_a_long_queue_is_cut_and_says_how_much_is_missing() -> None:
    lines = queue_list([WAITING] * 15, "zh-CN", more=25).split("\n")
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
        first = min(await rig.open_jobs(), key=lambda each: each.created_at)
        here = await rig.discord.second.slash(rig.general, "/queue")
        answer = await here.answered()
    assert here.ephemeral
    assert answer.text.split("\n")[:2] == [
        "**One job**",
        f"`1` **txt2img** · <@{rig.discord.member.user.id}> · `{first.id.hex[:8]}`",
    ]


async def test_an_empty_queue_is_said_in_words(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.discord.member.slash(rig.general, "/queue")
        answer = await invocation.answered()
    assert answer.text == "Nothing is running and nobody is waiting."
