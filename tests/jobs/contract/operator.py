"""What the operator decides, and what only they look at."""

from bot.jobs.audit_store import AuditFilter
from bot.jobs.job import Failed, Timing
from bot.jobs.operator_store import BackendFailure, BackendOrder, GuildUse
from bot.jobs.store import JobStore
from bot.texts import text
from tests.jobs.contract.quarantine import incident
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, prompt_id, worker

BROKEN = Failed(text("failed-node", node="Sampler", message="boom"))


class OperatorContract:
    async def test_what_is_wanted_of_a_backend_holds_until_it_is_taken_back_or_done(
        self, store: JobStore
    ) -> None:
        assert not await store.pause_backend("gpu-1", paused=False, by=7)
        assert await store.pause_backend("gpu-1", paused=True, by=7)
        assert not await store.pause_backend("gpu-1", paused=True, by=7)
        await store.ask_for_memory("gpu-2", by=7)
        await store.ask_for_memory("gpu-1", by=7)
        assert list(await store.backend_orders()) == [
            BackendOrder("gpu-1", paused=True, free_memory=True),
            BackendOrder("gpu-2", free_memory=True),
        ]
        await store.memory_freed("gpu-1")
        await store.memory_freed("gpu-2")
        assert list(await store.backend_orders()) == [BackendOrder("gpu-1", paused=True)]
        assert await store.pause_backend("gpu-1", paused=False, by=7)
        assert list(await store.backend_orders()) == []

    async def test_failures_of_lately_are_told_with_their_backend_shown_or_not(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for end in (BROKEN, BROKEN, DONE):
            await store.submit(new_job(), NO_LIMITS)
            claim = await store.claim(worker("gpu-2"), LEASE_SECONDS)
            assert claim
            await store.finish(await store.note(claim, prompt_id()), end)
            clock.move(1000)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        await store.delivered(delivery, 7)
        assert list(await store.failures()) == [BackendFailure("gpu-2", BROKEN)] * 2
        assert list(await store.failures(2500)) == [BackendFailure("gpu-2", BROKEN)]

    async def test_what_a_backend_has_loaded_is_guessed_from_what_it_began_last(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for model in ("one", "two", "three"):
            needs = frozenset({f"CheckpointLoaderSimple.ckpt_name={model}"})
            await store.submit(new_job(needs=needs), NO_LIMITS)
            claim = await store.claim(worker("gpu-1", has=needs), LEASE_SECONDS)
            assert claim
            noted = await store.note(claim, prompt_id())
            clock.move(1)
            await store.started(noted, 0)
            if model == "one":
                await store.finish(noted, DONE)
        assert await store.last_needs() == {"gpu-1": frozenset({"CheckpointLoaderSimple.ckpt_name=three"})}

    async def test_what_guilds_used_is_told_of_the_days_that_are_asked_for(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for guild_id, end, seconds in (
            (1, DONE, 600.0),
            (2, DONE, 60.0),
            (2, BROKEN, 30.0),
            (None, DONE, 5.0),
        ):
            await store.submit(new_job(guild_id=guild_id), NO_LIMITS)
            clock.move(1000)
            claim = await store.claim(worker(), LEASE_SECONDS)
            assert claim
            await store.finish(claim, end, Timing(seconds))
        used = [GuildUse(1, 1, 0, 600.0), GuildUse(2, 2, 1, 90.0), GuildUse(0, 1, 0, 5.0)]
        assert list(await store.guild_use(2)) == used
        clock.move(3 * 24 * 3600)
        assert list(await store.guild_use(2)) == []

    async def test_a_ruling_on_a_guild_is_the_last_one(self, store: JobStore) -> None:
        for guild_id, allowed in ((1, True), (2, False), (1, False)):
            await store.rule_guild(guild_id, allowed=allowed, by=7)
        assert await store.guild_rulings() == {1: False, 2: False}

    async def test_who_wanted_what_is_in_the_audit(self, store: JobStore) -> None:
        await store.pause_backend("gpu-1", paused=False, by=7)
        await store.pause_backend("gpu-1", paused=True, by=7)
        await store.ask_for_memory("gpu-1", by=7)
        await store.rule_guild(1, allowed=False, by=7)
        for _ in range(2):
            await store.report_incident(incident())
        for each in await store.quarantined():
            await store.release_quarantined(each, by=7)
        lines = await store.audited(AuditFilter(actor_id=7))
        assert [(each.action, *each.details.values()) for each in reversed(lines)] == [
            ("backend", "gpu-1", "pause"),
            ("backend", "gpu-1", "free"),
            ("guilds", "1", "refuse"),
            ("release", "txt2img"),
        ]
