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
_HIDDEN = re.compile("[\u200b\u2060]")


def readable(words: str, names: Mapping[int, str], now: float) -> str:
    """``words`` as somebody sees them in a client.

    Args:
        words: a message's text, in Discord's Markdown.
        names: who is meant by an id.
        now: Unix seconds.
    """
    lines = (_LINE_MARKS.sub("", line) for line in words.splitlines())
    plain = "\n".join(map(_plain, lines))
    plain = _TIME.sub(lambda found: relative(int(found[1]) - now), plain)
    plain = _PERSON.sub(lambda found: f"@{names.get(int(found[1]), found[1])}", plain)
    return _HIDDEN.sub("", plain)


def one_line(words: str) -> str:
    return " · ".join(line.strip() for line in words.splitlines() if line.strip())


def relative(seconds: float) -> str:
    """A moment as Discord's ``<t:…:R>`` tells it, shortened."""
    distance = abs(seconds)
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if distance >= length:
            amount = f"{distance / length:.0f} {unit}"
            break
    else:
        amount = f"{distance:.0f} s"
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
