"""When a job is expected to start."""

from bot.generation.estimates import InFlight, free_in, seconds_until_free, seconds_until_start

NOW = 1000.0
WAITS = InFlight(usual_seconds=10.0, started_at=None)
RUNS = InFlight(usual_seconds=10.0, started_at=NOW - 4)
UNKNOWN = InFlight(usual_seconds=None, started_at=NOW - 4)
OVERDUE = InFlight(usual_seconds=10.0, started_at=NOW - 60)
HALF_DONE = InFlight(usual_seconds=10.0, started_at=NOW - 60, fraction=0.5)
BEHIND_OTHERS = InFlight(usual_seconds=10.0, started_at=None, behind_others=True)


def test_a_server_is_free_when_what_runs_and_what_waits_there_is_done() -> None:
    assert seconds_until_free([], NOW) == 0.0
    assert seconds_until_free([RUNS, WAITS], NOW) == 16.0
    assert seconds_until_free([OVERDUE], NOW) == 0.0
    assert seconds_until_free([HALF_DONE], NOW) == 60.0
    assert seconds_until_free([RUNS, UNKNOWN], NOW) is None
    assert seconds_until_free([RUNS, BEHIND_OTHERS], NOW) is None


def test_a_job_waits_for_those_before_it_and_for_what_runs() -> None:
    free = free_in([[RUNS]], NOW)
    assert seconds_until_start(free, 0, 0.0) == 6.0
    assert seconds_until_start(free, 2, 60.0) == 66.0


def test_servers_share_what_waits() -> None:
    free = free_in([[WAITS], [RUNS]], NOW)
    assert [seconds_until_start(free, ahead, 30.0 * ahead) for ahead in range(4)] == [6.0, 10.0, 36.0, 40.0]


def test_a_server_of_which_nothing_is_known_is_not_counted_on() -> None:
    assert free_in([[UNKNOWN], [RUNS], [RUNS, BEHIND_OTHERS]], NOW) == [6.0]
    assert seconds_until_start([], 0, 0.0) is None


def test_where_nothing_is_known_of_those_before_it_nothing_is_said() -> None:
    assert seconds_until_start([6.0], 0, 0.0) == 6.0
    assert seconds_until_start([6.0], 1, None) is None
