"""What becomes of a job because of its words: of each text option, as it came out of choices, wildcards and presets."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.comfy.dynamic_prompts import kept
from bot.errors import Refused
from bot.jobs.job import Job
from bot.jobs.rewording import Reworded
from bot.jobs.word_rule import WordAction, WordRule
from bot.moderation.submission import Submission
from bot.moderation.words.book import Rules, WordBook, found
from bot.texts import Text, text
from bot.workflows import OptionKind
from bot.workflows.additions import negates, without_added


class _Said(Struct, frozen=True):
    option: str
    words: str


class Verdict(Struct, frozen=True):
    """Of words that are not refused."""

    spoiler: bool = False
    review: Text | None = None
    """Why."""


NOTHING: Final = Verdict()


class WordJudge:
    """Every method may raise ``StoreUnavailable``."""

    def __init__(self, book: WordBook) -> None:
        self._book = book

    async def check(self, submission: Submission) -> Submission:
        """A :data:`bot.moderation.submission.Check`."""
        job = submission.job
        verdict = await self._of(job.place.guild_id, lambda: _said(submission))
        if verdict == NOTHING:
            return submission
        spoiler, review = job.spoiler or verdict.spoiler, job.review or verdict.review
        return replace(submission, job=replace(job, spoiler=spoiler, review=review))

    async def reworded(self, job: Job, reworded: Reworded) -> Reworded:
        """With what follows from words that a helper wrote.

        Raises:
            Refused: it may not be made.
        """
        new = [_Said(each.option, _own(reworded.values[each.option], each.added)) for each in job.rewordings]
        try:
            verdict = await self._of(job.place.guild_id, lambda: new)
        except Refused as error:
            raise Refused(text("words-refused-reworded", why=error.message)) from error
        return replace(reworded, spoiler=verdict.spoiler, review=verdict.review)

    async def _of(self, guild_id: int | None, what: Callable[[], Sequence[_Said]]) -> Verdict:
        """``what`` was said: asked only where there are rules."""
        rules = await self._book.of(guild_id)
        said = what() if rules else ()
        return await asyncio.to_thread(_judged, rules, said) if said else NOTHING


def _said(submission: Submission) -> Sequence[_Said]:
    """What the person said, and what they typed where choices were made of it: everybody sees both.

    What the workflow says by itself is its author's, and what the guild adds is its moderators'.
    """
    values, typed = submission.job.values, submission.job.typed
    said: list[_Said] = []
    for option in submission.workflow.options:
        own = _own(values.get(option.name, ""), submission.added.get(option.name, ""))
        if option.kind is OptionKind.TEXT and own != (option.default or ""):
            both = dict.fromkeys((own, typed.get(option.name, "")))
            said += [_Said(option.name, words) for words in both if words.strip()]
    return said


def _own(words: str, added: str) -> str:
    """``added``: as it is in the graph; among choices people read it with backslashes."""
    return without_added(without_added(words, added), kept(added))


def _judged(rules: Rules, said: Iterable[_Said]) -> Verdict:
    """
    Raises:
        Refused: a rule says so.
    """  # noqa: D205, D212  # all that it does
    verdict = NOTHING
    for each in said:
        for rule in found(rules, each.words, is_negative=negates(each.option)):
            verdict = _with(verdict, rule, each.option)
    return verdict


def _with(verdict: Verdict, rule: WordRule, option: str) -> Verdict:
    match rule.action:
        case WordAction.REFUSE:
            raise Refused(text("words-refused", rule=rule.name, option=option))
        case WordAction.REVIEW:
            return replace(verdict, review=verdict.review or text("review-why-words", rule=rule.name))
        case WordAction.SPOILER:
            return replace(verdict, spoiler=True)
