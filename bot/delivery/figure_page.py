"""Numbers of jobs as a page of words, bars and its alternative text, for a reader's language. Pure.

:mod:`bot.delivery.figure_picture` draws it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from msgspec import Struct

from bot.delivery.sheet_words import MAX_ALT
from bot.delivery.words import clipped, duration, shortened
from bot.jobs.figure_store import DAY_SECONDS, Day, Figures, Use
from bot.texts import Text, render, text

Telling: TypeAlias = Callable[[float, str], str]
"""An amount in words of a language."""

MOST_SHOWN = 6
"""Rows of a list; of more the last one counts the others."""
MAX_NAME = 40

REASONS: Mapping[str, Text] = {
    "failed-out-of-memory": text("stats-failure-memory"),
    "failed-node": text("stats-failure-node"),
    "failed-node-advised": text("stats-failure-node"),
    "failed-lost": text("stats-failure-lost"),
    "failed-cleared": text("stats-failure-lost"),
    "failed-stalled": text("stats-failure-lost"),
    "failed-unfinished": text("stats-failure-lost"),
    "failed-interrupted": text("stats-failure-interrupted"),
    "failed-no-output": text("stats-failure-nothing"),
    "failed-all-cached": text("stats-failure-nothing"),
    "failed-unheard": text("stats-failure-nothing"),
    "failed-files-gone": text("stats-failure-nothing"),
    "refused-graph": text("stats-failure-refused"),
    "refused-whole": text("stats-failure-refused"),
    "preparation-given-up": text("stats-failure-input"),
    "bug": text("stats-failure-bug"),
}
"""In a few words, by the id of the sentence that told it."""

FAMILIES: Mapping[str, Text] = {
    "input-": text("stats-failure-input"),
    "quarantined-": text("stats-failure-set-aside"),
    "words-": text("stats-failure-rules"),
    "hook-": text("stats-failure-rules"),
}
"""The same, by how such ids begin."""


class Column(Struct, frozen=True):
    """One day of the chart."""

    label: str
    parts: tuple[int, int, int]
    """Jobs that are done, failed, cancelled."""


class Bar(Struct, frozen=True):
    label: str
    value: str
    share: float
    """Of the longest of its list: 0 to 1."""


class Ranking(Struct, frozen=True):
    heading: str
    bars: tuple[Bar, ...]


class Page(Struct, frozen=True):
    title: str
    tiles: tuple[tuple[str, str], ...]
    """What it is, and how much."""
    chart: str
    """The heading of the columns."""
    legend: tuple[str, str, str]
    columns: tuple[Column, ...]
    rankings: tuple[Ranking, ...]
    nothing: str = ""
    """What is said where there are no numbers."""

    @property
    def alt(self) -> str:
        """Every number, for those who do not see the picture."""
        lines = [self.title, *(f"{label}: {value}" for label, value in self.tiles)]
        if self.nothing:
            return clipped(f"{self.title}. {self.nothing}", MAX_ALT)
        lines += [f"{ranking.heading}: {_told(ranking.bars)}" for ranking in self.rankings]
        days = (f"{column.label}: {_of_day(column)}" for column in self.columns if sum(column.parts))
        lines.append(f"{self.chart} ({' + '.join(self.legend)}): {', '.join(days)}")
        return clipped(". ".join(lines), MAX_ALT)


def page_of(figures: Figures, title: Text, names: Mapping[int, str], locale: str) -> Page:
    """``names``: of those persons whose names are known."""

    def words(message: Text) -> str:
        return render(message, locale)

    uses = [(_workflow_name(use), use) for use in figures.workflows]
    people = [(_person_name(use, names, locale), use) for use in figures.people]
    failures = _ranking(text("stats-failures"), _failures(figures, locale), locale, _jobs)
    rankings = (
        _ranking(text("stats-workflows"), _minutes(uses), locale, _gpu_time),
        _ranking(text("stats-people"), _minutes(people), locale, _gpu_time),
        *((failures,) if failures.bars else ()),
    )
    return Page(
        title=words(title),
        tiles=_tiles(figures, locale),
        chart=words(text("stats-by-day")),
        legend=(words(text("stats-done")), words(text("stats-failed")), words(text("stats-cancelled"))),
        columns=tuple(map(_column, figures.days)),
        rankings=rankings if figures.jobs else (),
        nothing="" if figures.jobs else words(text("stats-nothing")),
    )


def reason_named(text_id: str) -> Text:
    """Why a job failed, in a few words."""
    for beginning, words in FAMILIES.items():
        if text_id.startswith(beginning):
            return words
    return REASONS.get(text_id, text("stats-failure-other"))


def iso_day(number: int) -> str:
    """``2026-11-27``."""
    return datetime.fromtimestamp(number * DAY_SECONDS, UTC).date().isoformat()


def _tiles(figures: Figures, locale: str) -> tuple[tuple[str, str], ...]:
    waits = figures.waits
    tiles = [
        (text("stats-jobs"), _jobs(figures.jobs, locale)),
        (text("stats-gpu"), _gpu_time(figures.gpu_seconds, locale)),
        (text("stats-wait-median"), "–" if waits is None else duration(waits.median_seconds, locale)),
        (text("stats-wait-most"), "–" if waits is None else duration(waits.ninth_tenth_seconds, locale)),
    ]
    return tuple((render(label, locale), value) for label, value in tiles)


def _column(day: Day) -> Column:
    return Column(iso_day(day.number)[5:], (day.done, day.failed, day.cancelled))


def _workflow_name(use: Use) -> str:
    return shortened(str(use.of), MAX_NAME)


def _person_name(use: Use, names: Mapping[int, str], locale: str) -> str:
    if use.of == 0:
        return render(text("stats-nobody"), locale)
    known = names.get(int(use.of))
    if known:
        return shortened(known, MAX_NAME)
    return render(text("stats-person", digits=str(use.of)[-4:]), locale)


def _minutes(uses: Sequence[tuple[str, Use]]) -> Sequence[tuple[str, float]]:
    return [(name, use.gpu_seconds) for name, use in uses]


def _failures(figures: Figures, locale: str) -> Sequence[tuple[str, float]]:
    """Those of one kind together, the most frequent first."""
    counts: dict[str, float] = {}
    for failure in figures.failures:
        name = render(reason_named(failure.reason), locale)
        counts[name] = counts.get(name, 0) + failure.jobs
    return sorted(counts.items(), key=lambda each: -each[1])


def _ranking(heading: Text, amounts: Sequence[tuple[str, float]], locale: str, told: Telling) -> Ranking:
    shown = amounts if len(amounts) <= MOST_SHOWN else amounts[: MOST_SHOWN - 1]
    rest = amounts[len(shown) :]
    rows = [*shown]
    if rest:
        rows.append(
            (render(text("stats-others", count=len(rest)), locale), sum(amount for _, amount in rest))
        )
    longest = max((amount for _, amount in rows), default=0) or 1
    bars = tuple(Bar(name, told(amount, locale), amount / longest) for name, amount in rows)
    return Ranking(render(heading, locale), bars)


def _gpu_time(seconds: float, locale: str) -> str:
    minutes = seconds / 60
    return render(
        text("stats-minutes", minutes=round(minutes, 1) if minutes < 10 else round(minutes)), locale
    )


def _jobs(count: float, locale: str) -> str:
    return render(text("stats-count", count=round(count)), locale)


def _told(bars: Sequence[Bar]) -> str:
    return ", ".join(f"{bar.label} {bar.value}" for bar in bars)


def _of_day(column: Column) -> str:
    return " + ".join(map(str, column.parts))
