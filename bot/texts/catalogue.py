"""The files of the catalogue and how their patterns become words.

The syntax is Project Fluent's, of which patterns here use three things: text, ``{ $variable }``, and a choice by number
or name. Each text is parsed when it is first needed: both whole files would take a tenth of the time that the bot needs
to start. Fluent's own runtime brings the dates and currencies of seven hundred languages along, for two.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from fluent.syntax import FluentParser
from fluent.syntax.ast import (
    Message,
    NumberLiteral,
    Pattern,
    Placeable,
    SelectExpression,
    TextElement,
    VariableReference,
)

Value: TypeAlias = str | int | float

_ENTRY = re.compile(r"^([a-z][a-z0-9-]*) *=", re.MULTILINE)
_PLAIN = re.compile(r"[a-z][a-z0-9-]* *= *([^\s{}][^{}\n]*?) *(?:\n(?!\n* )|\Z)")
_PARSER = FluentParser(with_spans=False)


@cache
def pattern_of(locale: str, text_id: str) -> Pattern:
    """Raises LookupError: the catalogue of this language has no such text."""
    source = _sources(locale).get(text_id)
    if source is None:
        raise LookupError(f"no text {text_id!r} in the catalogue")
    if (words := plain_words(source)) is not None:
        return Pattern([TextElement(words)])
    entry = _PARSER.parse_entry(source)
    if not isinstance(entry, Message) or entry.value is None:
        raise LookupError(f"text {text_id!r} has no words")
    return entry.value


def plain_words(source: str) -> str | None:
    """The words of an entry of one line without gaps, as most are: it needs no parser. None: the parser must read it."""
    plain = _PLAIN.match(source)
    return None if plain is None else plain[1]


@cache
def _sources(locale: str) -> Mapping[str, str]:
    """Text id → its lines, as they stand in the file."""
    source = Path(__file__).with_name(f"{locale}.ftl").read_text(encoding="utf-8")
    begins = [(found[1], found.start()) for found in _ENTRY.finditer(source)]
    return {
        text_id: source[begin:end] for (text_id, begin), (_, end) in pairwise([*begins, ("", len(source))])
    }


def words_of(pattern: Pattern, arguments: Mapping[str, Value], locale: str) -> str:
    """The pattern with its gaps filled.

    Raises:
        LookupError: an argument is missing, or the pattern uses what this module does not know.
    """
    return "".join(_words(element, arguments, locale) for element in pattern.elements)


def _words(element: TextElement | Placeable, arguments: Mapping[str, Value], locale: str) -> str:
    if isinstance(element, TextElement):
        return element.value
    match element.expression:
        case VariableReference() as variable:
            return _shown(arguments[variable.id.name])
        case SelectExpression(selector=VariableReference() as variable) as choice:
            return words_of(_chosen(choice, arguments[variable.id.name], locale), arguments, locale)
        case other:
            raise LookupError(f"{type(other).__name__} is not used in this catalogue")


def _shown(value: Value) -> str:
    """Numbers are grouped, with three decimals at most: English and Chinese do it alike."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def _chosen(choice: SelectExpression, value: Value, locale: str) -> Pattern:
    """The variant whose key is the number itself, else its plural category, or the name; else the default one."""
    named = value if isinstance(value, str) else _plural_category(value, locale)
    by_name = next(variant for variant in choice.variants if variant.default)
    for variant in choice.variants:
        if isinstance(variant.key, NumberLiteral):
            if not isinstance(value, str) and float(variant.key.value) == value:
                return variant.value
        elif variant.key.name == named:
            by_name = variant
    return by_name.value


def _plural_category(number: float, locale: str) -> str:
    return "one" if number == 1 and locale == "en" else "other"
