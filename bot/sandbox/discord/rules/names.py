"""How commands and options may be called, and the languages into which Discord takes their names."""

import unicodedata

from bot.sandbox.discord.rules.problems import Spot
from bot.sandbox.discord.rules.shapes import text

LOCALES = frozenset(
    {
        *(
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
        ),
        *(
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
        ),
    }
)
MAX_NAME = 32

# \p{sc=Deva} and \p{sc=Thai}: these scripts write vowels as marks, which are neither letters nor numbers.
_DEVANAGARI_AND_THAI = ((0x0900, 0x097F), (0xA8E0, 0xA8FF), (0x0E01, 0x0E3A), (0x0E40, 0x0E5B))
_length = text(1, MAX_NAME)


def slash_name(value: object, spot: Spot) -> None:
    r"""``^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$``, and lower case wherever a letter has one."""
    _length(value, spot)
    if isinstance(value, str) and value and (value != value.lower() or not all(map(_allowed, value))):
        spot.report("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def menu_name(value: object, spot: Spot) -> None:
    """Context menu commands: any text, capitals and spaces too."""
    _length(value, spot)


def _allowed(character: str) -> bool:
    return (
        character in "-_'"
        or unicodedata.category(character)[0] in "LN"
        or any(low <= ord(character) <= high for low, high in _DEVANAGARI_AND_THAI)
    )
