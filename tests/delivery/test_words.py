import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.words import bar, clipped, duration, escaped, in_code, megabytes, moment, quoted, shortened


def test_words_of_a_person_become_one_harmless_line() -> None:
    assert (
        quoted("a *red* fox\n# in <@123> @everyone", 100)
        == "> a \\*red\\* fox \\# in \\<@\u200b123\\> @\u200beveryone"
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("0.01 to 8", "0.01 to 8"),
        ("-2 to 2", "-2 to 2"),
        ("[click](https://example.org)", r"\[click\]\(https://example.org\)"),
        ("`code` ||spoiler||", r"\`code\` \|\|spoiler\|\|"),
        ("<t:1700000000:R> <:fox:1>", r"\<t:1700000000:R\> \<:fox:1\>"),
        ("雪里的狐狸", "雪里的狐狸"),
    ],
)
def test_markup_is_shown_and_does_nothing(words: str, shown: str) -> None:
    assert escaped(words) == shown


@given(st.text())
def test_nobody_can_write_what_looks_like_a_mention(words: str) -> None:
    shown = escaped(words)
    assert "@everyone" not in shown
    assert "@here" not in shown
    assert "<@" not in shown.replace("\\<", "")
    assert "\n" not in shown


@given(st.text(), st.integers(1, 50))
def test_shortened_words_never_exceed_their_limit(words: str, limit: int) -> None:
    assert len(shortened(words, limit)) <= limit
    assert len(clipped(words, limit)) <= limit


def test_words_that_just_fit_are_not_shortened() -> None:
    assert (clipped("abcd", 4), clipped("abcde", 4)) == ("abcd", "abc…")


def test_a_block_of_code_cannot_be_ended_from_inside() -> None:
    assert in_code("a\n```\nb", 100) == "```\na\n``\u200b`\nb\n```"


def test_a_bar_fills_with_the_percentage() -> None:
    assert [bar(0), bar(52), bar(100)] == [
        "`░░░░░░░░░░░░░░░░░░░░` 0 %",
        "`██████████░░░░░░░░░░` 52 %",
        "`████████████████████` 100 %",
    ]


def test_durations_sizes_and_moments_are_short() -> None:
    told = [[duration(seconds, locale) for seconds in (-1, 9.4, 125, 3725)] for locale in ("en", "zh-CN")]
    assert told == [
        ["0 s", "9 s", "2:05 min", "1:02:05 h"],
        ["0 秒", "9 秒", "2 分 05 秒", "1 小时 02 分 05 秒"],
    ]
    assert [megabytes(size) for size in (1, 3_500_000, 10 * 1024 * 1024)] == ["0.1 MB", "3.3 MB", "10 MB"]
    assert moment(1_700_000_000.6) == "<t:1700000000:R>", "it has begun: it is not ahead"
