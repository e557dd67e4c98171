"""Names and descriptions of commands in each reader's language: from the catalogue, and from workflows' files."""

from collections.abc import Mapping

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from bot.texts import DEFAULT_LOCALE, Text, closest_locale, render

_TEXT = "text"
_BY_LOCALE = "by_locale"
_IN_OTHER_WORDS = frozenset(each.value for each in Locale if closest_locale(each.value) != DEFAULT_LOCALE)
"""The locales for which the catalogue has words of their own."""


def localised(words: Text) -> locale_str:
    """A name or description that the catalogue has in every language."""
    return locale_str(render(words, DEFAULT_LOCALE), **{_TEXT: words})


def localised_by(words: str, by_locale: Mapping[str, str]) -> locale_str:
    """A name or description whose other languages stand in a workflow's file."""
    return locale_str(words, **{_BY_LOCALE: by_locale})


class CommandTranslator(Translator):
    async def translate(
        self,
        string: locale_str,
        locale: Locale,
        context: TranslationContextTypes,  # noqa: ARG002  # discord.py's signature
    ) -> str | None:
        # called for each word of each command in each of Discord's locales: ten thousand times a start
        words: Text | None = string.extras.get(_TEXT)
        if words is not None:
            return render(words, locale.value) if locale.value in _IN_OTHER_WORDS else None
        by_locale: Mapping[str, str] | None = string.extras.get(_BY_LOCALE)
        return None if by_locale is None else by_locale.get(locale.value)
