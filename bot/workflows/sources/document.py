"""JSON of unknown people: parsed within limits, or refused with a sentence. It knows nothing of graphs."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast

from bot.comfy import JsonValue
from bot.texts import text
from bot.workflows.sources.found import Damaged, TooMuch
from bot.workflows.sources.loose_json import strict

MAX_DOCUMENT = 4 * 2**20
"""Bytes, or characters of what was decoded. The largest of 700 real workflows has 0.6 MB."""
MAX_DEPTH = 256
"""Fifty subgraphs inside each other, at four levels each, and what is in the innermost."""
MAX_VALUES = 600_000
"""Counted by brackets and commas: three bytes of JSON become a hundred of memory."""

_MAX_DIGITS = 40
_HALF_A_PAIR = re.compile(r"\\ud[89a-f]", re.IGNORECASE)


class _Twice(ValueError):
    """An object has a key twice."""


def parse_document(source: bytes | str, *, limit: int = MAX_DOCUMENT) -> JsonValue:
    """The values of a JSON text.

    ``NaN`` and the infinities, which Python writes and JSON does not know, become null, as do numbers of absurd length.

    Raises:
        Damaged: not JSON, not UTF-8 (16, 32), or a key twice in one object.
        TooMuch: too large, too deep, too many values.
    """
    return _values(_words(source, limit))


def parse_loose_document(source: bytes | str) -> JsonValue:
    """The same where comments, a fence around it or a comma too many may be; raises as above."""
    words = _words(source, MAX_DOCUMENT)
    return _values(strict(words))


def _words(source: bytes | str, limit: int) -> str:
    if len(source) > limit:
        raise TooMuch(text("source-too-big", megabytes=limit >> 20))
    words = (source if isinstance(source, str) else _decoded(source)).strip("\0 \t\r\n\ufeff")
    if sum(map(words.count, "{[,")) > MAX_VALUES:
        raise TooMuch(text("source-too-many-values", limit=MAX_VALUES))
    return words


def _values(words: str) -> JsonValue:
    document = _parsed(words)
    _check_depth(document)
    return _without_half_pairs(document) if _HALF_A_PAIR.search(words) else document


def _decoded(source: bytes) -> str:
    try:
        return source.decode(json.detect_encoding(source))
    except UnicodeDecodeError as error:
        raise Damaged(text("source-not-utf8")) from error


def _parsed(words: str) -> JsonValue:
    try:
        return cast(
            "JsonValue",
            json.loads(
                words,
                object_pairs_hook=_object,
                parse_constant=_no_number,
                parse_float=_finite,
                parse_int=_integer,
            ),
        )
    except _Twice as error:
        raise Damaged(text("source-key-twice", key=str(error))) from error
    except json.JSONDecodeError as error:
        raise Damaged(text("source-not-json", line=error.lineno, column=error.colno)) from error
    except RecursionError as error:
        raise TooMuch(text("source-too-deep", limit=MAX_DEPTH)) from error


def _object(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    made = dict(pairs)
    if len(made) < len(pairs):
        counted = Counter(key for key, _ in pairs)
        raise _Twice(counted.most_common(1)[0][0][:100])
    return made


def _no_number(_constant: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _check_depth(document: JsonValue) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
    raise TooMuch(text("source-too-deep", limit=MAX_DEPTH))


def _children(value: JsonValue) -> Iterable[JsonValue]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _without_half_pairs(document: JsonValue) -> JsonValue:
    r"""The document with each lone half of a pair (``\ud83d``) as ``?``: UTF-8 has no word for one."""
    encoded = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return cast("JsonValue", json.loads(encoded))
