"""What Discord accepts in a command, so that a wrong file is found at start and never reaches Discord.

From Discord's documentation of application commands; names as discord.py checks them, which is a little stricter.
"""

import re
from collections.abc import Mapping

from bot.texts import Text, text

MAX_WORKFLOWS = 86
"""Discord allows 100 commands, and the others are the bot's own."""
MAX_OPTIONS = 25
"""Of a command."""
MAX_ASKED = 60
"""Options of a workflow: those that its command has no place for are in the edit form alone."""
MAX_CHOICES = 25
MAX_DESCRIPTION = 100
MAX_CHOICE = 100
MAX_COMMAND = 8000
MAX_TEXT = 6000
MAX_INTEGER = 2**53 - 1
MAX_SEED = 2**64 - 1
"""Of ComfyUI's nodes; to Discord a seed is text."""

LOCALES = frozenset(
    [
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "en-GB",
        "en-US",
        "es-419",
        "es-ES",
        "fi",
        "fr",
        "hi",
        "hr",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "lt",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "ru",
        "sv-SE",
        "th",
        "tr",
        "uk",
        "vi",
        "zh-CN",
        "zh-TW",
    ]
)

_THAI = r"\u0e31-\u0e3a\u0e47-\u0e4e"
_DEVANAGARI = r"\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0955-\u0957\u0962\u0963"
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")
_NAME = re.compile(rf"[-_\w{_THAI}{_DEVANAGARI}]{{1,32}}")


def wrong_name(name: str) -> Text | None:
    """Why Discord refuses ``name`` for a command or an option; None when it takes it."""
    if not _NAME.fullmatch(name):
        return text("rule-name")
    if name != name.lower():
        return text("rule-lower", name=name.lower())
    return None


def wrong_description(description: str) -> Text | None:
    if 1 <= len(description) <= MAX_DESCRIPTION:
        return None
    return text("rule-description", most=MAX_DESCRIPTION, count=len(description))


def weight(words: str, localisations: Mapping[str, str]) -> int:
    """What a name or a description counts towards the 8,000 characters: its longest localisation."""
    return max(len(each) for each in (words, *localisations.values()))


def can_be_choice(value: str) -> bool:
    """Discord trims what it is sent, and half of a surrogate pair is no text."""
    return 1 <= len(value) <= MAX_CHOICE and value == value.strip() and is_text(value)


def is_text(words: str) -> bool:
    """Whether every character is a whole one: JSON can hold half of a surrogate pair, and UTF-8 cannot."""
    return not _HALF_CHARACTER.search(words)


def whole_characters(words: str) -> str:
    """``words`` as text that can be sent and stored: a half character becomes ``?``."""
    return _HALF_CHARACTER.sub("?", words)
