"""What the ledger knows of files that it was given: no bot reaches the ComfyUI that made them, or they have to outlive it."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from bot.jobs.claim import Claim


class HandoverStore(Protocol):
    """Part of :class:`bot.jobs.store.JobStore`."""

    async def hand_over(self, claim: Claim, blobs: Sequence[str | None]) -> bool:
        """Before its end is told: which blob is each of the job's files, in order; None: that one could not be had.

        The blobs are among ``needed_blobs`` until the job was shown, and among ``useful_blobs`` as long as it is known.
        False: the claim is no longer valid, nothing changed.
        """
        ...

    async def keep_outputs(self, job_id: UUID, blobs: Sequence[str | None]) -> bool:
        """The same of a job that ended and was not shown yet; what its worker gave stays.

        False: it was shown, or files of it are kept already.
        """
        ...

    async def handed_over(self, job_id: UUID) -> Sequence[str | None]:
        """What :meth:`hand_over` was told last, or :meth:`keep_outputs`; empty: nothing."""
        ...
