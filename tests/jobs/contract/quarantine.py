"""What is set aside because ComfyUI crashed or hung on it, and what is not."""

from collections.abc import Mapping

from msgspec.structs import replace

from bot.jobs.job import Failed, NewJob
from bot.jobs.quarantine_store import WITHIN_SECONDS, Harm, Incident, Quarantined, SetAside
from bot.jobs.store import JobStore
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, prompt_id, worker

FILES, OTHER_FILES = "f" * 64, "e" * 64
BAD, GOOD = "bad.safetensors", "good.safetensors"


def incident(model: str = BAD, **more: str) -> Incident:
    return Incident(prompt_id(), Harm.GONE, "gpu-1", "txt2img", FILES, {"checkpoint": model, **more})


def asked(model: str, *, files: str | None = FILES, workflow: str = "txt2img") -> NewJob:
    values = {"prompt": "a red fox", "checkpoint": model, "steps": "20"}
    return replace(new_job(workflow=workflow), values=values, fingerprint=files, trusted=False)


async def ended_well(store: JobStore, job: NewJob) -> None:
    await store.submit(job, NO_LIMITS)
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    assert (claim.fingerprint, claim.trusted) == (job.fingerprint, False)
    await store.finish(claim, DONE)


def set_aside(found: SetAside | None) -> Mapping[str | None, str | None]:
    return {} if found is None else {found.quarantined.option: found.quarantined.value}


class QuarantineContract:
    async def test_one_incident_or_one_told_twice_sets_nothing_aside(self, store: JobStore) -> None:
        once = incident()
        assert await store.report_incident(once) is None
        assert await store.report_incident(once) is None
        assert list(await store.quarantined()) == []

    async def test_two_incidents_of_which_one_is_older_than_an_hour_set_nothing_aside(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await store.report_incident(incident())
        clock.move(WITHIN_SECONDS + 1)
        assert await store.report_incident(incident()) is None
        clock.move(WITHIN_SECONDS - 1)
        assert await store.report_incident(incident()) is not None

    async def test_a_workflow_of_which_no_job_ended_well_is_set_aside_whole_and_its_waiting_jobs_end(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        waiting = [asked(BAD), asked(GOOD)]
        others = [asked(BAD, files=OTHER_FILES), asked(BAD, files=None), asked(BAD, workflow="img2img")]
        for each in (*waiting, *others):
            await store.submit(each, NO_LIMITS)
        await store.report_incident(incident())
        found = await store.report_incident(replace(incident(GOOD), harm=Harm.STALLED))
        whole = Quarantined("txt2img", FILES, None, None, Harm.STALLED, "gpu-1", clock.now)
        assert found == SetAside(whole, ended=2)
        assert list(await store.quarantined()) == [whole]
        jobs = [await store.job(each.id) for each in (*waiting, *others)]
        assert [each and each.outcome for each in jobs] == [Failed(whole.reason)] * 2 + [None] * 3
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        assert delivery.job.id in {each.id for each in waiting}

    async def test_a_value_that_all_incidents_share_and_nothing_that_ended_well_has_is_set_aside_alone(
        self, store: JobStore
    ) -> None:
        await ended_well(store, asked(GOOD))
        waiting = [asked(BAD), asked(GOOD)]
        for each in waiting:
            await store.submit(each, NO_LIMITS)
        await store.report_incident(incident(steps="20"))
        found = await store.report_incident(incident(steps="20"))
        assert set_aside(found) == {"checkpoint": BAD}
        jobs = [await store.job(each.id) for each in waiting]
        assert [each is not None and each.ended for each in jobs] == [True, False]

    async def test_jobs_of_other_files_are_no_witnesses(self, store: JobStore) -> None:
        await ended_well(store, asked(GOOD, files=OTHER_FILES))
        await store.report_incident(incident())
        assert set_aside(await store.report_incident(incident())) == {None: None}

    async def test_what_is_explained_by_a_value_that_is_set_aside_does_not_count_against_the_workflow(
        self, store: JobStore
    ) -> None:
        await ended_well(store, asked(GOOD))
        for _ in range(2):
            await store.report_incident(incident())
        assert await store.report_incident(incident()) is None
        assert await store.report_incident(incident("worse.safetensors")) is None
        found = await store.report_incident(incident("worse.safetensors"))
        assert set_aside(found) == {"checkpoint": "worse.safetensors"}

    async def test_what_is_released_begins_anew(self, store: JobStore) -> None:
        for _ in range(2):
            await store.report_incident(incident())
        (found,) = await store.quarantined()
        assert await store.release_quarantined(found, by=7)
        assert not await store.release_quarantined(found, by=7)
        assert list(await store.quarantined()) == []
        assert await store.report_incident(incident()) is None
        assert await store.report_incident(incident()) is not None
