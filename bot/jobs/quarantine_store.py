"""The part of the ledger that sets aside what kills or hangs ComfyUI: see :mod:`bot.jobs.store`.

What counts is an *incident*: a prompt ran, and its backend went away meanwhile, or it made no step any more. Each prompt
counts once, each attempt of a job is a prompt. :data:`TIMES` incidents of one workflow within :data:`WITHIN_SECONDS`
set it aside; with one value of one option only, where all incidents have that value, jobs with other values ended well,
and none ended well with it.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from bot.jobs.workflow_key import spoken
from bot.texts import Text, text

TIMES = 2
WITHIN_SECONDS = 3600.0


class Harm(StrEnum):
    GONE = "gone"
    """The backend went away, and had lost the prompt when it came back, or did not come back in time."""
    STALLED = "stalled"
    """The prompt made no step for too long and was stopped."""


class Incident(Struct, frozen=True):
    prompt_id: UUID
    harm: Harm
    backend: str
    """As jobs know it."""
    workflow: str
    fingerprint: str
    """Of the workflow's files, as they were when the job was asked for."""
    choices: Mapping[str, str]
    """Option → value, of what can be to blame: never a person's words. What is blamed first comes first."""


class Quarantined(Struct, frozen=True):
    """What is run no more until it is released: one value of a workflow's option, or all of the workflow."""

    workflow: str
    """Its key; so is an incident's."""
    fingerprint: str
    """It concerns jobs that were made with these files only."""
    option: str | None
    value: str | None
    """Both None: the workflow itself."""
    harm: Harm
    """Of the last incident, on ``backend``."""
    backend: str
    since: float

    def concerns(self, workflow: str, fingerprint: str | None, values: Mapping[str, str]) -> bool:
        """``values``: option → value as shown."""
        if (workflow, fingerprint) != (self.workflow, self.fingerprint):
            return False
        return self.option is None or values.get(self.option) == self.value

    @property
    def command(self) -> str:
        """What people call the workflow."""
        return spoken(self.workflow)

    @property
    def reason(self) -> Text:
        """For whoever asked for it."""
        if self.option is None:
            return text("quarantined-workflow", workflow=self.command, harm=self.harm)
        return text(
            "quarantined-value",
            workflow=self.command,
            option=self.option,
            value=self.value or "",
            harm=self.harm,
        )


class SetAside(Struct, frozen=True):
    """What came of an incident that was one too many."""

    quarantined: Quarantined
    ended: int
    """How many jobs waited for it; they are ended, with the reason."""


class QuarantineStore(Protocol):
    async def report_incident(self, incident: Incident) -> SetAside | None:
        """Count it. None: nothing new is set aside because of it."""
        ...

    async def quarantined(self) -> Sequence[Quarantined]:
        """All that is set aside, oldest first."""
        ...

    async def release_quarantined(self, quarantined: Quarantined, *, by: int) -> bool:
        """Let it be run again, and forget the workflow's incidents; with a line in the audit.

        False: it was not set aside (any more).
        """
        ...
