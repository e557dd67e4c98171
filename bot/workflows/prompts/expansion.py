"""One typed text as it becomes: choices picked, lines of wildcards drawn, both as deep as they go. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import Struct

from bot.comfy.dynamic_prompts import Pick, expand
from bot.workflows.discord_rules import MAX_TEXT
from bot.workflows.prompts.wildcards import Wildcards, lines_of, split

DEEPEST = 8
"""Lines that ask for lines that ask for lines."""
MOST_DRAWN = 100


class Expanded(Struct, frozen=True):
    words: str
    unknown: tuple[str, ...] = ()
    """Names of wildcards that there are not; in the words they stand as they were typed."""
    left: tuple[str, ...] = ()
    """Names of wildcards that were left in the words: it would have been too many, too deep or too long."""


def expanded(words: str, *, choices: bool, wildcards: Wildcards | None, pick: Pick) -> Expanded:
    """``choices``: whether ``{a|b}`` is one. ``wildcards`` None: ``__a__`` is no wildcard.

    Longer than :data:`MAX_TEXT` it becomes by no line: the wildcard whose line has no room stays as it is.
    """

    def choose(typed: str) -> str:
        return expand(typed, pick, strip_comments=False) if choices else typed

    chosen = choose(words)
    if wildcards is None or "__" not in chosen:
        return Expanded(chosen)
    drawing = _Drawing(wildcards, pick, choose, room=max(0, MAX_TEXT - len(chosen)))
    drawn = drawing.drawn(chosen, DEEPEST)
    return Expanded(drawn, tuple(drawing.unknown), tuple(drawing.left))


@dataclass(slots=True)
class _Drawing:
    """Draws until there is no room left."""

    wildcards: Wildcards
    pick: Pick
    choose: Callable[[str], str]
    room: int
    draws: int = MOST_DRAWN
    unknown: dict[str, None] = field(default_factory=dict[str, None])
    left: dict[str, None] = field(default_factory=dict[str, None])

    def drawn(self, words: str, deeper: int) -> str:
        return "".join(
            piece if name is None else self._drawn_from(name, piece, deeper) for piece, name in split(words)
        )

    def _drawn_from(self, name: str, typed: str, deeper: int) -> str:
        lines = lines_of(name, self.wildcards)
        if lines is None:
            self.unknown[name] = None
            return typed
        if not deeper or not self.draws:
            self.left[name] = None
            return typed
        self.draws -= 1
        line = self.choose(lines[self.pick(len(lines))])
        growth = len(line) - len(typed)
        if growth > self.room:
            self.left[name] = None
            return typed
        self.room -= growth
        return self.drawn(line, deeper - 1)
