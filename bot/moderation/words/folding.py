"""One spelling for all ways to write what an eye reads as the same letters. Pure.

A rule's words and a person's words go through the same functions, so that both are compared in the same spelling.
"""

import re
import unicodedata
from typing import Final

from bot.moderation.words.look_alikes import look_alikes

_STRETCH: Final = re.compile(r"[^\s,;，；、]+")  # commas of Chinese
_SIGNS: Final = re.compile(r"[0134578@$€|]|!(?=\w)")
"""What may stand for a letter. A word often ends with ``!``."""
_AS_LETTERS: Final = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "€": "e", "!": "i", "|": "i",
}  # fmt: skip
_AS_L: Final = frozenset("1|!")
"""What may be an i, and may be an l."""
_CAPITAL_I: Final = {ord(letter): "l" for letter in "IІΙ"}  # noqa: RUF001  # of Latin, Cyrillic and Greek
"""What may be an l in small letters already."""
_JOINT: Final = "\0"
"""Beside a letter that needs no space beside it."""
_NO_BORDERS: Final = (
    "CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "HANGUL", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN",
)  # fmt: skip
"""How the names of letters begin whose languages put no spaces between words; Korean puts them elsewhere."""
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
"""Shown as nothing, though Unicode counts them among letters and marks."""

_LONGEST_FORM: Final = 4
"""Characters. Some few signs of Arabic stand for whole sentences: thousands of them would be a long text."""


class _Written(dict[int, str]):
    """What Unicode says that a letter is another form of.

    Nothing, for what is not shown: zero-width characters, marks of direction, variants, tags.
    """

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        hidden = unicodedata.category(letter) in {"Cf", "Cs"} or letter in _FILLERS
        variant = 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE0FFF
        form = unicodedata.normalize("NFKC", letter)
        self[code] = shown = "" if hidden or variant else form if len(form) <= _LONGEST_FORM else letter
        return shown


class _Seen(dict[int, str]):
    """Letters without accents, and in place of look-alikes what they look like."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if is_accent(letter):
            seen = ""
        elif (digit := unicodedata.decimal(letter, None)) is not None:
            seen = str(digit)
        else:
            seen = look_alikes().get(letter, letter)
        self[code] = seen
        return seen


class _Words(dict[int, str]):
    """A space for what is between words; a joint on both sides of each letter that is, or may be, a word by itself."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        category = unicodedata.category(letter)
        if category == "So" or unicodedata.name(letter, "").startswith(_NO_BORDERS):
            word = f"{_JOINT}{letter}{_JOINT}"
        else:
            word = letter if category[0] in "LMN" else " "
        self[code] = word
        return word


_WRITTEN: Final = _Written()
_SEEN: Final = _Seen()
_WORDS: Final = _Words()


def written(words: str) -> str:
    """In small letters, without what is not shown; accents and punctuation stay."""
    return _shown(words).casefold()


def seen(words: str) -> str:
    """As :func:`written`, without accents, and with what look-alikes look like. Punctuation stays."""
    return _seen(_shown(words))


def _shown(words: str) -> str:
    return unicodedata.normalize("NFC", words.translate(_WRITTEN))


def _seen(shown: str) -> str:
    apart = unicodedata.normalize("NFD", shown.casefold()).translate(_SEEN)
    return unicodedata.normalize("NFC", apart)  # what is left of it: Hangul, and the voice of Kana


def readings(words: str) -> tuple[str, ...]:
    """How they may be read, as by :func:`seen`; where digits and signs stand among letters, as letters as well."""
    shown = _shown(words)
    first, with_l = _seen(shown), _seen(shown.translate(_CAPITAL_I))
    return tuple(dict.fromkeys((first, _with_letters(first, as_l=False), _with_letters(with_l, as_l=True))))


def in_words(reading: str) -> str:
    """The words of a reading with one space before, between and after them; a space alone, if there are none.

    What is between words (punctuation, ``_``) is a space too. Letters of languages without spaces have none beside them
    but for those that were there, and those between them and other letters.
    """
    joined = reading.translate(_WORDS).replace(_JOINT * 2, "").replace(_JOINT, " ")
    return f" {' '.join(joined.split())} ".replace("  ", " ")


def needs_border(letter: str) -> bool:
    """Whether a word that begins or ends with this letter is one only where nothing else is beside it."""
    return _JOINT not in _WORDS[ord(letter)]


def _with_letters(reading: str, *, as_l: bool) -> str:
    def letter(sign: re.Match[str]) -> str:
        return "l" if as_l and sign[0] in _AS_L else _AS_LETTERS[sign[0]]

    def letters(stretch: re.Match[str]) -> str:
        has_letters = any(map(str.isalpha, stretch[0]))  # else it is a number
        return _SIGNS.sub(letter, stretch[0]) if has_letters else stretch[0]

    return _STRETCH.sub(letters, reading)


def is_accent(letter: str) -> bool:
    """A mark on a letter without which it is the same letter to the eye. Vowels of Indic scripts and of Thai are none.

    By canonical combining classes, https://www.unicode.org/reports/tr44/#Canonical_Combining_Class_Values: 1 strikes
    through, 10 to 35 are points of Hebrew and Arabic, from 200 on they are above and below letters of any script.
    """
    place = unicodedata.combining(letter)
    return place == 1 or 10 <= place <= 35 or place >= 200
