"""JSON text to values: never more of them than a limit allows, and none that could do harm further on.

What arrives is read once, here. Lone surrogates (which no UTF-8 encoder takes: not SQLite's, not Discord's) become
U+FFFD; NaN, infinities and numbers too large for a float become null; nesting ends long before Python's recursion
does. Text is decoded as UTF-8 and nothing else.
"""

import json
import math
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import cast

from msgspec import Struct

from .json_value import JsonValue, Unreadable
from .phrases import Phrase

MAX_DEPTH = 128
"""Of arrays and objects inside each other. Graphs have a depth of 4; subgraphs inside subgraphs reached 20."""

_PIECE_BYTES = 64 * 1024
_MOST_DIGITS = 300
"""An integer of more digits is too large for a float."""

_NOT_STRUCTURE = bytes(char for char in range(256) if char not in b"[]{},")
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_TOKENS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{\]},]', re.DOTALL)
_ESCAPES = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


class JsonLimit(Struct, frozen=True):
    """How much of JSON is read."""

    size_bytes: int
    elements: int
    """Values and members together. One costs up to 130 bytes of memory, whatever its text: ``[],`` has three bytes."""


class TooMuch(Unreadable):
    """JSON of more elements than the limit allows. Stays inside this package."""


TRUSTED = JsonLimit(2**40, 2**40)
"""For what was read before, or comes from the operator's own files."""


def parse_json(source: str | bytes | bytearray, limit: JsonLimit = TRUSTED) -> JsonValue:
    """JSON text to values.

    Raises:
        TooMuch: over the limit, before anything is built.
        Unreadable: not JSON, not UTF-8, or too deep.
    """
    content = source.encode(errors="surrogatepass") if isinstance(source, str) else source
    if len(content) > limit.size_bytes:
        raise TooMuch(Phrase("too-many-bytes", most=limit.size_bytes))
    _measure(content, limit.elements)
    try:
        return cast("JsonValue", _DECODER.decode(_mended(content.decode())))
    except (ValueError, RecursionError) as error:
        raise Unreadable(Phrase("not-json", reason=str(error))) from error


def parse_members(
    content: bytes | bytearray, limit: JsonLimit, *, each: JsonLimit
) -> Iterator[tuple[str, JsonValue]]:
    """The members of one large JSON object, read one after the other, so that they need not be in memory together.

    Raises:
        TooMuch, Unreadable: as :func:`parse_json`, possibly after some members.
    """
    for piece in _pieces(content, limit.elements, each.elements):
        match parse_json(b"{%b}" % piece, each):
            case dict(members) if members:
                yield from members.items()
            case _:
                raise Unreadable(Phrase("not-json", reason=Phrase("member-missing")))


def _pieces(content: bytes | bytearray, most_elements: int, most_of_each: int) -> Iterator[bytes]:
    """``"key": value`` of each member of the object that ``content`` is, as it stands there."""
    begun, several = 0, False
    for token, depth in _structure(content, most_elements, most_of_each):
        match token[0], depth:
            case (b"[" | b"{", 0):
                _only_blanks(content[: token.start()], is_object=token[0] == b"{")
                begun = token.end()
            case (b",", 1):
                yield bytes(content[begun : token.start()])
                begun, several = token.end(), True
            case (b"]" | b"}", 0):
                _only_blanks(content[token.end() :], is_object=token[0] == b"}")
                last = bytes(content[begun : token.start()])
                if several or last.strip():
                    yield last
                return
            case _:
                pass
    raise Unreadable(Phrase("not-json", reason=Phrase("object-expected")))


def _structure(
    content: bytes | bytearray, most_elements: int, most_of_each: int
) -> Iterator[tuple[re.Match[bytes], int]]:
    """Brackets and commas outside of texts, each with the depth that it stands at; their number is limited."""
    depth, elements, elements_before = 0, 0, 0
    for token in _TOKENS.finditer(content):
        mark = token[0]
        if mark[:1] == b'"':
            continue
        if mark in b"]}":
            depth -= 1
        else:
            elements += 1
        if mark == b"," and depth == 1:
            elements_before = elements
        if elements > most_elements or elements - elements_before > most_of_each:
            raise TooMuch(Phrase("too-many-elements-or", most=most_elements, each=most_of_each))
        yield token, depth
        depth += mark in b"[{"


def _only_blanks(around: bytes | bytearray, *, is_object: bool) -> None:
    if not is_object or around.strip(b" \t\r\n"):
        raise Unreadable(Phrase("not-json", reason=Phrase("object-expected")))


def _measure(content: bytes | bytearray, most_elements: int) -> None:
    """Count elements and depth without building anything, in pieces: each holds the interpreter for a moment only."""
    if len(content) < most_elements and content.count(b"[") + content.count(b"{") <= MAX_DEPTH:
        return  # too short for so many elements (each has a byte at least), with too few brackets for such a depth
    elements, depth, in_text, held_back = 1, 0, False, b""
    for start in range(0, len(content), _PIECE_BYTES):
        piece = held_back + content[start : start + _PIECE_BYTES]
        held_back = b"\\" if (len(piece) - len(piece.rstrip(b"\\"))) % 2 else b""
        piece = piece[: len(piece) - len(held_back)].replace(b"\\\\", b"").replace(b'\\"', b"")
        parts = piece.split(b'"')
        structure = b"".join(parts[in_text::2]).translate(None, _NOT_STRUCTURE)
        in_text ^= len(parts) % 2 == 0
        brackets = structure.replace(b",", b"")
        elements += len(structure) - sum(map(brackets.count, (b"]", b"}")))
        if elements > most_elements:
            raise TooMuch(Phrase("too-many-elements", most=most_elements))
        depths = tuple(accumulate(map(_STEPS.__getitem__, brackets), initial=depth))
        if max(depths) > MAX_DEPTH:
            raise Unreadable(Phrase("not-json", reason=Phrase("too-deep", most=MAX_DEPTH)))
        depth = depths[-1]


def _mended(text: str) -> str:
    r"""``text`` without escapes of half a character. Pairs stay, and so does ``\\ud800``, a backslash and letters."""
    return _ESCAPES.sub(_whole_character, text) if "\\ud" in text or "\\uD" in text else text


def _whole_character(escape: re.Match[str]) -> str:
    return "\\ufffd" if escape["lone"] else escape[0]


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _nothing(_: str) -> None:
    """NaN, Infinity and -Infinity are no JSON, but Python's ``json`` writes them."""


def _same(value: dict[str, object]) -> dict[str, object]:
    """Does nothing, in Python: json's scanner keeps every other thread waiting until it calls Python again."""
    return value


_DECODER = json.JSONDecoder(
    parse_int=_integer, parse_float=_number, parse_constant=_nothing, object_hook=_same
)
