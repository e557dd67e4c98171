"""A job is written down, then answered with its status; whatever happens to the answer, the job stays."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.delivery.worker import OTHERS_FIRST_SECONDS
from bot.jobs.job import MessageRef
from bot.sandbox.discord import Fault, NotAcknowledged
from bot.sandbox.discord.command_line import parse
from bot.sandbox.discord.interaction import CallbackType
from tests.delivery.generation import picture
from tests.delivery.rig import Rig

ANY_CALLBACK = "/interactions/.*/callback"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
EDIT = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
HTML = {"Content-Type": "text/html"}

LOST = {
    "dropped before": [Fault("POST", ANY_CALLBACK, drop="before")],
    "dropped after": [Fault("POST", ANY_CALLBACK, drop="after")],
    "dropped after, then before": [
        Fault("POST", ANY_CALLBACK, drop="after"),
        Fault("POST", ANY_CALLBACK, drop="before", times=2),
    ],
    "a bad gateway": [Fault("POST", ANY_CALLBACK, status=502)],
    "a page": [Fault("POST", ANY_CALLBACK, body=b"<html>", headers=HTML)],
    "a page in its place": [Fault("POST", ANY_CALLBACK, status=200, body=b"<html>", headers=HTML)],
    "cut JSON": [Fault("POST", ANY_CALLBACK, body=b'{"interaction": {"id": "1')],
    "other JSON": [Fault("POST", ANY_CALLBACK, body=b'{"interaction": [], "resource": 7}')],
    "limited, and not for how long": [Fault("POST", ANY_CALLBACK, status=429, body=b"{}")],
}


@contextmanager
def locked(database: Path) -> Generator[None]:
    """Another program writes: nothing can be committed."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def public(rig: Rig) -> list[str]:
    """What everybody reads in the channel."""
    return [each.text for each in rig.general.messages if not each.ephemeral and not each.deleted]


async def test_the_answer_is_the_status_itself_and_tells_its_message(rig: Rig) -> None:
    rig.discord.add_fault(Fault("PATCH", "/webhooks/.*", status=503, times=None))
    async with rig.bot():
        invocation = await rig.paint()
        assert invocation.interaction.answer is CallbackType.MESSAGE
        assert "next in line" in invocation.versions[0].text
        assert not invocation.ephemeral
        assert invocation.response is not None
        shown = MessageRef(rig.general.id, invocation.response.id)
        await rig.eventually(lambda jobs: [each.status_message for each in jobs] == [shown])
    assert rig.calls("POST", CALLBACK) == [200]


@pytest.mark.parametrize("faults", LOST.values(), ids=LOST)
async def test_whatever_becomes_of_the_answer_the_job_stays_and_its_status_is_found_again(
    rig: Rig, faults: list[Fault]
) -> None:
    async with rig.bot():
        for fault in faults:
            rig.discord.add_fault(fault)
        invocation = await rig.paint()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
        await rig.discord.until(lambda: "Done in" in invocation.versions[-1].text)
    assert len(rig.results()) == 1


async def test_where_another_process_answered_the_job_stays_and_no_second_answer_is_given(rig: Rig) -> None:
    async with rig.bot():
        rig.discord.add_fault(Fault("POST", ANY_CALLBACK, status=400, code=40060))
        invocation = await rig.discord.member.slash(rig.general, "/txt2img prompt:fox")
        await rig.eventually(lambda jobs: len(jobs) == 1)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        # the other process is left to show it for a while, and does not
        await rig.discord.until(lambda: rig.discord.clock.move(OTHERS_FIRST_SECONDS) or rig.results())
    assert invocation.versions == ()
    assert len([each for each in rig.discord.requests if each.route == CALLBACK]) == 1


async def test_a_job_whose_answer_came_too_late_is_done_and_posted(rig: Rig) -> None:
    async with rig.bot():
        rig.discord.add_fault(Fault("POST", ANY_CALLBACK, drop="before", times=None))
        invocation = await rig.discord.member.slash(rig.general, "/txt2img prompt:fox")
        await rig.discord.until(lambda: len(rig.calls("POST", CALLBACK)) == 5)
        rig.discord.clock.move(3)
        with pytest.raises(NotAcknowledged):
            await invocation.acknowledged()
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        assert f"<@{rig.discord.member.user.id}>" in (await rig.result()).text


