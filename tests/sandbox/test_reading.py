"""How a message reads in a terminal."""

import pytest

from bot.sandbox.reading import one_line, readable, relative


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("**txt2img**\n> a fox\n-# small", "txt2img\na fox\nsmall"),
        (r"\*not bold\* **bold**", "*not bold* bold"),
        ("started <t:90:R>, ready <t:104:R>", "started 10 s ago, ready in 4 s"),
        ("<@7> and <@8>", "@Ada and @8"),
        ("Done · [Show the result](https://example.test/1)", "Done · Show the result"),
        ("`█░` 50 %", "█░ 50 %"),
        ("@\u200beveryone", "@everyone"),
    ],
)
def test_markdown_becomes_what_a_client_shows(words: str, seen: str) -> None:
    assert readable(words, {7: "Ada"}, now=100.0) == seen


def test_times_are_told_in_the_unit_that_fits() -> None:
    assert [relative(seconds) for seconds in (-5, 65, 7200, -200_000)] == [
        "5 s ago",
        "in 1 min",
        "in 2 h",
        "2 d ago",
    ]
    assert [relative(seconds, "zh-CN") for seconds in (-5, 65, 7200, -200_000)] == [
        "5 秒前",
        "1 分钟后",
        "2 小时后",
        "2 天前",
    ]


def test_a_message_of_several_lines_fits_on_one() -> None:
    assert one_line("a\n\n b \nc") == "a · b · c"
