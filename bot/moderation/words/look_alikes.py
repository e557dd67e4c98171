"""Letters that look like one of a to z or a digit. Read once, when words are first compared."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

FILE = Path(__file__).with_name("look_alikes.toml")


@cache
def look_alikes() -> Mapping[str, str]:
    """Letter → what it looks like, in small letters. Made for what :func:`bot.moderation.words.folding.seen` leaves."""
    kept = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return MappingProxyType({letter: like for like, letters in kept.items() for letter in str(letters)})
