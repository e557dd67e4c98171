"""Runs hooks one after the other, in the order of their names: each within its time, and each bug the end of its job alone."""

import dataclasses
import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from bot.bugs import Bug, contained
from bot.errors import Refused
from bot.jobs.job import NewJob
from bot.jobs.rewording import Rewording
from bot.moderation.hooks.loading import Loaded
from bot.moderation.hooks.thread import HookThread
from bot.moderation.hooks.values import AfterRun, Asked, BeforePosting, BeforeSubmission, Graph, Made, Refusal
from bot.moderation.submission import Submission
from bot.texts import Text, closest_locale, text

log = logging.getLogger(__name__)

SUBMISSION_SECONDS = 5.0
"""For each hook. Somebody waits."""
RESULT_SECONDS = 30.0
MOST_WORDS = 500
"""Characters of what a hook tells people."""

T = TypeVar("T", Asked, Made)


class _TooSlow(Struct, frozen=True):
    """In place of an answer."""


class WrongAnswer(Exception):
    """A bug of a hook's: it gave back what it must not."""


class Hooks:
    def __init__(self, loaded: Sequence[Loaded], thread: HookThread, *, seconds: float | None = None) -> None:
        """``seconds``: for each hook, in place of what it has at each moment."""
        self._loaded = loaded
        self._thread = thread
        self._seconds = seconds

    @property
    def look_at_results(self) -> bool:
        return any(isinstance(each.hook, AfterRun | BeforePosting) for each in self._loaded)

    @property
    def want_files(self) -> bool:
        return any(isinstance(each.hook, BeforePosting) for each in self._loaded)

    async def before_submission(self, submission: Submission) -> Submission:
        """A :data:`bot.moderation.submission.Check`."""
        for name, hook in self._having(BeforeSubmission):
            asked = _asked(submission)
            found = await self._answer(name, SUBMISSION_SECONDS, asked, hook.before_submission)
            if isinstance(found, Text):
                raise Refused(found)
            changed = await contained(
                f"the answer of the hook {name}", _changed(submission.job, asked, found)
            )
            if isinstance(changed, Bug):
                raise Refused(text("hook-bug", hook=name, id=changed.id))
            submission = replace(submission, job=changed)
        return submission

    async def after_run(self, made: Made) -> Made | Text:
        """What the hooks make of it; a text: it is not to be shown, and why."""
        for name, hook in self._having(AfterRun):
            found = await self._answer(name, RESULT_SECONDS, made, hook.after_run)
            if isinstance(found, Text):
                return found
            made = _held_back(made, found)
        return made

    async def before_posting(self, made: Made) -> Made | Text:
        """As :meth:`after_run`."""
        for name, hook in self._having(BeforePosting):
            found = await self._answer(name, RESULT_SECONDS, made, hook.before_posting)
            if isinstance(found, Text):
                return found
            made = _held_back(made, found)
        return made

    def _having(self, protocol: type[Any]) -> list[tuple[str, Any]]:
        return [(each.name, each.hook) for each in self._loaded if isinstance(each.hook, protocol)]

    async def _answer(
        self, name: str, seconds: float, given: T, call: Callable[[T], Coroutine[Any, Any, T | Refusal]]
    ) -> T | Text:
        """What a hook gives back, or why the job goes no further."""
        where = f"the hook {name}"
        match await contained(where, self._in_time(given, call, self._seconds or seconds, where)):
            case Bug(id=bug_id):
                return text("hook-bug", hook=name, id=bug_id)
            case _TooSlow():
                log.warning("%s gave no answer within %g s", where, self._seconds or seconds)
                return text("hook-slow", hook=name)
            case Refusal(words=words):
                said = words if isinstance(words, str) else words.get(closest_locale(given.locale), "")
                return text("hook-refused", words=said[:MOST_WORDS] or name)
            case found:
                return found

    async def _in_time(
        self, given: T, call: Callable[[T], Coroutine[Any, Any, T | Refusal]], seconds: float, where: str
    ) -> T | Refusal | _TooSlow:
        try:
            found = await self._thread.result(call(given), seconds)
        except TimeoutError:
            return _TooSlow()
        if not isinstance(found, (type(given), Refusal)):
            raise WrongAnswer(f"{where} gave back {type(found).__name__}")
        return found


def _asked(submission: Submission) -> Asked:
    job = submission.job
    return Asked(
        workflow=job.command,
        person=submission.requester,
        channel=submission.channel,
        guild_id=job.place.guild_id,
        locale=job.place.user_locale,
        values=dict(job.values),
        graph=cast("Graph", json.loads(job.graph)),
        spoiler=job.spoiler,
    )


async def _changed(job: NewJob, asked: Asked, found: Asked) -> NewJob:
    """The job with what a hook may change."""
    spoiler, review = job.spoiler or found.spoiler, job.review or _reason(found.review)
    job = replace(job, spoiler=spoiler, review=review)
    if found.values != asked.values:
        job = replace(job, values={str(name): str(value) for name, value in found.values.items()})
    if found.graph != asked.graph:
        if _classes(found.graph) != _classes(asked.graph):
            raise WrongAnswer("it changed more of the graph than the inputs of nodes")
        rewordings = tuple(_with_words_of(found.graph, each) for each in job.rewordings)
        job = replace(job, graph=json.dumps(found.graph, ensure_ascii=False), rewordings=rewordings)
    return job


def _with_words_of(graph: Graph, rewording: Rewording) -> Rewording:
    """The prompt helper gets the words that the graph has now."""
    words = [graph[node_id]["inputs"][name] for node_id, name in rewording.targets]
    return replace(rewording, words=str(words[0])) if words else rewording


def _classes(graph: Graph) -> dict[str, object]:
    return {node_id: node["class_type"] for node_id, node in graph.items()}


def _held_back(made: Made, found: Made) -> Made:
    """A hook can only hold more back."""
    return dataclasses.replace(
        made, spoiler=made.spoiler or found.spoiler, review=made.review or found.review
    )


def _reason(words: str | None) -> Text | None:
    return None if words is None else text("review-why-hook", words=words[:MOST_WORDS])
