import json
from collections.abc import Mapping

from msgspec.structs import replace

from bot.jobs.figure_store import DAY_SECONDS, Use
from bot.jobs.job import MessageRef, State
from bot.jobs.personal_data import TABLES
from bot.jobs.privacy_store import Erased, Held
from bot.jobs.review_store import ReviewState
from bot.jobs.store import JobStore
from tests.jobs.contract.figures import run
from tests.jobs.contract.guild_workflows import added
from tests.jobs.contract.moderation import NEW_REPORT
from tests.jobs.contract.pending import order, reminder
from tests.jobs.contract.people import OF_GUILD, OWN
from tests.jobs.contract.preparations import READY, with_files
from tests.jobs.contract.word_rules import LIST
from tests.jobs.sample import DONE, LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker

PERSON = 424242
"""A number that is nothing else's."""
OF_ERASURES = {"erasures", "erased_use"}
STAYS = {"blocks": Held(1, 1), "audit": Held(2, 2)}
"""For the safety of others: a block, and what moderators decided, of a result too."""


async def held(store: JobStore, user_id: int, guild_id: int | None) -> Mapping[str, Held]:
    """What is held at all."""
    return {table: each for table, each in (await store.held(user_id, guild_id)).items() if each.rows}


async def use_everything(store: JobStore, clock: MovableClock, user_id: int) -> None:
    """Leave a trace in every table that has traces of people, and nothing open."""
    await run(store, clock, user_id=user_id)
    await run(store, clock, user_id=user_id, guild_id=None)
    files = with_files()
    await store.submit(replace(files, place=replace(files.place, user_id=user_id)), NO_LIMITS)
    preparation = await store.claim_preparation("boot", LEASE_SECONDS)
    assert preparation
    await store.prepared(preparation, [READY])
    claim = await store.claim(worker(), LEASE_SECONDS)
    assert claim
    await store.finish(claim, DONE)
    delivery = await store.claim_delivery("poster", LEASE_SECONDS)
    assert delivery
    assert await store.judged(delivery)
    assert await store.begin_review(delivery, 60)
    assert await store.decide(claim.job.id, 2, approved=True)
    await store.delivered(delivery, 7)
    await be_moderated(store, user_id)
    await store.set_mentions(user_id, wanted=False)
    await store.save_preset(replace(OWN, user_id=user_id, made_by=user_id))
    await store.save_preset(replace(OF_GUILD, made_by=user_id))
    await store.keep_pending(replace(order(), user_id=user_id))
    await store.keep_reminder(replace(reminder(), user_id=user_id))
    for channel_id in (None, 200):
        await store.set_guild_setting(100, "key", "1", set_by=user_id, channel_id=channel_id)
    await store.save_word_rule(replace(LIST, made_by=user_id))
    await added(store, f"cat-{user_id:x}", by=user_id)


async def be_moderated(store: JobStore, user_id: int) -> None:
    """Blocked by a moderator; and told on somebody else."""
    await store.block(100, user_id, seconds=None, reason="spam", by=2)
    await store.report(replace(NEW_REPORT, guild_id=100, message_id=user_id, about_id=3, reported_by=user_id))


class PrivacyContract:
    async def test_nothing_is_held_of_a_stranger(self, store: JobStore, clock: MovableClock) -> None:
        await use_everything(store, clock, 1)
        assert await held(store, PERSON, 100) == {}

    async def test_a_person_sees_how_much_is_held_here_and_in_all(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await use_everything(store, clock, PERSON)
        here, direct = await held(store, PERSON, 100), await held(store, PERSON, None)
        assert (here["jobs"], direct["jobs"]) == (Held(3, 2), Held(3, 1))
        assert (here["inputs"], direct["inputs"]) == (Held(1, 1), Held(1, 0))
        assert here["presets"] == Held(2, None)
        assert set(here) == {name for name, table in TABLES.items() if table.told} - OF_ERASURES

    async def test_a_person_is_told_their_own_rows_and_nobody_elses_in_pages(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for user_id in (1, PERSON):
            await use_everything(store, clock, user_id)
        pages = [await store.told(PERSON, "jobs", skip, 2) for skip in (0, 2, 4)]
        jobs = [row for page in pages for row in page]
        assert [row["user_id"] for row in jobs] == [PERSON] * 3
        assert json.loads(str(jobs[0]["option_values"]))["prompt"] == "a red fox, 雪"
        assert "interaction_token" not in jobs[0]
        told = {table: await store.told(PERSON, table, 0, 10) for table in TABLES if TABLES[table].told}
        counts = {table: len(rows) for table, rows in told.items() if rows}
        assert counts == {table: each.rows for table, each in (await held(store, PERSON, 100)).items()}

    async def test_after_an_erasure_nothing_is_held_and_the_numbers_are_nobodys(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for user_id in (1, PERSON):
            await use_everything(store, clock, user_id)
        others = await held(store, 1, 100)
        before = await store.figures(1)

        assert await store.erase(PERSON) == Erased(open_jobs=0)

        of_a_day = {"erased_use": Held(3, 2), "shares": Held(2, 1)}
        assert await held(store, PERSON, 100) == {**STAYS, **of_a_day}
        assert await held(store, 1, 100) == others
        figures = await store.figures(1)
        assert replace(figures, people=()) == replace(before, people=())
        assert {use.of for use in figures.people} == {0, 1}
        assert await store.presets(PERSON, 100) == [replace(OF_GUILD, made_by=0)]
        assert await store.finish_erasures() == 0
        clock.move(DAY_SECONDS + 1)
        await store.forget(10 * DAY_SECONDS)
        assert await held(store, PERSON, 100) == STAYS

    async def test_what_waits_for_a_moderator_is_never_posted(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        new = new_job(PERSON)
        await store.submit(new, NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        await store.finish(claim, DONE)
        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        await store.begin_review(delivery, 1000)
        assert await store.await_decision(delivery, MessageRef(1, 2))
        assert await store.claim_delivery("poster", LEASE_SECONDS) is None

        await store.erase(PERSON)

        delivery = await store.claim_delivery("poster", LEASE_SECONDS)
        assert delivery
        review = await store.begin_review(delivery, 1000)
        assert review
        assert review.state is ReviewState.UNDECIDED
        await store.delivered(delivery, 7)
        assert await store.finish_erasures() == 0
        assert await store.job(new.id) is None

    async def test_what_is_open_is_cancelled_and_goes_once_it_was_shown(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        running, queued = new_job(PERSON), new_job(PERSON)
        for new in (running, queued, new_job(1)):
            await store.submit(new, NO_LIMITS)
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert claim.job.id == running.id

        assert await store.erase(PERSON) == Erased(open_jobs=2)

        after = [await store.job(each.id) for each in (running, queued)]
        assert [job and (job.state, job.cancel_requested_by) for job in after] == [
            (State.RUNNING, PERSON),
            (State.CANCELLED, None),
        ]
        clock.move(1)
        later = await store.submit(new_job(PERSON), NO_LIMITS)
        assert await store.finish_erasures() == 1
        await store.finish(claim, DONE)
        while delivery := await store.claim_delivery("poster", LEASE_SECONDS):
            await store.delivered(delivery, 7)
        assert await store.finish_erasures() == 0

        assert (await store.held(PERSON, 100))["jobs"] == Held(1, 1)
        assert (await store.standings(user_id=PERSON))[0].job.id == later.job_id
        assert (await store.figures(1)).people == (Use(0, 2, 0.0),)
        assert await store.count_open() == 2
