from collections.abc import Sequence
from typing import Any

import pytest

from bot.delivery.status_layout import (
    Broken,
    Fetching,
    Finished,
    Queued,
    Running,
    Starting,
    Status,
    Stopped,
    Subject,
    status_layout,
)
from bot.generation import Waiting
from bot.jobs.inputs import InputKind
from bot.texts import Text, text
from tests.delivery.sample import JOB_ID

ENGLISH = Subject(JOB_ID, "txt2img", "a *red* fox", "en-US")
CHINESE = Subject(JOB_ID, "txt2img", "雪里的狐狸", "zh-CN")
HEAD = "**txt2img**\n> a \\*red\\* fox\n"
RUNNING = Running(46, "KSampler", 9, 20, 1_700_000_000.0, 1_700_000_030.0)


def components(
    status: Status, subject: Subject = ENGLISH, notices: Sequence[Text] = ()
) -> list[dict[str, Any]]:
    (card,) = status_layout(subject, status, notices).to_components()
    return list(card["components"])  # pyright: ignore[reportTypedDictNotRequiredAccess, reportGeneralTypeIssues]  # a container


def words(status: Status, subject: Subject = ENGLISH) -> str:
    return components(status, subject)[0]["content"]


async def test_a_queued_job_says_how_many_are_ahead_and_when_it_starts() -> None:
    assert words(Queued(2, 1_700_000_000)) == (f"{HEAD}Waiting – 2 jobs ahead\n-# starts <t:1700000000:R>")
    assert words(Queued(0, None)) == f"{HEAD}Waiting – next in line"
    behind = Queued(7, None, people_ahead=2, people=3)
    assert words(behind) == f"{HEAD}Waiting – 7 jobs ahead\n-# behind 2 of 3 people"
    alone = Queued(1, 1_700_000_000, people_ahead=1, people=1)
    assert words(alone).endswith("one job ahead\n-# behind one other person · starts <t:1700000000:R>")


async def test_a_job_whose_files_are_fetched_says_what_is_fetched() -> None:
    said = {
        (InputKind.IMAGE,): "Fetching your picture …",
        (InputKind.MASK,): "Fetching your picture …",
        (InputKind.VIDEO,): "Fetching your video …",
        (InputKind.AUDIO,): "Fetching your sound …",
        (InputKind.FILE,): "Fetching your file …",
        (InputKind.IMAGE, InputKind.AUDIO): "Fetching your files …",
    }
    assert words(Fetching((InputKind.FILE,), again=True)) == (
        f"{HEAD}Fetching your file …\n-# It could not be had at first, so it is tried again."
    )
    assert {kinds: words(Fetching(kinds)) for kinds in said} == {
        kinds: f"{HEAD}{line}" for kinds, line in said.items()
    }
    assert words(Fetching((InputKind.IMAGE,)), CHINESE).endswith("正在获取你的图片……")


async def test_a_job_whose_words_are_bettered_says_so_before_its_files_are_fetched() -> None:
    status = Fetching((InputKind.IMAGE,), again=True, words=True)
    assert words(status) == f"{HEAD}Asking the prompt helper for better words …"
    assert words(status, CHINESE).endswith("正在请提示词助手处理文字……")
    assert components(status)[-1]["type"] == 1


@pytest.mark.parametrize("status", [Queued(0, None, overlay="o.jpg"), Starting(overlay="o.jpg")])
async def test_the_mask_over_the_picture_is_shown_while_the_job_waits(status: Status) -> None:
    gallery = components(status)[1]
    assert gallery["items"][0]["media"]["url"] == "attachment://o.jpg"
    assert gallery["items"][0]["description"] == "Your picture; the striped part is what will change"


async def test_notices_are_shown_while_the_job_is_open_and_not_after_it() -> None:
    notices = (text("queue-empty"), text("queue-preparing"))
    for status in (Fetching((InputKind.IMAGE,)), Queued(0, None), Starting(), RUNNING):
        assert components(status, notices=notices)[0]["content"].endswith(
            "-# Nothing is running and nobody is waiting.\n-# its files are being fetched"
        )
    assert components(Finished(9, None), notices=notices) == components(Finished(9, None))


