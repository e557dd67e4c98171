"""Makes ``bot/moderation/words/look_alikes.toml``: ``python -m tests.moderation.make_look_alikes confusables.txt licence.txt``.

From Unicode's https://www.unicode.org/Public/security/latest/confusables.txt and its licence,
https://www.unicode.org/license.txt, and from the names of letters ("LATIN SMALL LETTER B WITH HOOK").
"""

import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from bot.moderation.words.folding import is_accent, written
from bot.moderation.words.look_alikes import FILE

_LINE = re.compile(r"^([0-9A-F]+) ;\t([0-9A-F ]+) ;", re.MULTILINE)
_VERSION = re.compile(r"^# Version: (\S+)", re.MULTILINE)
_NAMED = re.compile(
    r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z]) WITH .*|LATIN LETTER SMALL CAPITAL ([A-Z])"
    r"|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])|REGIONAL INDICATOR SYMBOL LETTER ([A-Z])"
)
_OTHER_WRITING = re.compile("CJK|IDEOGRAPHIC|HANGUL|KATAKANA|HIRAGANA|BOPOMOFO|KANGXI|MYANMAR")
"""Signs that are read as themselves."""


def table(confusables: str) -> dict[str, str]:
    """Letter → what it looks like; a small letter's own line counts before that of its capital, and its name last."""
    small, capital, named = dict[str, str](), dict[str, str](), dict[str, str]()
    for source, target in _LINE.findall(confusables):
        letter, like = chr(int(source, 16)), _bare("".join(chr(int(each, 16)) for each in target.split()))
        if _is_used(_bare(letter), like):
            (small if _bare(letter) == letter else capital).setdefault(_bare(letter), like)
    for code in range(0x80, 0x20000):
        found = _NAMED.fullmatch(unicodedata.name(chr(code), ""))
        if found and _is_used(_bare(chr(code)), like := next(filter(None, found.groups())).lower()):
            named.setdefault(_bare(chr(code)), like)
    return {**named, **capital, **small}


def _bare(letters: str) -> str:
    apart = unicodedata.normalize("NFD", written(letters))
    return "".join(each for each in apart if not is_accent(each))


def _is_used(letter: str, like: str) -> bool:
    """What ``seen`` makes of it without this table is one letter, and it looks like letters that everybody can type.

    An m looks like r and n, Unicode says; then every "corn" would be a "com".
    """
    if len(letter) != 1 or letter.isascii() or unicodedata.decimal(letter, None) is not None:
        return False
    is_other = _OTHER_WRITING.search(unicodedata.name(letter, ""))
    return like.isascii() and like.isalnum() and len(like) <= 2 and like != "rn" and not is_other


def _toml(confusables: str, licence: str) -> str:
    found = _VERSION.search(confusables)
    letters: defaultdict[str, list[str]] = defaultdict(list)
    for letter, like in table(confusables).items():
        letters[like].append(letter)
    head = [
        "Letters that look like others: made by tests/moderation/make_look_alikes.py of Unicode's confusables.txt,",
        f"version {found and found[1]}, which comes under this licence:",
        "",
        *licence.strip().splitlines(),
    ]
    comment = "\n".join(f"# {line}".rstrip() for line in head)
    lines = [f'{like} = "{"".join(sorted(letters[like]))}"' for like in sorted(letters)]
    return "\n".join([comment, "", *lines, ""])


if __name__ == "__main__":
    sources = [Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]]
    FILE.write_text(_toml(*sources), encoding="utf-8")
