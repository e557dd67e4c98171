"""Numbers of jobs, as a picture, as words for who does not see it, and as a table."""

import csv
import io
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from bot.delivery import figure_picture
from bot.delivery.figure_csv import HEAD, csv_of, harmless
from bot.delivery.figure_page import FAMILIES, MOST_SHOWN, REASONS, page_of, reason_named
from bot.delivery.figure_picture import BACKGROUND, CANCELLED, DONE, FAILED, FAINT, INK, WIDTH, draw_page
from bot.delivery.fonts import Fonts
from bot.delivery.sheet_words import MAX_ALT
from bot.jobs.figure_store import Day, Failure, Figures, Use, Waits
from bot.texts import render, text
from tests.delivery.lettering import font_for, put

NO_FONTS = Fonts([])
TITLE = text("stats-title", span=text("stats-week"))
FIGURES = Figures(
    days=(Day(19_999), Day(20_000, 30, 12, 3)),
    workflows=(Use("txt2img", 40, 1800.0), Use("=HYPERLINK(1)", 5, 60.0)),
    people=(Use(123456789012345678, 30, 1500.0), Use(42, 5, 300.0), Use(0, 10, 60.0)),
    failures=(Failure("failed-node", 6), Failure("failed-node-advised", 3), Failure("", 2), Failure("x", 1)),
    waits=Waits(44, 18, 340),
)


def test_every_number_is_in_words_for_who_does_not_see_the_picture() -> None:
    alt = page_of(FIGURES, TITLE, {42: "Fox"}, "en").alt
    assert alt == (
        "This server · the last 7 days. Jobs: 45. GPU time: 31 min. Half began within: 18 s. "
        "90 % began within: 5:40 min. GPU time by workflow: txt2img 30 min, =HYPERLINK(1) 1 min. "
        "GPU time by person: person …5678 25 min, Fox 5 min, no longer known 1 min. "
        "Failures by reason: a node failed 9, something else 3. "
        "Jobs by day, UTC (done + failed + cancelled): 10-04: 30 + 12 + 3"
    )


def test_where_there_are_many_the_last_row_counts_the_others_and_the_words_have_an_end() -> None:
    people = tuple(Use(number, 1, 60.0) for number in range(1, 101))
    days = tuple(Day(number, 1000, 1000, 1000) for number in range(20_000, 20_060))
    page = page_of(replace(FIGURES, people=people, days=days), TITLE, {}, "zh-CN")
    assert len(page.rankings[1].bars) == MOST_SHOWN
    assert (page.rankings[1].bars[-1].value, page.rankings[1].bars[-1].share) == ("95 分钟", 1.0)
    assert MAX_ALT - 2 <= len(page.alt) <= MAX_ALT


def test_a_reason_that_is_no_text_would_never_be_met() -> None:
    for text_id in REASONS:
        render(text(text_id, **dict.fromkeys(("node", "message", "advice", "problems", "id"), "x")), "en")
    for beginning, words in FAMILIES.items():
        assert reason_named(f"{beginning}x") == words


def luminance(colour: tuple[int, int, int]) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [INK, FAINT, DONE, FAILED, CANCELLED])
def test_words_and_bars_stand_out_of_the_pictures_own_background(colour: tuple[int, int, int]) -> None:
    assert (luminance(colour) + 0.05) / (luminance(BACKGROUND) + 0.05) >= 4.5


def test_the_picture_has_a_background_of_its_own_and_bars_as_long_as_what_they_mean() -> None:
    drawn = draw_page(page_of(FIGURES, TITLE, {}, "en"), NO_FONTS)
    shown = Image.open(io.BytesIO(drawn.content))
    assert (shown.mode, shown.size, shown.getpixel((0, 0))) == ("RGB", drawn.size, BACKGROUND)
    assert drawn.size[0] == WIDTH
    counts = {colour: count for count, colour in shown.getcolors(1 << 20) or ()}
    middle = figure_picture.CHART_HEIGHT * 12 / 45  # of 45 jobs, 12 failed
    column = WIDTH - 2 * figure_picture.MARGIN
    assert counts[FAILED] == pytest.approx(middle * column / 2 * 2 / 3, rel=0.1)
    assert drawn.lacking == frozenset()


def test_where_nothing_ran_that_is_said() -> None:
    nothing = Figures((Day(20_000),), (), (), (), None)
    page = page_of(nothing, TITLE, {}, "en")
    assert page.alt == "This server · the last 7 days. No job ended in these days."
    assert draw_page(page, NO_FONTS).size[1] < 400


def test_chinese_is_drawn_where_a_font_has_it_and_told_where_none_does(tmp_path: Path) -> None:
    page = page_of(FIGURES, TITLE, {42: "狐狸"}, "zh-CN")
    lacking = draw_page(page, NO_FONTS).lacking
    assert {*"狐狸失败"} <= lacking
    put(tmp_path, "NotoSansSC-Regular.ttf", font_for("".join(lacking) + page.alt + "".join(page.legend)))
    assert draw_page(page, Fonts([tmp_path])).lacking == frozenset()


def test_the_table_says_all_and_no_cell_is_computed() -> None:
    content = csv_of(FIGURES).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert tuple(rows[0]) == HEAD
    assert rows[2] == ["day", "2024-10-04", "45", "30", "12", "3", "", ""]
    assert ["workflow", "'=HYPERLINK(1)", "5", "", "", "", "1.0", ""] in rows
    assert ["person", "user:123456789012345678", "30", "", "", "", "25.0", ""] in rows
    assert ["wait", "90 %", "44", "", "", "", "", "340"] in rows
    assert [harmless(each) for each in ("=1", "+1", "-1", "@x", "\t=1", "x=", -1)] == [
        "'=1", "'+1", "'-1", "'@x", "'\t=1", "x=", -1,
    ]  # fmt: skip
