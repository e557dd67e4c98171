"""What moderators hold up, what people report to them, and who did what."""

import asyncio
from uuid import uuid4

from msgspec.structs import replace

from bot.jobs.audit_store import AUDIT_SECONDS, AuditAction, AuditFilter, AuditLine
from bot.jobs.block_store import Block
from bot.jobs.claim import Verdict
from bot.jobs.job import CancelResult
from bot.jobs.pause_store import PauseKind
from bot.jobs.report_store import MOST_REPORTS, REPORT_SECONDS, REPORTS_SECONDS, NewReport, Reported
from bot.jobs.store import JobStore
from bot.jobs.waiting_store import NOBODY, WaitingPerson
from tests.jobs.contract.groups import group_of
from tests.jobs.sample import LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, open_jobs, worker

GUILD, OTHER_GUILD, PERSON, MODERATOR = 100, 101, 2, 3
NEW_REPORT = NewReport(
    guild_id=GUILD,
    channel_id=200,
    message_id=300,
    job_id=uuid4(),
    about_id=PERSON,
    reported_by=4,
    reason="not here, 不要",
)


async def actions(store: JobStore, which: AuditFilter = AuditFilter()) -> list[str]:  # noqa: B008  # it is frozen
    return [line.action for line in await store.audited(which, most=1000)]


