from msgspec.structs import replace

from bot.jobs.claim import Preparation
from bot.jobs.job import CancelResult, NewJob, State, Ticket
from bot.jobs.rewording import Reworded, Rewording
from bot.jobs.store import JobStore
from bot.texts import text
from tests.jobs.contract.preparations import PICTURE, READY, second_try, state
from tests.jobs.sample import LEASE_SECONDS, NO_LIMITS, MovableClock, new_job, worker

PROMPT = Rewording(
    "prompt",
    "a red fox, 雪",
    (("6", "text"), ("7", "clip_l")),
    translate=True,
    improve_for="tags",
    aside="<lora:fur:0.8>",
    offers_choices=True,
    ui_paths=(("nodes", 3, "widgets_values", 0), ("nodes", 4, "widgets_values", "text")),
)
NEGATIVE = Rewording("negative", "模糊", (("8", "text"),), translate=True)

NEW = Reworded(
    values={"prompt": "a red fox in snow, sharp", "seed": "7"},
    typed={"prompt": "a red fox, 雪"},
    graph='{"9": {"class_type": "SaveImage", "inputs": {"text": "a red fox in snow"}}}',
    ui_graph='{"nodes": []}',
    notices=(text("words-improved", option="prompt", typed="a red fox, 雪"),),
)


def with_words(*rewordings: Rewording) -> NewJob:
    return replace(new_job(), rewordings=rewordings or (PROMPT,), ui_graph='{"nodes": [], "version": 1}')


async def submit_and_claim(store: JobStore, new: NewJob) -> Preparation:
    await store.submit(new, NO_LIMITS)
    preparation = await store.claim_preparation("boot", LEASE_SECONDS)
    assert preparation
    return preparation


class RewordingsContract:
    async def test_a_job_with_words_to_be_bettered_is_made_ready_before_it_is_queued(
        self, store: JobStore
    ) -> None:
        new = with_words(PROMPT, NEGATIVE)

        ticket = await store.submit(new, NO_LIMITS)

        assert (ticket.created, ticket.position, ticket.job.state) == (True, None, State.PREPARING)
        assert ticket.job.rewordings == (PROMPT, NEGATIVE)
        assert await store.submit(new, NO_LIMITS) == Ticket(ticket.job, created=False)
        assert await store.claim(worker(), LEASE_SECONDS) is None

    async def test_what_new_words_hold_back_is_added_to_what_the_old_ones_did(self, store: JobStore) -> None:
        first, second = text("review-why-words", rule="a"), text("review-why-words", rule="b")
        held, plain = replace(with_words(), review=first), with_words()
        for new, change in ((held, replace(NEW, review=second, spoiler=True)), (plain, NEW)):
            assert await store.reworded(await submit_and_claim(store, new), change)
        jobs = [await store.job(each.id) for each in (held, plain)]
        assert [each and (each.review, each.spoiler) for each in jobs] == [(first, True), (None, False)]

    async def test_who_makes_it_ready_gets_the_graphs_that_have_the_words(self, store: JobStore) -> None:
        new = with_words()
        ticket = await store.submit(new, NO_LIMITS)

        preparation = await store.claim_preparation("boot", LEASE_SECONDS)

        job = replace(ticket.job, preparations=1)
        assert preparation == Preparation(job, "boot", (), graph=new.graph, ui_graph=new.ui_graph)

    async def test_its_new_words_are_what_runs(self, store: JobStore) -> None:
        preparation = await submit_and_claim(store, with_words())

        assert await store.reworded(preparation, NEW)

        reworded = replace(
            preparation.job, values=NEW.values, typed=NEW.typed, notices=NEW.notices, rewordings=()
        )
        assert await store.job(preparation.job.id) == reworded
        assert await store.prepared(preparation, [])
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert (claim.job.values, claim.graph, claim.ui_graph) == (NEW.values, NEW.graph, NEW.ui_graph)

    async def test_it_is_done_once_however_often_its_files_are_tried(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        first = await submit_and_claim(store, replace(with_words(), inputs=(PICTURE,)))
        await store.reworded(first, NEW)
        assert await store.postpone_preparation(first, 60)
        clock.move(60)

        second = await store.claim_preparation("boot", LEASE_SECONDS)

        assert second
        assert (second.job.rewordings, second.job.values, second.inputs) == ((), NEW.values, (PICTURE,))
        assert (second.graph, second.ui_graph) == ("", None)
        assert not await store.reworded(second, replace(NEW, values={}))
        assert await store.prepared(second, [READY])
        claim = await store.claim(worker(), LEASE_SECONDS)
        assert claim
        assert (claim.graph, len(claim.inputs)) == (NEW.graph, 1)

    async def test_who_ended_while_asking_is_followed_by_another_who_asks_again(
        self, store: JobStore, clock: MovableClock
    ) -> None:
        late = await submit_and_claim(store, with_words())
        clock.move(LEASE_SECONDS)

        successor = await store.claim_preparation("boot", LEASE_SECONDS)

        assert successor == second_try(late)
        assert not await store.reworded(late, replace(NEW, values={}))
        assert successor
        assert await store.reworded(successor, NEW)
        assert await store.prepared(successor, [])

    async def test_words_that_come_after_a_cancel_change_nothing(self, store: JobStore) -> None:
        preparation = await submit_and_claim(store, with_words())
        assert await store.cancel(preparation.job.id, 42) is CancelResult.CANCELLED
        cancelled = await store.job(preparation.job.id)

        assert not await store.reworded(preparation, NEW)

        assert await store.job(preparation.job.id) == cancelled
        assert await state(store, preparation) is State.CANCELLED
