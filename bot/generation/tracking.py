"""From ComfyUI's events to a job's :class:`Progress`: arithmetic over values, no I/O.

The bar runs over all nodes of the graph. Cached nodes count as finished, a running one counts for as much of it
as is done, and what a node expands into (subgraphs, loops) counts for the node that is displayed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from bot.comfy import (
    Event,
    Executing,
    ExecutionCached,
    ExecutionStart,
    PreviewImage,
    ProgressState,
    StepProgress,
)
from bot.generation.progress import Preview, Progress
from bot.texts import Text


@dataclass(slots=True)
class Tracker:
    """Follows one prompt; ``progress`` is always drawable."""

    job_id: UUID
    titles: Mapping[str, str]
    total_nodes: int
    progress: Progress = field(init=False)
    _finished: set[str] = field(default_factory=set[str])
    _running: dict[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        self.progress = Progress(self.job_id, 0.0)

    def apply(self, event: Event, now: float) -> bool:
        """Take in one event of this prompt; true when there is something new to show."""
        before = self.progress
        match event:
            case ExecutionStart():
                self.progress = replace(before, started_at=before.started_at or now, notice=None)
            case ExecutionCached(nodes=nodes):
                self._finished.update(nodes)
            case Executing(node=str() as node, display_node=displayed):
                self._begin(displayed or node, now)
            case StepProgress(node=node, value=value, max=maximum):
                self._step(node, value, maximum)
            case ProgressState(nodes=nodes):
                for entry in nodes.values():
                    self._take(entry.display_node_id, entry.state, entry.value, entry.max)
            case PreviewImage(content=content, content_type=content_type):
                self.progress = replace(before, preview=Preview(content, content_type))
            case _:
                return False
        self.progress = replace(self.progress, fraction=max(before.fraction, self._fraction()))
        return self.progress != before

    def notice(self, words: Text) -> None:
        """Say something beside the bar, until the next node begins."""
        self.progress = replace(self.progress, notice=words)

    def _begin(self, node: str, now: float) -> None:
        if self.progress.node != self._title(node):
            self.progress = replace(
                self.progress,
                node=self._title(node),
                step=None,
                steps=None,
                started_at=self.progress.started_at or now,
                notice=None,
            )

    def _step(self, node: str | None, value: float, maximum: float) -> None:
        # Expanded nodes carry ids like "5.0.0.4", of which "5" is the one in the graph (recording T 60).
        shown = (node or "").split(".")[0]
        if maximum > 1:
            self.progress = replace(self.progress, step=int(value), steps=int(maximum))
        if shown in self.titles and maximum > 0:
            self._running[shown] = max(self._running.get(shown, 0.0), min(1.0, value / maximum))

    def _take(self, node: str, state: str, value: float, maximum: float) -> None:
        if state == "finished":
            self._finished.add(node)
        elif state == "running" and maximum > 0:
            self._running[node] = max(self._running.get(node, 0.0), min(1.0, value / maximum))

    def _fraction(self) -> float:
        if not self.total_nodes:
            return 0.0
        done = len(self._finished) + sum(
            share for node, share in self._running.items() if node not in self._finished
        )
        return min(1.0, done / self.total_nodes)

    def _title(self, node: str) -> str:
        return self.titles.get(node) or self.titles.get(node.split(".", maxsplit=1)[0]) or node
