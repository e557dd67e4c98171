from contextlib import ExitStack

from bot.delivery.post_rates import POSTS, REMEMBERED, WINDOW_SECONDS, PostRates
from bot.delivery.slots import A_CHANNEL, AT_ONCE, MOST, SLOW_SECONDS, Slots

HERE, THERE = 1, 2


class Counter:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_channel_is_full_before_all_slots_are_taken() -> None:
    slots = Slots(Counter())
    with ExitStack() as taken:
        for _ in range(A_CHANNEL):
            assert slots.full_channels == frozenset()
            taken.enter_context(slots.taken(HERE))
        assert slots.full_channels == {HERE}
        assert slots.are_left
        assert (slots.are_full(HERE), slots.are_full(THERE)) == (True, False)
        for channel in range(AT_ONCE - A_CHANNEL):
            taken.enter_context(slots.taken(THERE + channel))
        assert not slots.are_left
        assert slots.are_full(THERE)
    assert (slots.are_left, slots.full_channels) == (True, frozenset())


def test_a_delivery_that_is_held_up_leaves_its_slot_to_other_channels() -> None:
    counter = Counter()
    slots = Slots(counter)
    with ExitStack() as taken:
        for channel in range(AT_ONCE):
            taken.enter_context(slots.taken(channel))
        assert not slots.are_left
        counter.now += SLOW_SECONDS
        assert slots.are_left
        for channel in range(MOST - AT_ONCE):
            counter.now += SLOW_SECONDS
            taken.enter_context(slots.taken(1000 + channel))
        counter.now += SLOW_SECONDS
        assert not slots.are_left


def test_after_some_messages_a_channel_waits_for_the_end_of_its_five_seconds() -> None:
    counter = Counter()
    rates = PostRates(counter=counter)
    for _ in range(POSTS):
        assert rates.wait_seconds(HERE) == 0.0
        rates.count(HERE)
        counter.now += 0.5
    assert rates.wait_seconds(HERE) == WINDOW_SECONDS - 0.5 * POSTS
    assert rates.wait_seconds(THERE) == 0.0
    counter.now += WINDOW_SECONDS - 0.5 * POSTS
    assert rates.wait_seconds(HERE) == 0.0
    for _ in range(POSTS - 1):  # at its end a new window begins
        rates.count(HERE)
        assert rates.wait_seconds(HERE) == 0.0
    rates.count(HERE)
    assert rates.wait_seconds(HERE) == WINDOW_SECONDS


def test_a_channel_that_was_quiet_is_forgotten() -> None:
    rates = PostRates(posts=1, counter=Counter())
    for channel in range(REMEMBERED + 1):
        rates.count(channel)
    assert rates.wait_seconds(0) == 0.0
    assert rates.wait_seconds(REMEMBERED) == WINDOW_SECONDS
