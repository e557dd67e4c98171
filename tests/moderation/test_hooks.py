"""Hooks of packages: found among what is installed, bounded in time, and never the end of more than a job."""

import asyncio
import dataclasses
import json
import sys
import time
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from bot.bugs import reported
from bot.errors import Refused, Unusable
from bot.jobs.rewording import Rewording
from bot.moderation.hooks import Asked, ChannelFacts, Made, MadeFile, MadeOutput, Refusal, Requester
from bot.moderation.hooks.loading import GROUP, Loaded, loaded_hooks
from bot.moderation.hooks.running import Hooks
from bot.moderation.hooks.thread import HookThread
from bot.moderation.submission import Submission
from bot.texts import Text, text
from bot.workflows import Workflow
from tests.generation.sample import new_job

PACKAGES = Path(__file__).with_name("hook_packages")
GRAPH = {"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox", "clip": ["1", 0]}}}
MADE = Made(UUID(int=1), "txt2img", {"prompt": "a fox"}, 1, 2, 3, "en-US", (MadeOutput("9", "a.png"),), ())
FOX = MadeFile("a.png", ".png", b"a picture of a fox")


class Before:
    """A hook of one moment."""

    def __init__(self, answer: Callable[[Asked], Coroutine[Any, Any, Any]]) -> None:
        self._answer = answer

    async def before_submission(self, asked: Asked) -> Asked | Refusal:
        return await self._answer(asked)


@pytest.fixture
def thread() -> Iterator[HookThread]:
    with HookThread() as thread:
        yield thread


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(PACKAGES), *sys.path])


def submission(prompt: str = "a fox") -> Submission:
    graph = json.dumps(GRAPH).replace("a fox", prompt)
    job = replace(new_job(), values={"prompt": prompt}, graph=graph, workflow="txt2img")
    return Submission(job, Workflow("txt2img", "", {}, (), {}, frozenset()), Requester(7), ChannelFacts(2))


def test_the_hooks_of_an_installed_package_are_found_and_logged(
    installed: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.moderation.hooks")
    assert [each.name for each in loaded_hooks()] == ["example"]
    assert caplog.messages == [
        "hook example of comfycord-example 1.0: before a submission, after a run, before posting"
    ]


async def test_a_submission_goes_on_as_hooks_change_it_or_is_refused_in_their_words(
    installed: None, thread: HookThread
) -> None:
    hooks = Hooks(loaded_hooks(), thread)
    job = (await hooks.before_submission(submission())).job
    assert (job.values, json.loads(job.graph)["6"]["inputs"]) == (
        {"prompt": "a fox, signed"},
        {"text": "a fox, signed", "clip": ["1", 0]},
    )
    dragon = (await hooks.before_submission(submission("a dragon"))).job
    assert dragon.review == text("review-why-hook", words="Dragons are looked at.")
    with pytest.raises(Refused) as refusal:
        await hooks.before_submission(submission("a villain"))
    assert refusal.value.message == text("hook-refused", words="No villains here.")


async def test_words_that_are_to_be_bettered_are_those_that_hooks_left(
    installed: None, thread: HookThread
) -> None:
    asked = submission()
    rewording = Rewording("prompt", "a fox", (("6", "text"),), translate=True)
    asked = replace(asked, job=replace(asked.job, rewordings=(rewording,)))
    job = (await Hooks(loaded_hooks(), thread).before_submission(asked)).job
    assert [each.words for each in job.rewordings] == ["a fox, signed"]


async def test_what_came_out_can_only_be_held_back_more(installed: None, thread: HookThread) -> None:
    hooks = Hooks(loaded_hooks(), thread)
    hidden = dataclasses.replace(MADE, spoiler=True)
    assert await hooks.after_run(hidden) == hidden
    two = dataclasses.replace(MADE, outputs=MADE.outputs * 2)
    assert await hooks.after_run(two) == dataclasses.replace(two, spoiler=True)
    assert await hooks.before_posting(dataclasses.replace(MADE, files=(FOX,))) == dataclasses.replace(
        MADE, files=(FOX,)
    )
    small = dataclasses.replace(FOX, content=b"tiny")
    assert await hooks.before_posting(dataclasses.replace(MADE, files=(small,))) == text(
        "hook-refused", words="A file is too small to be a picture."
    )


async def wrong_answer(asked: Asked) -> str:
    return asked.workflow


async def another_graph(asked: Asked) -> Asked:
    return dataclasses.replace(asked, graph={"6": {"class_type": "RunAnything", "inputs": {}}})


async def broken(asked: Asked) -> Asked:
    raise LookupError(asked.workflow)


@pytest.mark.parametrize("answer", [wrong_answer, another_graph, broken])
async def test_a_bug_of_a_hook_ends_its_job_with_an_id(
    answer: Callable[[Asked], Coroutine[Any, Any, Any]], thread: HookThread
) -> None:
    before = reported()
    with pytest.raises(Refused) as refusal:
        await Hooks([Loaded("odd", Before(answer))], thread).before_submission(submission())
    assert (refusal.value.message.id, reported()) == ("hook-bug", before + 1)


async def waiting(asked: Asked) -> Asked:
    await asyncio.sleep(60)
    return asked


async def blocking(asked: Asked) -> Asked:
    time.sleep(0.5)  # noqa: ASYNC251  # what is tried
    return asked


@pytest.mark.parametrize("answer", [waiting, blocking])
async def test_a_hook_that_gives_no_answer_in_time_ends_its_job_and_holds_up_nothing_else(
    answer: Callable[[Asked], Coroutine[Any, Any, Asked]], thread: HookThread
) -> None:
    hooks = Hooks([Loaded("slow", Before(answer))], thread, seconds=0.2)
    waits = asyncio.create_task(hooks.before_submission(submission()))
    turns = 0
    while not waits.done():
        await asyncio.sleep(0.005)
        turns += 1
    with pytest.raises(Refused) as refusal:
        await waits
    assert refusal.value.message == text("hook-slow", hook="slow")
    assert turns > 2


@contextmanager
def with_entry_point(folder: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    info = folder / "odd-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: odd\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nodd = {value}\n")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "path", [str(folder), *sys.path])
        yield


@pytest.mark.parametrize(
    ("value", "problem"), [("not_there:Hook", "hook-not-loaded"), ("builtins:object", "hook-without-moment")]
)
def test_the_bot_does_not_start_without_a_hook_that_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, problem: str
) -> None:
    with with_entry_point(tmp_path, value, monkeypatch), pytest.raises(Unusable) as unusable:
        loaded_hooks()
    (message,) = unusable.value.problems
    assert isinstance(message, Text)
    assert message.id == problem
