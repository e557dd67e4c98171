"""Names with ``*`` and ``?`` in them. Brackets mean nothing: node classes have them in their names."""

import re
from collections.abc import Iterable

_LONGEST = 250
"""No server has a class of a longer name; to compare one with patterns takes longer than its length grows."""


class Patterns:
    """Answers ``name in patterns``, whatever capitals either has."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        folded = dict.fromkeys(pattern.strip().casefold() for pattern in patterns)
        self.patterns = tuple(pattern for pattern in folded if pattern)
        self._one = re.compile("|".join(map(_regex, self.patterns)), re.DOTALL) if self.patterns else None

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or len(name) > _LONGEST or self._one is None:
            return False
        return self._one.fullmatch(name.casefold()) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Patterns) and self.patterns == other.patterns

    def __hash__(self) -> int:
        return hash(self.patterns)

    def __repr__(self) -> str:
        return f"Patterns({self.patterns})"


def _regex(pattern: str) -> str:
    return "".join(
        {"*": ".*", "?": "."}.get(part) or re.escape(part) for part in re.split(r"([*?])", pattern)
    )
