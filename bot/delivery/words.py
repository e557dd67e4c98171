"""Small pieces of what a message says: words made harmless and short, sizes, durations, times, bars. Pure."""

import re
from collections.abc import Iterable, Iterator

from bot.texts import render, text

SHORT_PROMPT = 140
"""Characters of a prompt in a status message."""
LONG_PROMPT = 500
"""Characters of a prompt in a result message."""
BAR_CELLS = 20

_MARKDOWN = re.compile(r"[\\*_~|`<>\[\]()#]")
_LIST = re.compile(r"^(\d*)([-+.])(?=\s|$)")
"""A sign of a list stands before a space. Behind a backslash Discord lets signs disappear, and shows it before digits."""


def shortened(words: str, limit: int) -> str:
    """One line of at most ``limit`` characters."""
    return clipped(" ".join(words.split()), limit)


def clipped(words: str, limit: int) -> str:
    """At most ``limit`` characters; lines are kept."""
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def within(room: int, lines: Iterable[str]) -> Iterator[str]:
    """The first lines, as many as there is room for, and a sign that there are more."""
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            yield "…"
            return
        yield line


def escaped(words: str) -> str:
    """Words that Discord shows as they are: no markup, no mention, no timestamp, no custom emoji.

    ``AllowedMentions`` keeps a mention from pinging; this keeps it from looking like one.
    """
    line = _MARKDOWN.sub(r"\\\g<0>", " ".join(words.split()))
    return _LIST.sub(r"\1\\\2", line).replace("@", "@\u200b")


def quoted(words: str, limit: int) -> str:
    return f"> {escaped(shortened(words, limit))}"


def in_code(words: str, limit: int) -> str:
    """A block of code around ``words``, which keep their lines and cannot end it."""
    kept = clipped(words.strip(), limit).replace("```", "``\u200b`")
    return f"```\n{kept}\n```"


def bar(percent: int) -> str:
    filled = percent * BAR_CELLS // 100
    return f"`{'█' * filled}{'░' * (BAR_CELLS - filled)}` {percent} %"


def moment(unix_seconds: float) -> str:
    """A time that each reader's Discord counts down or up by itself. What has just begun is not ahead of them."""
    return f"<t:{int(unix_seconds)}:R>"


def megabytes(size_bytes: int) -> str:
    megas = size_bytes / (1024 * 1024)
    return f"{megas:.0f} MB" if megas >= 10 else f"{max(megas, 0.1):.1f} MB"


def duration(seconds: float, locale: str) -> str:
    """``9 s``, ``2:05 min``, ``1:02:05 h``, and the same in the reader's language."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        told = text("duration-hours", hours=hours, minutes=f"{minutes:02}", seconds=f"{rest:02}")
    elif minutes:
        told = text("duration-minutes", minutes=minutes, seconds=f"{rest:02}")
    else:
        told = text("duration-seconds", seconds=rest)
    return render(told, locale)
