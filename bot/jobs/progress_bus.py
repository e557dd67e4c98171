"""How far jobs are, from the processes that run them to those that show them. Lossy by contract: it never decides anything."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

MOST_MESSAGE_BYTES = 7_500
"""PostgreSQL takes 8,000 in a notification."""
MOST_PREVIEW_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class KeptPreview:
    """What a sampler shows of its latent so far."""

    content: bytes = field(repr=False)
    content_type: str


class ProgressBus(Protocol):
    """No method raises for what the database may do: what cannot be told is lost, and the next message has newer news."""

    async def send(self, job_id: UUID, message: str, preview: KeptPreview | None = None) -> None:
        """Tell everybody who hears. ``preview``: from now on what :meth:`preview` finds of the job."""
        ...

    def hear(self) -> AsyncGenerator[str]:
        """The messages of all processes, this one's too, for as long as somebody reads them. Never ends by itself."""
        ...

    async def preview(self, job_id: UUID) -> KeptPreview | None:
        """The newest; None: there is none."""
        ...

    async def forget(self, job_id: UUID) -> None:
        """Nobody needs the job's preview any more."""
        ...
