import pytest

from tests.bench.table import AtLeast, AtMost, Budget, FloorPlus, Row, percentile, table


@pytest.mark.parametrize(
    ("budget", "result", "floor", "kept"),
    [
        (AtMost(100), 99.9, None, True),
        (AtMost(100), 100, None, False),
        (AtLeast(100), 100, 400, True),
        (AtLeast(100), 99.9, 400, False),
        (FloorPlus(10), 13.3, 3.4, True),
        (FloorPlus(10), 13.4, 3.4, False),
        (FloorPlus(10), 13.4, None, None),
        (None, 1, 1, None),
    ],
)
def test_a_budget_is_kept_or_missed_or_says_nothing(
    budget: Budget | None, result: float, floor: float | None, *, kept: bool | None
) -> None:
    assert Row("a", "", "ms", result, floor, budget).kept is kept


def test_a_percentile_is_one_of_the_values() -> None:
    hundred = [float(value) for value in range(100, 0, -1)]
    assert [percentile(hundred, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1, 50, 99, 100]
    assert percentile([7.0], 0.99) == 7


def test_the_table_puts_each_result_beside_its_floor_and_its_budget() -> None:
    rows = [
        Row("a", "delivery p50", "ms", 9.25, 3.4, FloorPlus(10), load=1.24),
        Row("c", "jobs a second", "/s", 87.31, 372.2, AtLeast(100), load=2),
        Row("f", "memory", "MB", 64, None),
    ]
    assert table(rows).splitlines() == [
        "   figure         unit  floor  result  ratio  budget           load",
        "a  delivery p50   ms      3.4    9.25   2.7×  < floor + 10  ✓   1.2",
        "c  jobs a second  /s      372    87.3   0.2×  ≥ 100         ✗   2.0",
        "f  memory         MB        –      64                           0.0",
    ]
