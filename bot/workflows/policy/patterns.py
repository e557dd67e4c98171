"""Names with ``*`` and ``?`` in them. Brackets mean nothing: node classes have them in their names."""

import re
from collections.abc import Iterable


class Patterns:
    """Answers ``name in patterns``, whatever capitals either has."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        folded = dict.fromkeys(pattern.strip().casefold() for pattern in patterns)
        self.patterns = tuple(pattern for pattern in folded if pattern)
        self._one = re.compile("|".join(map(_regex, self.patterns)), re.DOTALL) if self.patterns else None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._one is not None and bool(self._one.fullmatch(name.casefold()))

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
