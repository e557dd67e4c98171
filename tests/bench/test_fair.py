"""The fair order keeps its promise on the ledger's own claims: a small story of what ``python -m tests.bench fair`` tells."""

from statistics import median

from tests.bench.fair import LATEST, SHARE_OF_FIRST_COME, Ask, compared, flood, shares


async def test_small_guilds_hardly_wait_for_one_that_floods_and_nobody_waits_twice_their_share() -> None:
    fair, first_come = await compared(flood(jobs=100, small_guilds=3, each=4, servers=1), servers=1)

    assert median(fair.waits) < SHARE_OF_FIRST_COME * median(first_come.waits)
    assert fair.latest < LATEST < first_come.latest


def test_a_share_is_an_even_part_among_guilds_and_then_among_their_people() -> None:
    asked = [Ask(1, 11, 0.0, 6.0), Ask(1, 12, 0.0, 6.0), Ask(2, 21, 0.0, 6.0)]
    # one half of the server for guild 2 until 12; then all of it, in halves, for what is left: 3 s of each
    assert shares(asked, servers=1) == {2: 12.0, 0: 18.0, 1: 18.0}
