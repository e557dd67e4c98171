"""Makes of a person's words better ones, or English ones, before their job is queued. A job is never lost by it.

Whatever the prompt helper does not give, the person's own words take the place of, and a notice says so.
"""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeAlias, cast
from uuid import UUID

from msgspec import Struct, field

from bot.backoff import Backoff
from bot.bugs import Bug, contained
from bot.comfy.dynamic_prompts import kept
from bot.jobs.claim import Preparation
from bot.jobs.rewording import Reworded, Rewording, UiPath
from bot.texts import DEFAULT_LOCALE, Text, rendered, text
from bot.wording import WordingError
from bot.workflows.additions import with_added
from bot.workflows.model_family import ModelFamily

log = logging.getLogger(__name__)

RETRY = Backoff(first_seconds=1.0, longest_seconds=1.0)
"""Before the second and last time that a helper is asked which is only away for a moment."""
MOST_TRIES = 3
"""After so many processes that ended while they asked, the person's own words are good enough."""
MAX_SHOWN = 150
MOST_SHARED = 256
"""So many words of groups are remembered: those of groups that are being made ready, and some more."""


class HelpsWithWords(Protocol):
    """What :class:`bot.wording.PromptHelper` does."""

    async def improve(self, words: str, family: ModelFamily) -> str: ...

    async def translate(self, words: str) -> str: ...


class NewWords(Struct, frozen=True):
    """What came of one option's words; the same words, where nothing did."""

    words: str
    notices: tuple[Text, ...]


class _Shared(Struct):
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    found: NewWords | None = None


_GroupsWords: TypeAlias = tuple[UUID, str, str]
"""A group, an option, and the words that it has in some of the group's jobs."""


class Rewriter:
    def __init__(self, helper: HelpsWithWords | None, *, retry: Backoff = RETRY) -> None:
        """``helper``: None where the operator has none (any more)."""
        self._helper = helper
        self._retry = retry
        self._of_groups: OrderedDict[_GroupsWords, _Shared] = OrderedDict()

    async def reword(self, preparation: Preparation) -> Reworded:
        """Ask for all that is to be done to the job's words. Never fails, and asks no longer than the helper may take."""
        new = [await self._as_in_its_group(each, preparation) for each in preparation.job.rewordings]
        return await asyncio.to_thread(rewritten, preparation, new)

    async def _as_in_its_group(self, rewording: Rewording, preparation: Preparation) -> NewWords:
        """Jobs that were asked for as one have the same new words, and the helper is asked for them once."""
        group = preparation.job.group
        if group is None:
            return await self._one(rewording, preparation)
        key = (group.group_id, rewording.option, rewording.words)
        shared = self._of_groups.setdefault(key, _Shared())
        self._of_groups.move_to_end(key)
        if len(self._of_groups) > MOST_SHARED:
            self._of_groups.popitem(last=False)
        async with shared.turn:  # if the first one is cancelled, the next one asks
            if shared.found is None:
                shared.found = await self._one(rewording, preparation)
        return shared.found

    async def _one(self, rewording: Rewording, preparation: Preparation) -> NewWords:
        where = f"the words of job {preparation.job.id}"
        asks = _Asking(rewording, _shown(preparation, rewording), self._retry, where)
        if self._helper is None or preparation.number > MOST_TRIES:
            return asks.without(text("prompt-helper-gone"))
        end = await contained(where, asks.with_help_of(self._helper))
        return asks.without(text("bug", id=end.id)) if isinstance(end, Bug) else end


