"""What workers tell of their ComfyUI servers, and the files that they hand over."""

import dataclasses
from uuid import uuid4

from msgspec.structs import replace

from bot.jobs.backend_store import FORGOTTEN_SECONDS, BackendReport, NodeList, ReportedBackend
from bot.jobs.store import JobStore
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, prompt_id, worker

NODES = NodeList("d" * 64, b"\0\xff packed", {"Odd": "a custom node 坏了"})
GPU = BackendReport("home/127.0.0.1:8188", "home", online=True, vram_total_bytes=24 * 2**30)
FRESH, OLD, GONE = "1" * 64, "2" * 64, "3" * 64


class BackendsContract:
    async def test_what_was_reported_of_a_backend_is_known_with_its_age(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        assert list(await store.backends()) == []
        other = replace(GPU, name="attic/127.0.0.1:8188", online=False, nodes=NODES.digest)
        await store.report_backends([GPU, other])
        clock.move(5)
        assert list(await store.backends()) == [
            ReportedBackend(other, 5, None),
            ReportedBackend(GPU, 5, 5),
        ]
        away = replace(GPU, online=False, vram_free_bytes=2**40)
        await store.report_backends([away])
        clock.move(2)
        assert ReportedBackend(away, 2, 7) in await store.backends()

    async def test_a_backend_of_which_nothing_was_heard_for_long_is_forgotten(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await store.report_backends([GPU])
        clock.move(FORGOTTEN_SECONDS + 1)
        other = replace(GPU, name="attic/127.0.0.1:8188")
        await store.report_backends([other])
        assert [each.report for each in await store.backends()] == [other]

    async def test_a_list_of_nodes_is_kept_for_as_long_as_a_backend_has_it(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await store.publish_nodes(NODES)
        await store.publish_nodes(NODES)
        await store.report_backends([replace(GPU, nodes=NODES.digest)])
        newer = dataclasses.replace(NODES, digest="e" * 64, packed=b"", failed={})
        clock.move(3600)
        await store.publish_nodes(newer)
        assert await store.nodes(NODES.digest) == NODES
        assert await store.nodes(newer.digest) == newer
        await store.report_backends([replace(GPU, nodes=newer.digest)])
        clock.move(3600)
        await store.publish_nodes(newer)
        assert (await store.nodes(NODES.digest), await store.nodes(newer.digest)) == (None, newer)

    async def test_the_jobs_that_workers_have_are_told_as_they_began(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for _ in range(3):
            await store.submit(new_job(), NO_LIMITS)
        claims = [await store.claim(worker(f"gpu-{number}"), LEASE_SECONDS) for number in range(2)]
        first, second = [each for each in claims if each]
        noted = await store.note(second, prompt_id())
        await store.started(noted, 0)
        assert [job.id for job in await store.running()] == [second.job.id, first.job.id]
        assert [job.backend for job in await store.running()] == ["gpu-1", None]

    async def test_files_are_handed_over_by_whoever_has_the_job_and_the_last_word_counts(
        self, store: JobStore
    ) -> None:
        job_id = (await store.submit(new_job(), NO_LIMITS)).job_id
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert list(await store.handed_over(job_id)) == []
        assert await store.hand_over(claim, [OLD, GONE, None])
        assert await store.hand_over(claim, [FRESH, None])
        assert list(await store.handed_over(job_id)) == [FRESH, None]
        await store.finish(claim, DONE)
        assert not await store.hand_over(claim, [OLD])
        assert list(await store.handed_over(job_id)) == [FRESH, None]
        assert list(await store.handed_over(uuid4())) == []

    async def test_what_was_handed_over_is_needed_until_it_was_shown_and_useful_until_it_is_forgotten(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for blobs in ([OLD, None], [FRESH, OLD]):
            await store.submit(new_job(), NO_LIMITS)
            claim = await store.claim(worker(), LEASE_SECONDS)
            assert claim
            await store.hand_over(claim, blobs)
            assert set(blobs) - {None} <= await store.needed_blobs()
            await store.finish(claim, DONE)
            clock.move(1)
        assert await store.needed_blobs() == {OLD, FRESH}
        for _ in range(2):
            delivery = await store.claim_delivery("poster", LEASE_SECONDS)
            assert delivery
            await store.delivered(delivery, 7)
        assert await store.needed_blobs() == frozenset()
        assert list(await store.useful_blobs()) == [FRESH, OLD]
        clock.move(3600)
        assert await store.forget(60) == 2
        assert list(await store.useful_blobs()) == []
