"""The report: a line a figure, each with its floor, its budget and the verdict. Values in, text out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class AtMost:
    limit: float

    def __str__(self) -> str:
        return f"< {figure(self.limit)}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    limit: float

    def __str__(self) -> str:
        return f"≥ {figure(self.limit)}"


@dataclass(frozen=True, slots=True)
class FloorPlus:
    """At most so much more than the floor of the same run."""

    extra: float

    def __str__(self) -> str:
        return f"< floor + {figure(self.extra)}"


Budget: TypeAlias = AtMost | AtLeast | FloorPlus


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``floor`` is None where there is nothing to compare with."""

    name: str
    what: str
    unit: str
    result: float
    floor: float | None = None
    budget: Budget | None = None
    load: float = 0.0
    """Of the machine, over the last minute, when it was measured."""

    @property
    def ratio(self) -> float | None:
        return self.result / self.floor if self.floor else None

    @property
    def kept(self) -> bool | None:
        """Whether the budget is kept; None: there is none to keep."""
        match self.budget:
            case AtMost(limit):
                return self.result < limit
            case AtLeast(limit):
                return self.result >= limit
            case FloorPlus(extra):
                return None if self.floor is None else self.result < self.floor + extra
            case None:
                return None

    def to_json(self) -> dict[str, str | float | bool | None]:
        return {
            "name": self.name,
            "what": self.what,
            "unit": self.unit,
            "floor": self.floor,
            "result": self.result,
            "ratio": self.ratio,
            "budget": None if self.budget is None else str(self.budget),
            "kept": self.kept,
            "load": self.load,
        }


HEAD = ("", "figure", "unit", "floor", "result", "ratio", "budget", "", "load")
_LEFT = {0, 1, 2, 6}
_MARKS = {True: "✓", False: "✗", None: ""}


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned plain text under a head."""
    lines = [HEAD, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in _LEFT else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        row.what,
        row.unit,
        "–" if row.floor is None else figure(row.floor),
        figure(row.result),
        "" if row.ratio is None else f"{row.ratio:.1f}×",
        "" if row.budget is None else str(row.budget),
        _MARKS[row.kept],
        f"{row.load:.1f}",
    )


def figure(value: float) -> str:
    """Three digits where they say something."""
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that ``share`` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
