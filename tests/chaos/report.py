"""What is printed of a storm."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.fleet import Member
from tests.chaos.judge import Asked, Verdict
from tests.chaos.world import Backend

_LINES = 20
_PREFIX = re.compile(r'"filename_prefix": "[^"]*-([0-9a-f]{12})"')


@dataclass(frozen=True, slots=True)
class Reruns:
    """Jobs that ComfyUI was given more than once."""

    after_loss: list[str]
    """After it had forgotten them: their GPU time is lost, nothing else."""
    needless: list[str]
    """Though the same start of the same ComfyUI still had them; and prompts that it took twice under one id."""


@dataclass(frozen=True, slots=True)
class Report:
    verdict: Verdict
    asked: Mapping[int, Asked]
    faults: Counter[str]
    reruns: Reruns
    members: Sequence[Member]
    raged_seconds: float
    settled_seconds: float

    @property
    def is_clean(self) -> bool:
        return self.verdict.is_clean and not (
            self.reruns.needless or self._died or self._slow_stops or self._bugs
        )

    @property
    def text(self) -> str:
        return "\n".join(self._lines())

    @property
    def _died(self) -> list[str]:
        return [f"{each.name}: {status}" for each in self.members for status in each.statuses]

    @property
    def _slow_stops(self) -> int:
        return sum(each.slow_stops for each in self.members)

    @property
    def _bugs(self) -> list[str]:
        return [line for each in self.members for line in each.bugs]

    def _lines(self) -> Iterator[str]:
        verdict = self.verdict
        yield f"{sum(self.faults.values())} faults in {self.raged_seconds:.0f} s, settled {self.settled_seconds:.0f} s after"
        width = max(map(len, self.faults), default=0)
        for kind, times in sorted(self.faults.items()):
            yield f"  {kind:<{width}}  {times:>3}"
        refused = sum(each.refused_starts for each in self.members)
        yield f"{len(self.asked)} asked; lives of processes: {sum(len(each.lives) for each in self.members)}, of which {refused} found no database to begin with"
        yield verdict.line
        yield f"prompts run twice = {len(self.reruns.needless)} (run again after a loss: {len(self.reruns.after_loss)})"
        yield f"unfinished statuses = {len(verdict.unfinished)}, untrue ones = {len(verdict.untrue)}, incomplete results = {len(verdict.incomplete)}, shown and never asked for = {len(verdict.foreign)}"
        yield f"failed and told so: {len(verdict.failed)}, cancelled as asked: {len(verdict.cancelled)}, done though the answer came too late: {len(verdict.unseen)}"
        yield f"processes that ended by themselves = {len(self._died)}, stops that took too long = {self._slow_stops}, lines of bugs in the logs = {len(self._bugs)}"
        yield from self._details()

    def _details(self) -> Iterator[str]:
        named = {
            "lost": self.verdict.lost,
            "doubled": self.verdict.doubled,
            "wrong channel": self.verdict.misplaced,
            "unfinished": self.verdict.unfinished,
            "untrue": self.verdict.untrue,
            "incomplete": self.verdict.incomplete,
            "failed": self.verdict.failed,
        }
        for name, numbers in named.items():
            for number in numbers[:_LINES]:
                asked = self.asked.get(number)
                says = "" if asked is None else f"{asked.job_id}: " + asked.says.replace("\n", " · ")
                yield f"  {name}: job-{number}: {says}"
        yield from (f"  run twice: the job whose id ends in {each}" for each in self.reruns.needless[:_LINES])
        yield from (f"  ended by itself: {each}" for each in self._died[:_LINES])
        yield from (f"  {each}" for each in self._bugs[:_LINES])


def reruns(backends: Sequence[Backend]) -> Reruns:
    """From what the ComfyUIs took, over all their starts."""
    taken: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    twice: set[str] = set()
    for place, backend in enumerate(backends):
        starts = backend.comfy.installation.taken
        for (start, prompt_id), body in zip(starts, backend.comfy.submitted, strict=True):
            job = _job_in(json.dumps(body["prompt"]))
            taken[job].append((place, start))
            if prompt_id in backend.comfy.taken_twice:
                twice.add(job)
    needless = twice | {job for job, where in taken.items() if len(set(where)) < len(where)}
    again = [job for job, where in taken.items() if len(where) > 1 and job not in needless]
    return Reruns(sorted(again), sorted(needless))


def _job_in(graph: str) -> str:
    """The bot names a job's files by the end of its id."""
    found = _PREFIX.search(graph)
    return "unknown" if found is None else found[1]
