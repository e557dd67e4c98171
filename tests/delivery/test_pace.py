from bot.delivery.pace import SLOWEST, Pace

HERE, THERE = 1, 2


def test_one_job_is_edited_every_second_and_three_quarters() -> None:
    pace = Pace()
    pace.join(HERE)
    assert pace.pause_seconds(HERE) == 1.75


def test_jobs_in_one_channel_share_its_limit_and_others_do_not_notice() -> None:
    pace = Pace()
    for _ in range(10):
        pace.join(HERE)
    pace.join(THERE)
    assert (pace.pause_seconds(HERE), pace.pause_seconds(THERE)) == (12.0, 1.75)
    for _ in range(9):
        pace.leave(HERE)
    assert pace.pause_seconds(HERE) == 1.75


def test_edits_that_are_held_back_make_it_slower_and_quick_ones_calm_it_again() -> None:
    pace = Pace()
    pace.join(HERE)
    pace.took(HERE, 5.0)
    assert pace.pause_seconds(HERE) == 1.75 * 1.5
    for _ in range(20):
        pace.took(HERE, 5.0)
    assert pace.pause_seconds(HERE) == 1.75 * SLOWEST
    for _ in range(20):
        pace.took(HERE, 0.1)
    assert pace.pause_seconds(HERE) == 1.75
