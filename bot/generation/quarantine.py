"""What is set aside because it killed or hung ComfyUI, from memory: :mod:`bot.jobs.quarantine_store` has the rule.

Jobs are asked about when they are taken in and again before each attempt: another process may have set something aside meanwhile.
It is heard of here within :data:`LOOK_SECONDS`.
"""

import logging
from collections.abc import Callable, Mapping, Sequence

from bot.jobs.claim import Claim
from bot.jobs.job import NewJob
from bot.jobs.quarantine_store import Harm, Incident, Quarantined
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore, Topic
from bot.texts import DEFAULT_LOCALE, Text, render
from bot.workflows import Option, OptionKind

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""A wake-up is a hint: the ledger is looked at this often all the same."""

BLAMED = (
    OptionKind.CHOICE,
    OptionKind.SIZE,
    OptionKind.BOOLEAN,
    OptionKind.INTEGER,
    OptionKind.NUMBER,
)
"""What can be to blame, first of all a model. Never words, files or seeds: those differ from job to job."""


class Quarantine:
    def __init__(
        self, store: JobStore, options_of: Callable[[str], Sequence[Option]], *, sets_aside: bool = True
    ) -> None:
        """``options_of``: of the workflow of this name; none where it is not known.

        ``sets_aside``: False counts nothing anew; what was set aside before stays so until it is released.
        """
        self._sets_aside = sets_aside
        self._store = store
        self._options_of = options_of
        self.now: Sequence[Quarantined] = ()
        """All that is set aside, oldest first."""

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await self._store.wait(Topic.OPERATOR, LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """See what the ledger tells now."""
        self.now = await when_available(self._store.quarantined)

    async def refusal(self, job: NewJob) -> Text | None:
        """Why a job that is asked for is not taken; None: nothing of it is set aside."""
        return await self._reason_now(job.workflow, job.fingerprint, job.values)

    async def why_not(self, claim: Claim) -> Text | None:
        """Why a job is not run (any more)."""
        return await self._reason_now(claim.job.workflow, claim.fingerprint, claim.job.values)

    async def _reason_now(
        self, workflow: str, fingerprint: str | None, values: Mapping[str, str]
    ) -> Text | None:
        """From memory; where that says no, it may have been released a moment ago."""
        if self._reason(workflow, fingerprint, values) is None:
            return None
        await self.look()
        return self._reason(workflow, fingerprint, values)

    def _reason(self, workflow: str, fingerprint: str | None, values: Mapping[str, str]) -> Text | None:
        found = (each for each in self.now if each.concerns(workflow, fingerprint, values))
        return next((each.reason for each in found), None)

    async def release(self, quarantined: Quarantined, *, by: int) -> bool:
        """Let it be run again. False: it was not set aside (any more). May raise ``StoreUnavailable``."""
        released = await self._store.release_quarantined(quarantined, by=by)
        await self.look()
        return released

    async def count(self, claim: Claim, harm: Harm, backend: str) -> None:
        """A prompt did this to its backend. What is set aside because of it is known here at once."""
        job = claim.job
        if job.prompt_id is None or not claim.fingerprint:
            return  # asked for of a version of the bot that did not know which files it was made with
        incident = Incident(
            job.prompt_id,
            harm,
            backend,
            job.workflow,
            claim.fingerprint,
            choices_of(job.values, self._options_of(job.workflow)),
        )
        log.warning(
            "job %s: ComfyUI %s %s while workflow %s ran, attempt %d",
            *(job.id, backend, "went away" if harm is Harm.GONE else "hung", job.command, claim.attempt),
        )
        if not self._sets_aside:
            return
        found = await when_available(lambda: self._store.report_incident(incident))
        if found is not None:
            words = render(found.quarantined.reason, DEFAULT_LOCALE)
            log.warning("%s %d waiting jobs ended with that reason.", words, found.ended)
        await self.look()


def choices_of(values: Mapping[str, str], options: Sequence[Option]) -> dict[str, str]:
    """Of a job's values those that can be to blame, what is blamed first at the beginning."""
    asked = [each for kind in BLAMED for each in options if each.kind is kind]
    return {each.name: values[each.name] for each in asked if each.name in values}