class ModerationContract:
    async def test_a_block_holds_in_its_guild_until_it_is_over(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await store.block(GUILD, PERSON, seconds=60.0, reason="spam", by=MODERATOR)
        block = Block(GUILD, PERSON, clock.now + 60.0, "spam", MODERATOR)
        assert list(await store.blocks(GUILD, 10)) == [block]
        assert list(await store.blocks(OTHER_GUILD, 10)) == []
        clock.move(60.0)
        assert list(await store.blocks(GUILD, 10)) == []
        assert not await store.unblock(GUILD, PERSON, by=MODERATOR)

    async def test_a_later_block_takes_the_place_of_the_one_before(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        await store.block(GUILD, PERSON, seconds=60.0, reason="spam", by=MODERATOR)
        await store.block(GUILD, PERSON, seconds=None, reason="spam", by=MODERATOR)
        clock.move(3600.0)
        assert list(await store.blocks(GUILD, 10)) == [Block(GUILD, PERSON, None, "spam", MODERATOR)]
        assert await store.unblock(GUILD, PERSON, by=MODERATOR)
        assert list(await store.blocks(GUILD, 10)) == []

    async def test_what_is_done_twice_at_once_is_done_once_with_one_line(self, store: JobStore) -> None:
        for do in (
            lambda: store.block(GUILD, PERSON, seconds=60.0, reason="spam", by=MODERATOR),
            lambda: store.unblock(GUILD, PERSON, by=MODERATOR),
            lambda: store.pause(GUILD, PauseKind.DRAIN, by=MODERATOR),
            lambda: store.pause(GUILD, PauseKind.PAUSE, by=MODERATOR),
            lambda: store.resume(GUILD, by=MODERATOR),
            lambda: store.audit(GUILD, MODERATOR, AuditAction.CANCEL, once="cancel:1"),
        ):
            done = await asyncio.gather(do(), do())
            assert sorted(map(bool, done)) == [False, True]
        assert await actions(store) == ["cancel", "resume", "pause", "drain", "unblock", "block"]

    async def test_queues_are_held_up_each_by_itself_and_all_together(self, store: JobStore) -> None:
        await store.pause(None, PauseKind.PAUSE, by=MODERATOR)
        await store.pause(GUILD, PauseKind.DRAIN, by=MODERATOR)
        await store.pause(GUILD, PauseKind.PAUSE, by=MODERATOR)
        assert await store.pauses() == {
            None: {PauseKind.PAUSE},
            GUILD: {PauseKind.PAUSE, PauseKind.DRAIN},
        }
        assert not await store.resume(OTHER_GUILD, by=MODERATOR)
        await store.resume(GUILD, by=MODERATOR)
        assert await store.pauses() == {None: {PauseKind.PAUSE}}

    async def test_who_cancels_what_somebody_else_asked_for_has_one_line(self, store: JobStore) -> None:
        own, others, group = new_job(PERSON), new_job(PERSON), group_of(3)
        for new in (own, others):
            await store.submit(new, NO_LIMITS)
        await store.submit_group(group, NO_LIMITS)
        assert group[0].group is not None
        await store.cancel(own.id, PERSON)
        for _ in range(2):
            await store.cancel(others.id, MODERATOR)
            await store.cancel_group(group[0].group.group_id, MODERATOR)
        lines = await store.audited(AuditFilter())
        assert [(line.action, line.user_id, line.job_id, line.details) for line in lines] == [
            ("cancel", 1, group[0].id, {"count": "3"}),
            ("cancel", PERSON, others.id, {}),
        ]

    async def test_all_jobs_of_a_person_are_cancelled_and_then_all(self, store: JobStore) -> None:
        for new in (new_job(PERSON), new_job(PERSON), new_job(PERSON, guild_id=OTHER_GUILD), new_job(5)):
            await store.submit(new, NO_LIMITS)
        running = await store.claim(worker(), LEASE_SECONDS)
        assert running
        waiting = await store.cancel_all(GUILD, 9, AuditAction.LEFT, user_id=PERSON, with_running=False)
        assert waiting == [CancelResult.CANCELLED]
        for expected in (["requested"], ["requested"]):
            assert expected == await store.cancel_all(
                GUILD, MODERATOR, AuditAction.CANCEL_OF_PERSON, user_id=PERSON
            )
        assert await store.renew(running, LEASE_SECONDS) is Verdict.CANCEL
        assert sorted(await store.cancel_all(GUILD, MODERATOR, AuditAction.CANCEL_ALL)) == [
            "cancelled",
            "requested",
        ]
        assert [each.place.guild_id for each in await open_jobs(store)] == [GUILD, OTHER_GUILD]
        lines = await store.audited(AuditFilter())
        assert [(line.action, line.user_id, line.details["count"]) for line in lines] == [
            ("cancel-all", None, "1"),
            ("cancel-of-person", PERSON, "1"),
            ("left", PERSON, "1"),
        ]

    async def test_whose_jobs_wait_is_told_once_a_guild_and_person_page_by_page(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        for new in (
            *(new_job(PERSON) for _ in range(3)),
            new_job(5),
            new_job(PERSON, guild_id=OTHER_GUILD),
            new_job(PERSON, guild_id=None),
        ):
            await store.submit(new, NO_LIMITS)
        clock.move(60.0)
        await store.submit(new_job(6), NO_LIMITS)

        async def waiting(after: WaitingPerson = NOBODY, most: int = 10) -> list[WaitingPerson]:
            return list(await store.waiting_people("bot", waited_seconds=60.0, after=after, most=most))

        wait = [WaitingPerson(GUILD, PERSON), WaitingPerson(GUILD, 5), WaitingPerson(OTHER_GUILD, PERSON)]
        assert await waiting() == wait
        assert (await waiting(most=2), await waiting(after=wait[1])) == (wait[:2], wait[2:])
        await store.cancel_all(GUILD, 9, AuditAction.LEFT, user_id=PERSON, with_running=False)
        assert await waiting() == wait[1:]

    async def test_a_report_is_due_until_it_was_shown(self, store: JobStore, clock: MovableClock) -> None:
        assert await store.report(NEW_REPORT) is Reported.KEPT
        first = await store.claim_report(LEASE_SECONDS)
        assert first is not None
        assert (first.reported, first.reported_at) == (NEW_REPORT, clock.now)
        assert await store.claim_report(LEASE_SECONDS) is None
        clock.move(LEASE_SECONDS)
        assert await store.claim_report(LEASE_SECONDS) == first
        await store.postpone_report(first.number, 2 * LEASE_SECONDS)
        clock.move(LEASE_SECONDS)
        assert await store.claim_report(LEASE_SECONDS) is None
        clock.move(LEASE_SECONDS)
        assert await store.claim_report(LEASE_SECONDS) == first
        await store.report_shown(first.number)
        clock.move(LEASE_SECONDS)
        assert await store.claim_report(LEASE_SECONDS) is None

    async def test_a_person_reports_a_message_once_and_so_many_an_hour(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        others = [replace(NEW_REPORT, message_id=400 + number) for number in range(MOST_REPORTS + 1)]
        twice = await asyncio.gather(store.report(others[0]), store.report(others[0]))
        assert sorted(twice) == [Reported.BEFORE, Reported.KEPT]
        for each in others[1:-1]:
            assert await store.report(each) is Reported.KEPT
        assert await store.report(others[-1]) is Reported.TOO_MANY
        assert await store.report(replace(others[-1], guild_id=OTHER_GUILD)) is Reported.KEPT
        assert await store.report(replace(others[-1], reported_by=5)) is Reported.KEPT
        clock.move(REPORTS_SECONDS)
        assert await store.report(replace(others[-1], message_id=500)) is Reported.KEPT

    async def test_the_audit_tells_who_did_what_newest_first(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        job_id, began = uuid4(), clock.now
        await store.audit(GUILD, MODERATOR, AuditAction.CANCEL, user_id=PERSON, job_id=job_id)
        clock.move(1.0)
        await store.audit(None, MODERATOR, AuditAction.ANNOUNCE, details={"text": "明天"})
        announced, cancelled = await store.audited(AuditFilter())
        assert announced == AuditLine(
            announced.number, began + 1.0, None, MODERATOR, "announce", details={"text": "明天"}
        )
        assert cancelled == AuditLine(
            cancelled.number, began, GUILD, MODERATOR, "cancel", PERSON, job_id, details={}
        )

    async def test_the_audit_is_looked_through_by_guild_person_and_action_page_by_page(
        self, store: JobStore
    ) -> None:
        for guild_id in (GUILD, OTHER_GUILD):
            for user_id in (PERSON, 5):
                await store.block(guild_id, user_id, seconds=None, reason="", by=MODERATOR)
        await store.unblock(GUILD, PERSON, by=5)
        assert await actions(store, AuditFilter(GUILD)) == ["unblock", "block", "block"]
        assert await actions(store, AuditFilter(GUILD, actor_id=MODERATOR, user_id=PERSON)) == ["block"]
        assert await actions(store, AuditFilter(GUILD, action="unblock")) == ["unblock"]
        assert await store.count_audited(AuditFilter(GUILD)) == 3
        (second,) = await store.audited(AuditFilter(GUILD), skip=1, most=1)
        assert (second.action, second.user_id) == ("block", 5)

    async def test_what_is_over_is_forgotten_in_time(self, store: JobStore, clock: MovableClock) -> None:
        await store.block(GUILD, PERSON, seconds=60.0, reason="spam", by=MODERATOR)
        await store.report(NEW_REPORT)
        clock.move(REPORT_SECONDS + 1.0)
        await store.forget(3600.0)
        assert await store.claim_report(LEASE_SECONDS) is None
        assert await actions(store) == ["report", "block"]
        clock.move(AUDIT_SECONDS)
        await store.forget(3600.0)
        assert await actions(store) == []
