"""What tells texts apart that come of one: their common beginning and end are left out. Pure."""

import re
from collections.abc import Mapping, Sequence

NOTHING = "–"
_PIECE = re.compile(r"\s+|[A-Za-z0-9'_.-]+|.", re.DOTALL)
"""A word, a gap, or a character of a script that has no gaps."""


def distinguished(texts: Sequence[Mapping[str, str]]) -> list[str]:
    """For each combination of the options' texts what the others do not all have."""
    options = list(texts[0]) if texts else []
    varying = [name for name in options if len({each[name] for each in texts}) > 1]
    differing = {name: _differing([each[name] for each in texts]) for name in varying}
    return [
        " · ".join(differing[name][number] or NOTHING for name in varying) or NOTHING
        for number in range(len(texts))
    ]


def _differing(texts: Sequence[str]) -> list[str]:
    pieces = [_PIECE.findall(each) for each in texts]
    before = _in_common(pieces)
    rest = [each[before:][::-1] for each in pieces]
    after = _in_common(rest)
    return ["".join(reversed(each[after:])).strip() for each in rest]


def _in_common(rows: Sequence[Sequence[str]]) -> int:
    """How many pieces all of them begin with."""
    count = 0
    for column in zip(*rows, strict=False):
        if len(set(column)) > 1:
            break
        count += 1
    return count
