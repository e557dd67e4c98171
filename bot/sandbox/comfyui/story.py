"""How a job goes, and at what pace the server works: what tests and the sandbox can choose.

Knows nothing of HTTP or of graphs: it only says what shall happen. ``execution`` makes it so.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds. Nodes answered from the cache take no time."""

    load: float
    """Loading a checkpoint."""
    node: float
    """Any other node."""
    step: float
    """One step of a sampler."""


LIFELIKE: Final = Pace(load=0.4, node=0.06, step=0.15)
"""A person can watch the bar move: about four seconds for twenty steps."""
INSTANT: Final = Pace(load=0, node=0, step=0)
"""As fast as the machine can: for tests and benchmarks."""


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """How one job goes. Fractions are shares of the job's work: 0.5 is halfway through its nodes and steps."""

    steps: int | None = None
    """Steps the sampler takes and reports; ``None``: what the graph says."""
    seconds: float | None = None
    """How long the whole job takes; ``None``: the server's pace."""
    fail_at: str | None = None
    """The node (id or class) that raises."""
    out_of_memory: bool = False
    """The failing node (the sampler, if ``fail_at`` names none) runs out of memory."""
    disconnect_at: float | None = None
    """When the owner's websocket is cut, without a close frame."""
    forgets_client: bool = False
    """Nothing more is sent to the owner's websocket, which stays open, until it connects again."""
    silent: bool = False
    """No event of this job is sent to anybody, whatever connects."""
    crash_at: float | None = None
    """When the server dies: every connection is cut, queue and history are gone."""
    restart_after: float | None = None
    """Seconds from that crash to the next start; ``None``: somebody calls ``restart()``."""
    lose_file: bool = False
    """The outputs are announced and recorded, but the files are gone."""
    short_body: bool = False
    """``/view`` ends the connection halfway through the files of this job."""
    lose_answer: bool = False
    """``POST /prompt`` queues the job and cuts the connection instead of answering."""
    previews: bool = True
    """Preview frames, if the server sends them at all."""
    late_history: float = 0.0
    """Seconds from ``execution_success`` until the history knows of the end."""
    hold: bool = False
    """Halfway, the job waits for :meth:`release`; an interrupt ends it there."""
    stall_at: float | None = None
    """The step that never ends: no interrupt has an effect, because ComfyUI checks only between steps."""
    freeze_at: float | None = None
    """When a node takes hold of the interpreter: nothing is answered, sent or read until :meth:`release`."""
    shown: Mapping[str, Mapping[str, object]] | None = None
    """By node (id or class): what it shows instead, whatever key, text or file that may be."""
    _released: asyncio.Event = field(default_factory=asyncio.Event, init=False, repr=False)

    def release(self) -> None:
        """Let a job that holds or stalls go on."""
        self._released.set()

    async def released(self) -> None:
        await self._released.wait()
