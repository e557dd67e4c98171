"""What :mod:`bot.comfy` tells, as texts: it speaks English, and here its phrases find their place in the catalogue."""

from types import MappingProxyType

from bot.comfy import Phrase
from bot.texts import Argument, Text


def told(words: str) -> Argument:
    """The text of a phrase; words of others stay what they are."""
    if not isinstance(words, Phrase):
        return words
    values = {name: told(value) if isinstance(value, str) else value for name, value in words.values.items()}
    return Text(f"comfy-{words.kind}", MappingProxyType(values))
