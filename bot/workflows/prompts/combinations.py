"""Every text that a typed one could become, in order: counted by arithmetic, written out only as far as wanted. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bot.comfy.dynamic_prompts import Choice, Pieces, kept, read_choices
from bot.workflows.discord_rules import MAX_TEXT
from bot.workflows.prompts.expansion import DEEPEST
from bot.workflows.prompts.wildcards import NO_WILDCARDS, Wildcards, lines_of, split
from bot.workflows.template import PromptSyntax

MOST = 16
MOST_COUNTED = 2**2048
"""More are not told apart."""
_NESTED = 50
"""Inside of more choices a wildcard stays one."""
_ROOM = 4
"""Times the letters that a person can type; each piece of a text counts as a letter, too."""
_MOST_LINES = 20_000
"""Of lines that offer something themselves; what further ones offer stays as it is."""


class Combinations(Struct, frozen=True):
    texts: tuple[str, ...]
    """The first, in the order in which they were typed, the last choice changing soonest. As a person would type them:
    read again, each becomes itself."""
    count: int
    """How many there would be in all."""


class Several(Struct, frozen=True):
    """Combinations of several options' texts."""

    values: tuple[Mapping[str, str], ...]
    count: int


class _OneOf(Struct, frozen=True):
    options: "tuple[_Part, ...]"
    count: int


class _Row(Struct, frozen=True):
    parts: "tuple[_Part, ...]"
    count: int


_Part: TypeAlias = str | _OneOf | _Row


def combinations(
    text: str,
    wildcards: Wildcards = NO_WILDCARDS,
    most: int = MOST,
    *,
    syntax: frozenset[PromptSyntax] = frozenset(PromptSyntax),
) -> Combinations:
    """What ``text`` could become, each text once however often a choice repeats it."""
    found = several_combinations({"": text}, wildcards, most, syntax=syntax)
    return Combinations(tuple(each[""] for each in found.values), found.count)


def several_combinations(
    texts: Mapping[str, str],
    wildcards: Wildcards = NO_WILDCARDS,
    most: int = MOST,
    *,
    syntax: frozenset[PromptSyntax] = frozenset(PromptSyntax),
) -> Several:
    """What the texts of several options could become together."""
    reading = _Reading(wildcards if PromptSyntax.WILDCARDS in syntax else NO_WILDCARDS, syntax)
    read = {name: reading.read(typed) for name, typed in texts.items()}
    count = _product(map(_count, read.values()))
    room = _ROOM * max(MAX_TEXT, *map(len, texts.values()), 0)
    values: list[Mapping[str, str]] = []
    for index in range(min(most, count)):
        chosen: dict[str, str] = {}
        rest = index
        for name, part in reversed(read.items()):
            rest, own = divmod(rest, _count(part))
            chosen[name] = reading.typed(_nth(part, own, room))
        values.append({name: chosen[name] for name in texts})
    return Several(tuple(values), count)


class _Reading(Struct):
    wildcards: Wildcards
    syntax: frozenset[PromptSyntax]
    lines_left: int = _MOST_LINES
    _known: dict[tuple[str, int], _Part] = {}

    def read(self, typed: str) -> _Part:
        return self._row(self._pieces(typed), 0, DEEPEST)

    def typed(self, words: str) -> str:
        return kept(words) if PromptSyntax.CHOICES in self.syntax else words

    def _pieces(self, typed: str) -> Pieces:
        return read_choices(typed) if PromptSyntax.CHOICES in self.syntax else (typed,)

    def _row(self, pieces: Pieces, nested: int, deeper: int) -> _Part:
        parts: list[_Part] = []
        for piece in pieces:
            if isinstance(piece, Choice):
                options = dict.fromkeys(piece.options)
                parts.append(_one_of(self._row(each, nested + 1, deeper) for each in options))
            elif "__" not in piece or nested > _NESTED:
                parts.append(piece)
            else:
                parts += [self._asked(words, name, nested, deeper) for words, name in split(piece)]
        return parts[0] if len(parts) == 1 else _Row(tuple(parts), _product(map(_count, parts)))

    def _asked(self, words: str, name: str | None, nested: int, deeper: int) -> _Part:
        lines = None if name is None or not deeper else lines_of(name, self.wildcards)
        if lines is None or name is None:
            return words
        place = name.casefold(), deeper
        if place not in self._known:
            self._known[place] = _one_of(
                self._line(line, nested, deeper - 1) for line in dict.fromkeys(lines)
            )
        return self._known[place]

    def _line(self, line: str, nested: int, deeper: int) -> _Part:
        if not any(mark in line for mark in ("{", "\\", "__")) or not self.lines_left:
            return line
        self.lines_left -= 1
        return self._row(self._pieces(line), nested + 1, deeper)


def _one_of(parts: Iterable[_Part]) -> _OneOf:
    options = tuple(parts)
    return _OneOf(options, min(MOST_COUNTED, sum(map(_count, options))))


def _count(part: _Part) -> int:
    return 1 if isinstance(part, str) else part.count


def _product(counts: Iterable[int]) -> int:
    product = 1
    for count in counts:
        product = min(MOST_COUNTED, product * count)
    return product


class _Writing(Struct):
    """Writes one of the texts, as long as there is room: lists that lead to lists could make it endless."""

    room: int
    words: list[str] = []

    def nth(self, part: _Part, index: int) -> None:
        if self.room <= 0:
            return
        self.room -= 1
        match part:
            case str():
                self.words.append(part[: self.room])
                self.room -= len(part)
            case _OneOf(options=options):
                self._one_of(options, index)
            case _Row(parts=parts):
                turns: list[int] = []
                for each in reversed(parts):
                    index, own = divmod(index, _count(each))
                    turns.append(own)
                for each, own in zip(parts, reversed(turns), strict=True):
                    self.nth(each, own)

    def _one_of(self, options: Sequence[_Part], index: int) -> None:
        for each in options:
            if index < _count(each):
                self.nth(each, index)
                return
            index -= _count(each)


def _nth(part: _Part, index: int, room: int) -> str:
    writing = _Writing(room)
    writing.nth(part, index)
    return "".join(writing.words)
