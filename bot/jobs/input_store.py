"""The part of the ledger that knows the files that jobs start from: see :mod:`bot.jobs.store`, whose rules hold here too.

A preparation is to a job's files what a delivery is to its end: claimed for as long as a lease lasts, tried again
later where it did not succeed, and fenced by its number. Nobody needs to look for leases that ended.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from bot.jobs.claim import Preparation
from bot.jobs.inputs import JobInput, PreparedInput
from bot.jobs.job import Failed


class InputStore(Protocol):
    async def claim_preparation(self, owner: str, lease_seconds: float) -> Preparation | None:
        """Take the oldest job that is being prepared, that nobody works on, and whose time for the next try has come."""
        ...

    async def renew_preparation(self, preparation: Preparation, lease_seconds: float) -> bool:
        """False: the job was cancelled, or somebody else prepares it."""
        ...

    async def postpone_preparation(self, preparation: Preparation, delay_seconds: float) -> bool:
        """Let it be tried again after ``delay_seconds``."""
        ...

    async def prepared(self, preparation: Preparation, inputs: Sequence[PreparedInput]) -> bool:
        """Queue the job, at the turn that it has had since its submission; where its files came from is forgotten.

        ``inputs``: one for each of ``preparation.inputs``. False: the preparation was no longer valid, nothing changed.
        """
        ...

    async def fail_preparation(self, preparation: Preparation, failed: Failed) -> bool:
        """End a job whose files cannot be had. False: the preparation was no longer valid, nothing changed."""
        ...

    async def inputs(self, job_id: UUID) -> Sequence[JobInput]:
        """The files that a job starts from; none while it is being prepared."""
        ...

    async def needed_blobs(self) -> frozenset[str]:
        """All blobs of the jobs that have not ended."""
        ...

    async def useful_blobs(self) -> Sequence[str]:
        """The blobs of ended jobs, with which those can be run again: of the latest first, each once."""
        ...