async def test_a_queued_job_says_when_no_server_answers() -> None:
    assert words(Queued(0, None, servers_away=True)) == (
        f"{HEAD}Waiting – next in line\n"
        "-# ComfyUI does not answer at the moment; this goes on as soon as it is back."
    )


async def test_a_queued_job_says_what_no_server_has() -> None:
    assert words(Queued(0, None, lacking=("Old_Node", "b.safetensors"))) == (
        f"{HEAD}Waiting – next in line\n"
        "-# No ComfyUI here has Old\\_Node, b.safetensors at the moment. "
        "Whoever runs it can install that; then this goes on."
    )


async def test_a_running_job_shows_bar_node_step_and_times() -> None:
    assert words(RUNNING) == (
        f"{HEAD}`█████████░░░░░░░░░░░` 46 %\n"
        "KSampler · step 9 of 20\n"
        "-# started <t:1700000000:R> · ready <t:1700000030:R>"
    )


async def test_a_running_job_reads_chinese_in_a_chinese_guild() -> None:
    assert words(RUNNING, CHINESE) == (
        "**txt2img**\n> 雪里的狐狸\n`█████████░░░░░░░░░░░` 46 %\n"
        "KSampler · 第 9 步，共 20 步\n"
        "-# <t:1700000000:R>开始 · 预计<t:1700000030:R>完成"
    )


async def test_what_can_still_be_cancelled_has_a_button_and_what_has_ended_has_none() -> None:
    still_open: list[Status] = [Fetching((InputKind.IMAGE,)), Queued(0, None), Starting(), RUNNING]
    ended: list[Status] = [Finished(9, None), Broken(text("failed-interrupted")), Stopped(1)]
    assert [components(status)[-1]["type"] for status in still_open] == [1, 1, 1, 1]
    assert [len(components(status)) for status in ended] == [1, 1, 1]
    assert components(RUNNING)[1]["components"][0]["custom_id"] == f"comfycord:cancel:{JOB_ID.hex}"


async def test_a_preview_is_shown_between_the_words_and_the_button() -> None:
    with_preview = Running(46, None, None, None, 1_700_000_000.0, None, preview="preview.jpg")
    gallery = components(with_preview)[1]
    assert gallery["type"] == 12
    assert gallery["items"][0]["media"]["url"] == "attachment://preview.jpg"
    assert gallery["items"][0]["description"] == "How it looks so far"


async def test_the_end_is_one_line_with_a_link_or_a_reason() -> None:
    link = "https://discord.com/channels/1/2/3"
    assert words(Finished(14.2, link)) == f"{HEAD}Done in 14 s · [Show the result]({link})"
    assert words(Broken(text("failed-out-of-memory", node="VAE Decode"))) == (
        f"{HEAD}**Failed**\nThe GPU ran out of memory in “VAE Decode”. "
        "Try a smaller size, or fewer pictures at once."
    )
    assert words(Stopped(77)) == f"{HEAD}Cancelled by <@77>"
    assert words(Stopped(None)) == f"{HEAD}Cancelled"


async def test_a_notice_is_told_while_the_job_runs() -> None:
    assert words(Starting(text("notice-again", attempt=2, most=3))).endswith(
        "-# ComfyUI lost the job, perhaps because it was restarted. Trying again (2 of 3)."
    )


async def test_a_prompt_that_waits_inside_comfyui_says_for_whom() -> None:
    behind = Starting(waiting=Waiting(ahead_ours=1, ahead_others=2), starts_at=1_700_000_000)
    assert words(behind) == (
        f"{HEAD}Waiting inside ComfyUI, place 4\n"
        "-# behind 2 jobs of others on this ComfyUI\n"
        "-# starts <t:1700000000:R>"
    )
    assert words(Starting(waiting=Waiting(1, 0))) == f"{HEAD}Waiting inside ComfyUI, place 2"
    assert words(Starting(waiting=Waiting(0, 0))) == f"{HEAD}Handed to ComfyUI, starting …"
