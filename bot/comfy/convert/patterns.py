"""Regular expressions of strangers, as far as they are plain enough to be looked for without trying one thing after another.

Words with ``|`` between them, ``^`` before, ``$`` behind, ``.*`` within. Anything else could take longer than anybody waits.
"""

from msgspec import Struct

_SPECIAL = frozenset("\\[](){}*+?.^$|")


class _Words(Struct, frozen=True):
    """Parts that follow one another, with anything between them."""

    parts: tuple[str, ...]
    from_start: bool
    to_end: bool

    def found_in(self, text: str) -> bool:
        at = 0
        last = len(self.parts) - 1
        for number, part in enumerate(self.parts):
            if number == last and self.to_end:
                begins_first = number == 0 and self.from_start
                return text == part if begins_first else text.endswith(part) and len(text) - len(part) >= at
            if number == 0 and self.from_start:
                found = 0 if text.startswith(part) else -1
            else:
                found = text.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return True


class PlainPattern(Struct, frozen=True):
    """A regular expression that says which words a text has."""

    alternatives: tuple[_Words, ...]

    def found_in(self, text: str) -> bool:
        """Whether ``re.search`` would find it in the line."""
        return any(words.found_in(text) for words in self.alternatives)


def plain_pattern(expression: str) -> PlainPattern | None:
    """The expression; None: it is not plain."""
    alternatives = [_words(alternative) for alternative in expression.split("|")]
    known = tuple(words for words in alternatives if words is not None)
    return PlainPattern(known) if len(known) == len(alternatives) else None


def _words(alternative: str) -> _Words | None:
    from_start, to_end = alternative.startswith("^"), alternative.endswith("$")
    parts = alternative.removeprefix("^").removesuffix("$").split(".*")
    if any(not _SPECIAL.isdisjoint(part) for part in parts):
        return None
    return _Words(tuple(parts), from_start, to_end)
