"""Numbers of jobs as a table for spreadsheets: one row a number's owner, in words that stay the same in every language. Pure."""

import csv
import io
from collections.abc import Iterator

from bot.delivery.figure_page import iso_day
from bot.jobs.figure_store import Figures

HEAD = ("figure", "of", "jobs", "done", "failed", "cancelled", "gpu_minutes", "seconds")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is computed by spreadsheets: https://owasp.org/www-community/attacks/CSV_Injection."""

Cell = str | int | float | None


def csv_of(figures: Figures) -> bytes:
    """UTF-8 with a mark, by which Excel knows it. Persons are ``user:ID``: as a bare number a spreadsheet would round it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([harmless(cell) for cell in row] for row in _rows(figures))
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _rows(figures: Figures) -> Iterator[tuple[Cell, ...]]:
    for day in figures.days:
        yield ("day", iso_day(day.number), day.jobs, day.done, day.failed, day.cancelled, None, None)
    for use in figures.workflows:
        yield ("workflow", use.of, use.jobs, None, None, None, round(use.gpu_seconds / 60, 2), None)
    for use in figures.people:
        person = f"user:{use.of}" if use.of else "nobody"
        yield ("person", person, use.jobs, None, None, None, round(use.gpu_seconds / 60, 2), None)
    for failure in figures.failures:
        yield ("failure", failure.reason or "unknown", failure.jobs, None, failure.jobs, None, None, None)
    if (waits := figures.waits) is not None:
        yield ("wait", "median", waits.jobs, None, None, None, None, waits.median_seconds)
        yield ("wait", "90 %", waits.jobs, None, None, None, None, waits.ninth_tenth_seconds)
