"""The catalogue of every text a person sees, in English and 简体中文.

Texts live in ``en.ftl`` and ``zh-CN.ftl`` (Project Fluent: plurals, named arguments and one readable
file a language, no compile step). Code names a text by its id and never holds a sentence; a sentence
travels as a :class:`Text` and becomes words only where the reader's locale is known.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

from msgspec import Struct

from bot.texts.catalogue import pattern_of, words_of

Argument: TypeAlias = "str | int | float | Text"

DEFAULT_LOCALE = "en"
LOCALES = ("en", "zh-CN")
LONGEST_ARGUMENT = 2_000


class Text(Struct, frozen=True):
    """A sentence that has not met its reader yet: an id of the catalogue, and what fills its gaps."""

    id: str
    arguments: Mapping[str, Argument] = MappingProxyType({})

    def to_json(self) -> str:
        return json.dumps(_as_plain(self), ensure_ascii=False)

    @staticmethod
    def from_json(source: str) -> "Text":
        return _from_plain(cast("_Plain", json.loads(source)))


_Plain: TypeAlias = "dict[str, str | int | float | _Plain]"


def text(text_id: str, /, **arguments: Argument) -> Text:
    """Name a text of the catalogue. The id is always a literal, so that a test can find unused ones."""
    return Text(text_id, MappingProxyType(arguments))


def render(message: Text, locale: str) -> str:
    """The words of ``message`` for a reader with Discord's ``locale`` (any other than Chinese reads English).

    Numbers are grouped as the locale does it; pass seeds and ids as ``str``.

    Raises:
        LookupError: the catalogue has no such text, or an argument is missing. A test holds this off.
    """
    language = closest_locale(locale)
    arguments = {name.replace("_", "-"): _fitting(value, locale) for name, value in message.arguments.items()}
    try:
        return words_of(pattern_of(language, message.id), arguments, language)
    except LookupError as error:
        raise LookupError(f"text {message.id!r}: {error}") from error


def rendered(words: Argument, locale: str) -> str:
    """Words for a reader, whether they are a text or somebody else's words, which stay as they are."""
    return render(words, locale) if isinstance(words, Text) else str(words)


def _fitting(value: Argument, locale: str) -> str | int | float:
    """What fills a gap: nobody would read more than the longest argument."""
    words = render(value, locale) if isinstance(value, Text) else value
    if isinstance(words, str) and len(words) > LONGEST_ARGUMENT:
        return f"{words[: LONGEST_ARGUMENT - 1]}…"
    return words


def closest_locale(locale: str) -> str:
    """The catalogue's language for one of Discord's locales: every Chinese reads 简体中文, all others English."""
    return "zh-CN" if locale.lower().startswith("zh") else DEFAULT_LOCALE


def _as_plain(message: Text) -> _Plain:
    plain: _Plain = {"id": message.id}
    for name, value in message.arguments.items():
        plain[f"${name}"] = _as_plain(value) if isinstance(value, Text) else value
    return plain


def _from_plain(plain: _Plain) -> Text:
    arguments: dict[str, Argument] = {}
    for name, value in plain.items():
        if name.startswith("$"):
            arguments[name[1:]] = _from_plain(value) if isinstance(value, dict) else value
    return Text(str(plain["id"]), MappingProxyType(arguments))
