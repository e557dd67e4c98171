import asyncio
from uuid import UUID, uuid4

from msgspec.structs import replace

from bot.jobs.inputs import Attachment, KeptInput, MadeOutput
from bot.jobs.origin import Action, Origin
from bot.jobs.pending import Answers, NewReminder, PendingOrder
from bot.jobs.pending_store import MOST_PENDING, MOST_REMINDERS, PENDING_SECONDS
from bot.jobs.store import JobStore
from tests.jobs.sample import MovableClock

JOB = UUID(int=7)
FIRST = Answers(
    {"prompt": "a red fox, 雪", "seed": "9007199254740993"}, {"image": KeptInput(JOB, "image", "fox.png")}
)


def order(user_id: int = 1) -> PendingOrder:
    return PendingOrder(uuid4(), user_id, 100, "img2img", FIRST, FIRST, Origin(JOB, Action.EDIT, 2))


def reminder(user_id: int = 1, job_id: UUID | None = None) -> NewReminder:
    return NewReminder(job_id or uuid4(), user_id, 200, frozenset({"KSampler", "/img2img"}))


class PendingContract:
    async def test_what_is_still_chosen_is_kept_for_its_person_alone(self, store: JobStore) -> None:
        kept = order()
        await store.keep_pending(kept)

        assert await store.pending(kept.id, 1) == kept
        assert await store.pending(kept.id, 2) is None
        assert await store.pending(uuid4(), 1) is None
        bare = replace(order(), guild_id=None, origin=None, private=True)
        await store.keep_pending(bare)
        assert await store.pending(bare.id, 1) == bare

    async def test_one_press_that_two_processes_hear_is_one_order(self, store: JobStore) -> None:
        kept = order()
        await store.keep_pending(kept)
        await store.keep_pending(replace(kept, workflow="another"))

        assert await store.pending(kept.id, 1) == kept

    async def test_two_forms_that_come_back_at_once_both_count_and_reset_forgets_them(
        self, store: JobStore
    ) -> None:
        kept = order()
        await store.keep_pending(kept)
        wolf, made = Attachment("https://cdn/wolf", "wolf.png", 7), MadeOutput(JOB, 2, "made.png")
        await asyncio.gather(
            store.answer_pending(kept.id, 1, {"prompt": "a wolf"}, {"image": wolf}),
            store.answer_pending(kept.id, 1, {"steps": "7", "seed": ""}, {"mask": made}),
        )
        values = {"prompt": "a wolf", "seed": "", "steps": "7"}
        changed = replace(kept, chosen=Answers(values, {"image": wolf, "mask": made}))

        assert await store.pending(kept.id, 1) == changed
        assert await store.answer_pending(kept.id, 2, {"prompt": "x"}, {}) is None
        assert await store.reset_pending(kept.id, 2) is None
        assert await store.reset_pending(kept.id, 1) == kept
        assert await store.pending(kept.id, 1) == kept

    async def test_of_two_who_take_an_order_one_gets_it(self, store: JobStore) -> None:
        kept = order()
        await store.keep_pending(kept)

        assert await store.take_pending(kept.id, 2) is None
        taken = await asyncio.gather(*(store.take_pending(kept.id, 1) for _ in range(3)))

        assert [each for each in taken if each is not None] == [kept]
        assert await store.answer_pending(kept.id, 1, {}, {}) is None

    async def test_of_many_orders_of_one_person_the_oldest_give_way(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        others = order(user_id=2)
        await store.keep_pending(others)
        mine = [order() for _ in range(MOST_PENDING + 2)]
        for each in mine:
            clock.move(1)
            await store.keep_pending(each)

        left = [each for each in mine if await store.pending(each.id, 1) is not None]

        assert left == mine[2:]
        assert await store.pending(others.id, 2) == others

    async def test_orders_of_yesterday_and_old_reminders_are_forgotten(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        kept = order()
        await store.keep_pending(kept)
        assert await store.keep_reminder(reminder())
        clock.move(PENDING_SECONDS - 1)
        await store.forget(30 * PENDING_SECONDS)
        assert await store.pending(kept.id, 1) == kept

        clock.move(2)
        await store.forget(30 * PENDING_SECONDS)
        assert await store.pending(kept.id, 1) is None
        assert len(await store.reminders()) == 1

        clock.move(30 * PENDING_SECONDS)
        await store.forget(30 * PENDING_SECONDS)
        assert await store.reminders() == []

    async def test_a_reminder_is_kept_once_for_a_job_and_a_person_until_it_was_told(
        self, store: JobStore
    ) -> None:
        first, others = reminder(), reminder(user_id=2)
        theirs = replace(others, job_id=first.job_id)
        for each in (first, first, theirs):
            assert await store.keep_reminder(each)

        kept = await store.reminders()
        assert [each.asked for each in kept] == [first, theirs]

        await store.reminded(kept[0])
        await store.reminded(kept[0])
        assert await store.reminders() == [kept[1]]

    async def test_one_person_has_so_many_reminders_and_no_more(self, store: JobStore) -> None:
        first = reminder()
        assert await store.keep_reminder(first)
        for _ in range(MOST_REMINDERS - 1):
            assert await store.keep_reminder(reminder())

        assert not await store.keep_reminder(reminder())
        assert await store.keep_reminder(first)
        assert await store.keep_reminder(reminder(user_id=2))
        assert len(await store.reminders()) == MOST_REMINDERS + 1
