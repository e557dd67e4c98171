"""From ComfyUI's events to a job's :class:`Progress`: values in, values out, no I/O.

What a node expands into at run time (subgraphs, loops) has ids like ``5.0.0.4`` and counts for the node of the graph,
``5``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from msgspec.structs import replace

from bot.comfy import (
    Event,
    Executing,
    ExecutionCached,
    ExecutionStart,
    NodeProgress,
    PreviewImage,
    ProgressState,
    StepProgress,
)
from bot.generation.bar import Bar
from bot.generation.node_times import NodeTimes
from bot.generation.progress import Preview, Progress
from bot.generation.steps import whole_step, whole_steps


@dataclass(slots=True)
class Tracker:
    """Follows one prompt; ``progress`` is always drawable."""

    job_id: UUID
    titles: Mapping[str, str]
    bar: Bar
    known_start: float | None = None
    """When it began (Unix seconds), should it turn out to run: of a prompt that is older than this process."""
    node_times: NodeTimes = field(default_factory=NodeTimes)
    progress: Progress = field(init=False)

    def __post_init__(self) -> None:
        self.progress = Progress(self.job_id, 0.0)

    @property
    def begun(self) -> bool:
        return self.progress.started_at is not None

    def begin(self, now: float) -> None:
        """ComfyUI runs the prompt, as far as is known since ``now`` (Unix seconds)."""
        if not self.begun:
            started_at = now if self.known_start is None else min(now, self.known_start)
            self.progress = replace(self.progress, started_at=started_at)

    def apply(self, event: Event, now: float) -> bool:
        """Take in one event of this prompt; true when there is something new to show."""
        before = self.progress
        match event:
            case ExecutionStart():
                self.begin(now)
            case ExecutionCached(nodes=nodes):
                self.begin(now)
                self.bar.cached(nodes)
            case Executing(node=None):
                self.node_times.end(now)
            case Executing(node=str() as node, display_node=displayed):
                self._executing(displayed or _in_graph(node), now)
            case StepProgress(node=node, value=value, max=maximum):
                self.begin(now)
                self._stepped(node, value, maximum)
            case ProgressState(nodes=nodes):
                self.begin(now)
                for entry in nodes.values():
                    self._take(entry)
            case PreviewImage(content=content, content_type=content_type):
                self.begin(now)
                self.progress = replace(self.progress, preview=Preview(content, content_type))
            case _:
                return False
        self.progress = replace(self.progress, fraction=max(before.fraction, self.bar.fraction))
        return self.progress != before

    def missed_something(self) -> None:
        """Events were lost: when the node that runs now ends will not be known for sure."""
        self.node_times.lose_track()

    def _executing(self, node: str, now: float) -> None:
        self.begin(now)
        self.node_times.begin(node, now)
        title = self.titles.get(node) or node
        if self.progress.node != title:
            self.progress = replace(self.progress, node=title, step=None, steps=None)

    def _stepped(self, node: str | None, value: float, maximum: float) -> None:
        if (steps := whole_steps(maximum)) > 0:
            self.progress = replace(self.progress, step=whole_step(value, steps), steps=steps)
        if node is not None:
            self.bar.stepped(_in_graph(node), value, maximum)

    def _take(self, entry: NodeProgress) -> None:
        # A part that a node expanded into may be finished long before the node is.
        if entry.state != "finished":
            self.bar.stepped(entry.display_node_id, entry.value, entry.max)
        elif entry.node_id == entry.display_node_id:
            self.bar.finished(entry.node_id)


def _in_graph(node: str) -> str:
    return node.split(".", maxsplit=1)[0]
