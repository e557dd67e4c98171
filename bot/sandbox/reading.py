"""How a message reads in a terminal: Discord's Markdown made plain, times told from now on, persons by name."""

import re
from collections.abc import Mapping

_ESCAPED = re.compile(r"\\([\\`*_~|<>\[\]()#:@.-])")
_TIME = re.compile(r"<t:(\d+):R>")
_PERSON = re.compile(r"<@!?(\d+)>")
_LINK = re.compile(r"\[([^\]]+)\]\((?:https?://[^)\s]+)\)")
_MARKS = re.compile(r"\*\*|__|~~|\|\||`")
_LINE_MARKS = re.compile(r"^(?:-# |> |#{1,3} )")
_KEPT = "\x00"
_LENGTHS = (86_400, 3600, 60, 1)
"""Of a day, an hour, a minute and a second."""
_HIDDEN = re.compile("[\u200b\u2060]")


def readable(words: str, names: Mapping[int, str], now: float, locale: str = "en-US") -> str:
    """``words`` as somebody sees them in a client.

    Args:
        words: a message's text, in Discord's Markdown.
        names: who is meant by an id.
        now: Unix seconds.
        locale: of the person who reads it.
    """
    lines = (_LINE_MARKS.sub("", line) for line in words.splitlines())
    plain = "\n".join(map(_plain, lines))
    plain = _TIME.sub(lambda found: relative(int(found[1]) - now, locale), plain)
    plain = _PERSON.sub(lambda found: f"@{names.get(int(found[1]), found[1])}", plain)
    return _HIDDEN.sub("", plain)


def one_line(words: str) -> str:
    return " · ".join(line.strip() for line in words.splitlines() if line.strip())


def relative(seconds: float, locale: str = "en-US") -> str:
    """A moment as Discord's ``<t:…:R>`` tells it, shortened."""
    distance, is_chinese = abs(seconds), locale.startswith("zh")
    units = ("天", "小时", "分钟", "秒") if is_chinese else ("d", "h", "min", "s")
    length, unit = next(
        pair for pair in zip(_LENGTHS, units, strict=True) if distance >= pair[0] or pair[0] == 1
    )
    amount = f"{distance / length:.0f} {unit}"
    if is_chinese:
        return f"{amount}后" if seconds > 0 else f"{amount}前"
    return f"in {amount}" if seconds > 0 else f"{amount} ago"


def _plain(line: str) -> str:
    """The line without its markup; what is escaped is no markup."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return _KEPT

    without = _MARKS.sub("", _LINK.sub(r"\1", _ESCAPED.sub(keep, line)))
    characters = iter(kept)
    return re.sub(_KEPT, lambda _: next(characters), without)
