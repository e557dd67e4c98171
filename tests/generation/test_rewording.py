"""A person's words on their way to the queue: asked for on a real socket, and never what a job is lost by."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.backoff import Backoff
from bot.bugs import reported
from bot.generation import PreparationWorker
from bot.generation.rewording import MAX_SHOWN, MOST_TRIES, HelpsWithWords, Rewriter
from bot.jobs.claim import Preparation
from bot.jobs.group import GroupKind, Membership
from bot.jobs.inputs import NewInput, PreparedInput
from bot.jobs.job import Job, Limits, NewJob, State
from bot.jobs.rewording import Reworded, Rewording
from bot.jobs.sqlite import SqliteStore
from bot.texts import Text, text
from bot.workflows.model_family import ModelFamily
from tests.generation.rig import eventually
from tests.generation.sample import job_with, new_job
from tests.wording.chat_stand_in import ChatStandIn, Fault, helped

SOON = Backoff(first_seconds=0.01, longest_seconds=0.01)
FOX = Rewording("prompt", "a fox", (("6", "text"), ("7", "text")), improve_for="tags")
GRAPH = {
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox", "clip": ["1", 0]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox"}},
}
UI = {"nodes": [{"widgets_values": ["a fox", 7]}, {"widgets_values": {"text": "a cat"}}]}
UI_PATHS = (("nodes", 0, "widgets_values", 0), ("nodes", 1, "widgets_values", "text"), ("nodes", 9, 0))
DECLINED = "I'm sorry, but I can't help with that."
IMPROVED = text("words-improved", option="prompt", typed="a fox")


@pytest.fixture
async def chat() -> AsyncGenerator[ChatStandIn]:
    async with ChatStandIn.running() as chat:
        yield chat


def _preparation(*rewordings: Rewording, **typed: str) -> Preparation:
    job = replace(
        job_with({}),
        preparations=1,
        values={"prompt": "a fox", "seed": "7"},
        typed=typed,
        rewordings=rewordings or (FOX,),
        notices=(text("inner"),),
    )
    return Preparation(job, "owner", (), graph=json.dumps(GRAPH), ui_graph=json.dumps(UI))


async def _reworded(chat: ChatStandIn, preparation: Preparation, *, seconds: float = 10.0) -> Reworded:
    async with helped(chat, timeout_seconds=seconds) as helper:
        return await Rewriter(helper, retry=SOON).reword(preparation)


def _told(reworded: Reworded) -> tuple[Text, ...]:
    """Less what was told before."""
    before, *others = reworded.notices
    assert before == text("inner")
    return (*others,)


def _own(preparation: Preparation, *notices: Text) -> Reworded:
    return Reworded(
        values=preparation.job.values,
        typed=preparation.job.typed,
        graph=json.dumps(GRAPH),
        ui_graph=json.dumps(UI),
        notices=(text("inner"), *notices),
    )


async def test_new_words_go_into_both_graphs_and_the_old_ones_are_kept(chat: ChatStandIn) -> None:
    reworded = await _reworded(chat, _preparation(replace(FOX, ui_paths=UI_PATHS)))
    graph, ui = json.loads(reworded.graph), json.loads(reworded.ui_graph or "")
    assert (reworded.values, reworded.typed) == (
        {"prompt": "a fox, better", "seed": "7"},
        {"prompt": "a fox"},
    )
    assert graph["6"]["inputs"] == {"text": "a fox, better", "clip": ["1", 0]}
    assert graph["7"]["inputs"] == {"text": "a fox, better"}
    assert ui == {"nodes": [{"widgets_values": ["a fox, better", 7]}, {"widgets_values": {"text": "a cat"}}]}
    assert _told(reworded) == (IMPROVED,)


async def test_what_was_typed_first_stays_what_was_typed(chat: ChatStandIn) -> None:
    preparation = _preparation(replace(FOX, aside="<lora:fur:1>"), prompt="a {fox|cat} <lora:fur>")
    reworded = await _reworded(chat, preparation)
    assert (reworded.values["prompt"], reworded.typed) == (
        "a fox, better <lora:fur:1>",
        {"prompt": "a {fox|cat} <lora:fur>"},
    )
    assert _told(reworded) == (text("words-improved", option="prompt", typed="a {fox|cat} <lora:fur>"),)


async def test_what_the_server_adds_is_added_to_the_new_words(chat: ChatStandIn) -> None:
    graph = {"6": {"inputs": {"text": "a fox, ink"}}, "7": {"inputs": {"text": "a fox, ink"}}}
    preparation = dataclasses.replace(
        _preparation(replace(FOX, added="ink"), prompt="a fox"), graph=json.dumps(graph)
    )
    reworded = await _reworded(chat, preparation)
    assert (reworded.values["prompt"], reworded.typed["prompt"]) == ("a fox, better, ink", "a fox")
    assert json.loads(reworded.graph)["7"]["inputs"]["text"] == "a fox, better, ink"


async def test_braces_of_the_helper_are_no_choices_when_its_words_are_typed_again(chat: ChatStandIn) -> None:
    chat.next.append("a {red|blue} fox")
    reworded = await _reworded(chat, _preparation(replace(FOX, offers_choices=True)))
    assert reworded.values["prompt"] == r"a \{red|blue} fox"
    assert json.loads(reworded.graph)["6"]["inputs"]["text"] == "a {red|blue} fox"


async def test_words_are_translated_before_they_are_improved(chat: ChatStandIn) -> None:
    chat.next.extend(["a red fox", "red fox, snow"])
    both = replace(FOX, words="红狐狸", translate=True)
    reworded = await _reworded(chat, _preparation(both))
    assert chat.words == ["红狐狸", "a red fox"]
    assert reworded.values["prompt"] == "red fox, snow"
    assert _told(reworded) == (text("words-translated-and-improved", option="prompt", typed="a fox"),)


async def test_what_is_english_already_is_improved_only(chat: ChatStandIn) -> None:
    reworded = await _reworded(chat, _preparation(replace(FOX, translate=True)))
    assert (chat.words, _told(reworded)) == (["a fox"], (IMPROVED,))


async def test_half_of_the_help_is_better_than_none(chat: ChatStandIn) -> None:
    chat.next.extend(["a red fox", DECLINED])
    reworded = await _reworded(chat, _preparation(replace(FOX, words="红狐狸", translate=True)))
    assert reworded.values["prompt"] == "a red fox"
    assert _told(reworded) == (
        text("words-translated", option="prompt", typed="a fox"),
        text("words-not-improved", option="prompt", problem=text("prompt-helper-refused")),
    )


@pytest.mark.parametrize(
    ("fault", "asked", "problem"),
    [
        (Fault.ERROR, 2, text("prompt-helper-away")),
        (Fault.BROKEN_OFF, 2, text("prompt-helper-away")),
        (Fault.HANG, 1, text("prompt-helper-timed-out", seconds=0.3)),
        (Fault.CUT, 1, text("prompt-helper-unreadable")),
        (Fault.HUGE, 1, text("prompt-helper-unreadable")),
        (Fault.DECLINED, 1, text("prompt-helper-refused")),
        (Fault.REDIRECT, 1, text("prompt-helper-unusable")),
    ],
)
async def test_whatever_the_helper_does_not_give_the_own_words_take_the_place_of(
    chat: ChatStandIn, fault: Fault, asked: int, problem: Text
) -> None:
    chat.always = fault
    preparation = _preparation()
    # what does come has the time to, on however busy a machine
    reworded = await _reworded(chat, preparation, seconds=0.3 if fault is Fault.HANG else 30.0)
    assert reworded == _own(preparation, text("words-not-improved", option="prompt", problem=problem))
    assert len(chat.asked) == asked


async def test_a_helper_that_is_away_for_a_moment_is_asked_a_second_time(chat: ChatStandIn) -> None:
    chat.next.append(Fault.BUSY)
    assert _told(await _reworded(chat, _preparation())) == (IMPROVED,)
    assert len(chat.asked) == 2


async def test_a_helper_that_changes_nothing_is_not_worth_a_word(chat: ChatStandIn) -> None:
    chat.next.append("a fox")
    preparation = _preparation()
    assert await _reworded(chat, preparation) == _own(preparation)


async def test_without_a_helper_the_own_words_run() -> None:
    preparation = _preparation(replace(FOX, translate=True))
    gone = text("prompt-helper-gone")
    assert await Rewriter(None).reword(preparation) == _own(
        preparation,
        text("words-not-translated", option="prompt", problem=gone),
        text("words-not-improved", option="prompt", problem=gone),
    )


async def test_words_that_end_the_process_each_time_are_not_asked_for_for_ever(chat: ChatStandIn) -> None:
    preparation = _preparation()
    often = dataclasses.replace(preparation, job=replace(preparation.job, preparations=MOST_TRIES + 1))
    reworded = await _reworded(chat, often)
    assert (chat.asked, reworded.values) == ([], preparation.job.values)


async def test_a_family_that_nobody_knows_any_more_gets_sentences(chat: ChatStandIn) -> None:
    await _reworded(chat, _preparation(replace(FOX, improve_for="of a later version")))
    assert "plain sentences" in chat.asked[0].instructions


async def test_a_long_text_is_quoted_in_one_short_line(chat: ChatStandIn) -> None:
    preparation = _preparation(FOX, prompt="a `fox`\n" * 100)
    (notice,) = _told(await _reworded(chat, preparation))
    typed = str(notice.arguments["typed"])
    assert typed.startswith("a `fox` a `fox`")
    assert len(typed) == MAX_SHOWN


async def test_no_words_and_no_key_are_logged(chat: ChatStandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    chat.always = Fault.ERROR
    await _reworded(chat, _preparation())
    told = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert told == [f"the words of job {job_with({}).id}: the prompt helper: HTTP 500"]


class Buggy:
    async def improve(self, words: str, family: ModelFamily) -> str:
        raise RuntimeError("nobody foresaw this")

    async def translate(self, words: str) -> str:
        raise RuntimeError("nobody foresaw this")


async def test_a_bug_while_asking_costs_the_better_words_and_not_the_job() -> None:
    before = reported()
    reworded = await Rewriter(Buggy()).reword(_preparation())
    (notice,) = _told(reworded)
    assert (reworded.values["prompt"], notice.id, reported()) == ("a fox", "words-not-improved", before + 1)


class NoFiles:
    async def prepare(self, new: NewInput) -> PreparedInput:
        raise AssertionError("there are none")


@asynccontextmanager
async def _working(store: SqliteStore, helper: HelpsWithWords) -> AsyncGenerator[None]:
    task = asyncio.create_task(PreparationWorker(store, NoFiles(), Rewriter(helper, retry=SOON)).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _submitted(store: SqliteStore, number: int = 1) -> Job:
    new = new_job(number, graph=GRAPH)
    return (await store.submit(replace(new, rewordings=(FOX,)), Limits())).job


async def _queued(store: SqliteStore, job_id: UUID) -> Job:
    async def is_queued() -> bool:
        found = await store.job(job_id)
        return found is not None and found.state is not State.PREPARING

    await eventually(is_queued)
    found = await store.job(job_id)
    assert found
    return found


async def test_a_job_is_queued_with_its_new_words(tmp_path: Path, chat: ChatStandIn) -> None:
    async with SqliteStore.open(tmp_path / "jobs.db") as store, helped(chat) as helper:
        job = await _submitted(store)
        async with _working(store, helper):
            queued = await _queued(store, job.id)
    assert queued == replace(
        job,
        state=State.QUEUED,
        preparations=1,
        values={"prompt": "a fox, better"},
        typed={"prompt": "a fox"},
        notices=(IMPROVED,),
        rewordings=(),
    )


def _group(count: int) -> list[NewJob]:
    """The same words several times."""
    first, *others = [replace(new_job(1, graph=GRAPH), rewordings=(FOX,)) for _ in range(count)]
    return [
        replace(each, group=Membership(first.id, GroupKind.REPEAT, number, count))
        for number, each in enumerate([first, *others], 1)
    ]


async def test_the_jobs_of_a_group_get_the_same_words_and_they_are_asked_for_once(
    tmp_path: Path, chat: ChatStandIn
) -> None:
    numbers = iter(range(100))
    chat.answer = lambda question: f"{question.words}, version {next(numbers)}"
    async with SqliteStore.open(tmp_path / "jobs.db") as store, helped(chat) as helper:
        group = _group(16)
        await store.submit_group(group, Limits())
        async with _working(store, helper):
            jobs = [await _queued(store, each.id) for each in group]
    assert [job.values["prompt"] for job in jobs] == ["a fox, version 0"] * 16
    assert chat.words == ["a fox"]


async def test_a_cancelled_job_of_a_group_leaves_the_asking_to_the_next(
    tmp_path: Path, chat: ChatStandIn
) -> None:
    chat.next.append(Fault.HANG)
    async with SqliteStore.open(tmp_path / "jobs.db") as store, helped(chat) as helper:
        first, second = _group(2)
        await store.submit_group([first, second], Limits())
        async with _working(store, helper):
            await eventually(lambda: chat.asked)
            await store.cancel(first.id, 7)
            assert (await _queued(store, second.id)).values == {"prompt": "a fox, better"}
            assert (await _queued(store, first.id)).state is State.CANCELLED


async def test_a_stop_while_asking_leaves_the_words_for_the_next_start(
    tmp_path: Path, chat: ChatStandIn
) -> None:
    chat.next.append(Fault.HANG)
    async with helped(chat) as helper:
        async with SqliteStore.open(tmp_path / "jobs.db") as store:
            job = await _submitted(store)
            async with _working(store, helper):
                await eventually(lambda: chat.asked)
            left = await store.job(job.id)
        assert left
        assert (left.state, left.rewordings) == (State.PREPARING, (FOX,))
        async with SqliteStore.open(tmp_path / "jobs.db") as store, _working(store, helper):
            assert (await _queued(store, job.id)).values == {"prompt": "a fox, better"}


async def test_a_cancel_while_asking_hangs_up(tmp_path: Path, chat: ChatStandIn) -> None:
    chat.next.append(Fault.HANG)
    async with (
        SqliteStore.open(tmp_path / "jobs.db") as store,
        helped(chat) as helper,
        _working(store, helper),
    ):
        job = await _submitted(store)
        await eventually(lambda: chat.asked)
        await store.cancel(job.id, 7)
        await eventually(lambda: chat.left)
        assert (await _queued(store, job.id)).state is State.CANCELLED


async def test_a_helper_that_hangs_holds_up_no_other_job(tmp_path: Path, chat: ChatStandIn) -> None:
    chat.next.extend([Fault.HANG] * 3)
    async with (
        SqliteStore.open(tmp_path / "jobs.db") as store,
        helped(chat) as helper,
        _working(store, helper),
    ):
        hanging = [await _submitted(store, number) for number in range(3)]
        await eventually(lambda: len(chat.asked) == 3)
        other = await _submitted(store, 4)
        assert (await _queued(store, other.id)).values == {"prompt": "a fox, better"}
        left = [await store.job(each.id) for each in hanging]
        assert [each and each.state for each in left] == [State.PREPARING] * 3
        chat.let_go()
