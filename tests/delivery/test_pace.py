from bot.delivery.pace import SLOWEST, Pace

HERE, THERE = 1, 2


def test_one_job_is_edited_every_second_and_three_quarters() -> None:
    pace = Pace()
    pace.join(HERE, running=True)
    assert pace.pause_seconds(HERE, running=True) == 1.75


def test_running_jobs_share_a_channels_limit_and_others_do_not_notice() -> None:
    pace = Pace()
    for _ in range(10):
        pace.join(HERE, running=True)
    pace.join(THERE, running=True)
    assert pace.pause_seconds(HERE, running=True) == 24.0
    assert pace.pause_seconds(THERE, running=True) == 1.75
    for _ in range(9):
        pace.leave(HERE, running=True)
    assert pace.pause_seconds(HERE, running=True) == 1.75


def test_the_job_that_runs_is_edited_often_and_those_that_wait_seldom() -> None:
    pace = Pace()
    for _ in range(20):
        pace.join(HERE, running=False)
    pace.leave(HERE, running=False)
    pace.join(HERE, running=True)
    assert pace.pause_seconds(HERE, running=True) == 1.75
    assert pace.pause_seconds(HERE, running=False) == 114.0


def test_edits_that_are_held_back_make_it_slower_and_quick_ones_calm_it_again() -> None:
    pace = Pace()
    pace.join(HERE, running=True)
    pace.took(HERE, 5.0)
    assert pace.pause_seconds(HERE, running=True) == 1.75 * 1.5
    for _ in range(20):
        pace.took(HERE, 5.0)
    assert pace.pause_seconds(HERE, running=True) == 1.75 * SLOWEST
    for _ in range(20):
        pace.took(HERE, 0.1)
    assert pace.pause_seconds(HERE, running=True) == 1.75
