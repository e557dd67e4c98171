"""``<lora:name:0.8>`` in a text: what it wishes for, and the text without it. Pure."""

import re
from collections.abc import Sequence

from msgspec import Struct

_WISH = re.compile(r"<lora:([^<>\n]{1,300})>", re.IGNORECASE)
_ENDS = frozenset("<>:\n")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,6}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")


class LoraWish(Struct, frozen=True):
    name: str
    model: float | None = None
    """How strongly it changes the model; None: not said."""
    clip: float | None = None
    """How strongly it changes the text encoder; None: as strongly."""
    unread: str = ""
    """What stood behind the name and is no strength."""


class LoraText(Struct, frozen=True):
    """A text around its wishes: one piece more than there are wishes."""

    pieces: tuple[str, ...]
    wishes: tuple[LoraWish, ...]


def read_loras(words: str) -> LoraText:
    pieces: list[str] = []
    wishes: list[LoraWish] = []
    at = 0
    for found in _WISH.finditer(words):
        pieces.append(words[at : found.start()])
        wishes.append(_wish(found[1]))
        at = found.end()
    return LoraText((*pieces, words[at:]), tuple(wishes))


def with_words(read: LoraText, instead: Sequence[str]) -> str:
    """The text with other words in place of its wishes; where they are empty, without gaps or doubled commas."""
    words = read.pieces[0]
    for replacement, piece in zip(instead, read.pieces[1:], strict=True):
        words = f"{words}{replacement}{piece}" if replacement else _joined(words, piece)
    return words


def lora_word(name: str, model: float, clip: float) -> str:
    """The wish as it would be typed."""
    strengths = [model] if model == clip else [model, clip]
    return ":".join(["<lora", name, *map(_digits, strengths)]) + ">"


def typable(name: str) -> bool:
    """Whether the name can stand in a wish without ending it."""
    return _ENDS.isdisjoint(name)


def _digits(strength: float) -> str:
    return str(int(strength)) if strength == int(strength) else f"{strength:.6f}".rstrip("0")


def _wish(inside: str) -> LoraWish:
    name, *rest = (part.strip() for part in inside.split(":"))
    read = [float(part) if _NUMBER.fullmatch(part) else None for part in rest[:2]]
    wrong = [
        part for part, number in zip(rest, [*read, *([None] * len(rest))], strict=False) if number is None
    ]
    model, clip = (*read, None, None)[:2]
    return LoraWish(name, model, clip, ":".join(each for each in wrong if each))


def _joined(before: str, after: str) -> str:
    """Two pieces of a text between which something was taken out."""
    left, right = before.rstrip(" \t"), after.lstrip(" \t")
    ends, begins = left.rstrip(), right.lstrip()
    if not ends:
        return right.removeprefix(",").lstrip(" \t")
    if not begins:
        return left.removesuffix(",").rstrip(" \t") + right
    if ends.endswith(",") and begins.startswith(","):
        left = left.rstrip().removesuffix(",")
    return left + right if right[:1] in {",", "\n"} or left[-1:] == "\n" else f"{left} {right}"