async def test_an_end_that_overtakes_the_answer_is_what_the_status_says_last(rig: Rig) -> None:
    async with rig.bot():
        slow = rig.discord.add_fault(Fault("POST", ANY_CALLBACK, delay_seconds=0.5))
        invocation = await rig.discord.member.slash(rig.general, "/txt2img prompt:fox")
        await rig.discord.until(lambda: slow.hits)
        job = await rig.claimed()
        await rig.worker.finish(job, picture())
        await rig.delivered(job)
        assert "Done in" in invocation.versions[-1].text


async def test_where_the_commit_takes_long_an_answer_is_announced_and_the_status_comes_in_its_place(
    rig: Rig, tmp_path: Path
) -> None:
    async with rig.bot():
        with locked(tmp_path / "bot.db"):
            invocation = await rig.discord.member.slash(rig.general, "/txt2img prompt:fox")
            await invocation.acknowledged()
        answer = await invocation.answered()
        await rig.eventually(
            lambda jobs: [each.status_message for each in jobs] == [MessageRef(rig.general.id, answer.id)]
        )
    assert invocation.interaction.answer is CallbackType.DEFERRED_MESSAGE
    assert "next in line" in answer.text


async def test_a_refusal_after_an_announcement_takes_that_back_and_is_told_privately(
    impatient: Rig, tmp_path: Path
) -> None:
    rig = impatient
    async with rig.bot():
        with locked(tmp_path / "bot.db"):
            invocation = await rig.discord.member.slash(rig.general, "/txt2img prompt:fox steps:7")
            await rig.discord.until(lambda: invocation.follow_ups, 20)
    (told,) = invocation.follow_ups
    assert told.ephemeral
    assert "is being used by another program" in told.text
    assert "/txt2img prompt:fox steps:7" in told.text
    assert public(rig) == []


def copied(answer: str) -> str:
    """What stands in the block of code."""
    return answer.split("```")[1].strip()


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("en-US", "/txt2img prompt:a `red` fox, 1:2 steps:7 cfg:6.5 seed:42"),
        ("zh-CN", "/文生图 提示词:雪地里的 红狐狸 步数:7 引导系数:6.5"),
        ("ja", "/txt2img prompt:a red fox steps:7"),
    ],
)
async def test_a_refusal_is_private_and_holds_the_whole_command_in_the_names_that_the_person_sees(
    rig: Rig, locale: str, line: str
) -> None:
    rig.discord.member.locale = locale
    async with rig.bot():
        typed = parse(line, rig.discord.commands)
        rig.generation.offer({})
        invocation = await rig.discord.member.slash(rig.general, line)
        answer = await invocation.answered()
    assert invocation.ephemeral
    assert copied(answer.text) == line
    assert parse(copied(answer.text), [typed.command]) == typed
    assert public(rig) == []


async def test_a_refused_command_that_is_too_long_for_a_message_is_a_file(rig: Rig) -> None:
    line = f"/txt2img prompt:{'a red fox ' * 300}".strip()
    async with rig.bot():
        rig.generation.offer({})
        answer = await (await rig.discord.member.slash(rig.general, line)).answered()
    (file,) = answer.attachments
    assert (file.filename, file.content.decode()) == ("command.txt", line)


async def test_a_command_that_is_no_longer_known_is_given_back_too(rig: Rig) -> None:
    options = [
        {"name": "prompt", "type": 3, "description": "x"},
        {"name": "hd", "type": 5, "description": "x"},
    ]
    async with rig.bot():
        rig.discord.registry.create(
            None, {"name": "stray", "type": 1, "description": "of an older version", "options": options}
        )
        answer = await (await rig.discord.member.slash(rig.general, "/stray prompt:a fox hd:True")).answered()
    assert copied(answer.text) == "/stray prompt:a fox hd:True"


async def test_a_bug_in_a_suggestion_is_reported_and_suggests_nothing(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    async with rig.bot() as bot:
        rig.generation.offer_list("checkpoint", [f"model-{number}" for number in range(40)])
        await bot.sync.sync()
        rig.generation.offer_list("checkpoint", [7] * 40)  # pyright: ignore[reportArgumentType]  # the bug
        choices = await rig.discord.member.autocomplete(
            rig.general, "/txt2img prompt:fox", "checkpoint", "model"
        )
    assert choices == ()
    assert [each.name for each in caplog.records if each.levelname == "ERROR"] == ["bot.bugs"]
