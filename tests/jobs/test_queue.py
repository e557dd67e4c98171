"""Who joins a queue stands where they would if all of it had been read anew."""

from random import Random

import pytest

from bot.jobs.audit import EVERY_GUILD
from bot.jobs.fair_order import NOBODY, Key, Waiting
from bot.jobs.queue import Queue

PLACES, PEOPLE = (100, 101, 102, 103), range(1, 9)


def some_jobs(random: Random, count: int) -> list[Waiting]:
    return [
        Waiting(
            sequence,
            random.choice(PLACES),
            random.choice(PEOPLE),
            cost=random.choice((1_000, 10_000, 10_000, 33_333)),
            weight=random.choice((1, 1, 3)),
            cost_known=int(random.random() < 0.95),
        )
        for sequence in range(1, count + 1)
    ]


def some_leads(random: Random) -> dict[Key, int]:
    keys = [(place, user_id) for place in PLACES for user_id in (NOBODY, *PEOPLE)]
    return {key: random.choice((5_000, 20_000)) for key in keys if random.random() < 0.3}


@pytest.mark.parametrize("paused", [set[int](), {101}, {EVERY_GUILD}], ids=["none", "one", "all"])
def test_who_joins_stands_where_all_stand_that_were_read_at_once(paused: set[int]) -> None:
    for seed in range(15):
        random = Random(seed)
        jobs, ahead = some_jobs(random, 60), some_leads(random)
        joined = anew = Queue(jobs[:20], ahead, paused)
        for number, job in enumerate(jobs[20:], 21):
            joined.join(job)
            joined.join(job)
            anew = Queue(jobs[:number], ahead, paused)
            assert joined.position(job.sequence) == anew.position(job.sequence)
        assert [joined.position(job.sequence) for job in jobs] == [
            anew.position(job.sequence) for job in jobs
        ]
        assert [*joined.jobs] == [*anew.jobs]
        assert len(joined) == len(anew) == 60


def test_whom_nobody_stands_before_joins_an_empty_queue() -> None:
    queue = Queue([], {})
    queue.join(Waiting(7, 100, 1, cost=1_000, weight=1))
    position = queue.position(7)
    assert position is not None
    assert (position.ahead, position.people_ahead, position.people) == (0, 0, 0)
