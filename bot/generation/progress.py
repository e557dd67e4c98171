"""How far a job is: values that the status message is drawn from, and the board on which they are left.

Progress decides nothing and is never written to the ledger. The board keeps the newest value a job only.
"""

from uuid import UUID

from msgspec import Struct

from bot.texts import Text


class Preview(Struct, frozen=True):
    """What a sampler shows of its latent so far."""

    content: bytes
    content_type: str
    """``image/jpeg`` or ``image/png``."""


class Waiting(Struct, frozen=True):
    """What stands before a prompt in its backend's own queue, the one that runs included."""

    ahead_ours: int
    """Prompts of this bot."""
    ahead_others: int
    """Prompts of other clients of that ComfyUI."""


class Progress(Struct, frozen=True):
    """One job's progress on its backend."""

    job_id: UUID
    fraction: float
    """0..1 over all nodes of the graph; cached ones count as finished."""
    node: str | None = None
    """The title of the node that runs; None before the first."""
    step: int | None = None
    steps: int | None = None
    """The running node's own steps, where it reports more than one."""
    started_at: float | None = None
    """Unix seconds at which the backend began; None while the prompt waits inside ComfyUI."""
    waiting: Waiting | None = None
    """While it waits inside ComfyUI and its place there is known; None once it has begun."""
    preview: Preview | None = None
    notice: Text | None = None
    """Something the person should know: the backend is away, the job was submitted again."""