class _Asking:
    """For the words of one option."""

    def __init__(self, rewording: Rewording, typed: str, retry: Backoff, where: str) -> None:
        self._rewording = rewording
        self._typed = _short(typed)
        self._retry = retry
        self._where = where

    async def with_help_of(self, helper: HelpsWithWords) -> NewWords:
        words, notices = self._rewording.words, list[Text]()
        translated = improved = words
        if self._rewording.translate:
            translated = await self._asked(lambda: helper.translate(words), notices, self._not_translated)
        improved = translated = translated or words
        if self._rewording.improve_for is not None:
            family = _family(self._rewording.improve_for)
            better = await self._asked(
                lambda: helper.improve(translated, family), notices, self._not_improved
            )
            improved = better or translated
        return NewWords(improved, (*self._done(words, translated, improved), *notices))

    def without(self, problem: Text) -> NewWords:
        """The person's own words, and why."""
        told = [self._not_translated(problem)] if self._rewording.translate else []
        told += [self._not_improved(problem)] if self._rewording.improve_for is not None else []
        return NewWords(self._rewording.words, (*told,))

    async def _asked(
        self, ask: Callable[[], Awaitable[str]], notices: list[Text], told: Callable[[Text], Text]
    ) -> str | None:
        """What the helper gives; None: nothing, and a notice says why."""
        try:
            return await self._once_or_twice(ask)
        except WordingError as error:
            log.warning("%s: the prompt helper: %s", self._where, rendered(error.details, DEFAULT_LOCALE))
            notices.append(told(error.message))
            return None

    async def _once_or_twice(self, ask: Callable[[], Awaitable[str]]) -> str:
        try:
            return await ask()
        except WordingError as error:
            if not error.passing:
                raise
            await self._retry.pause(1)
            return await ask()

    def _done(self, words: str, translated: str, improved: str) -> Sequence[Text]:
        option, typed = self._rewording.option, self._typed
        match translated != words, improved != translated:
            case True, True:
                return (text("words-translated-and-improved", option=option, typed=typed),)
            case True, False:
                return (text("words-translated", option=option, typed=typed),)
            case False, True:
                return (text("words-improved", option=option, typed=typed),)
            case _:
                return ()

    def _not_translated(self, problem: Text) -> Text:
        return text("words-not-translated", option=self._rewording.option, problem=problem)

    def _not_improved(self, problem: Text) -> Text:
        return text("words-not-improved", option=self._rewording.option, problem=problem)


def rewritten(preparation: Preparation, new: Sequence[NewWords]) -> Reworded:
    """The job's values and graphs with the new words, the original ones in ``typed``. Pure."""
    job = preparation.job
    values, typed = dict(job.values), dict(job.typed)
    graph: Any = json.loads(preparation.graph)
    ui_graph: Any = None if preparation.ui_graph is None else json.loads(preparation.ui_graph)
    for rewording, found in zip(preparation.job.rewordings, new, strict=True):
        if found.words == rewording.words:
            continue
        option = rewording.option
        typed[option] = _shown(preparation, rewording)
        before, after = (with_added(words, rewording.added) for words in (rewording.words, found.words))
        shown = kept(after) if rewording.offers_choices else after
        values[option] = f"{shown} {rewording.aside}".strip()
        for node_id, name in rewording.targets:
            graph[node_id]["inputs"][name] = after
        for path in rewording.ui_paths:
            _put(ui_graph, path, before, after)
    return Reworded(
        values=values,
        typed=typed,
        graph=json.dumps(graph, ensure_ascii=False),
        ui_graph=None if ui_graph is None else json.dumps(ui_graph, ensure_ascii=False),
        notices=(*job.notices, *(notice for each in new for notice in each.notices)),
    )


def _shown(preparation: Preparation, rewording: Rewording) -> str:
    """The words as the person typed them."""
    job, option = preparation.job, rewording.option
    return job.typed.get(option) or job.values.get(option) or rewording.words


def _put(document: Any, path: UiPath, before: str, after: str) -> None:
    """In the editor's graph, where it holds those very words."""
    *above, last = path
    owner = document
    for step in above:
        owner = _within(owner, step)
    if _within(owner, last) == before:
        cast("dict[str | int, Any]", owner)[last] = after


def _within(owner: Any, step: str | int) -> Any:
    try:
        return owner[step]
    except (LookupError, TypeError):
        return None


def _family(name: str) -> ModelFamily:
    """The ledger may be of another version."""
    return ModelFamily(name) if name in set(ModelFamily) else ModelFamily.SENTENCES


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= MAX_SHOWN else f"{line[: MAX_SHOWN - 1]}…"
