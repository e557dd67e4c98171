"""JSON as people hand it on: in a fence of Markdown, with comments, with a comma too many. Strings stay as they are."""

import re
from collections.abc import Callable, Iterator

_FENCE = re.compile(r"```[^\n`]*+\n")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_CLOSES = re.compile(r"\s*+[}\]]")


def strict(words: str) -> str:
    """The JSON in ``words`` without what JSON does not know."""
    unfenced = _unfenced(words)
    uncommented = "".join(_kept(unfenced, re.compile(r'["/]'), _comment_end))
    return "".join(_kept(uncommented, re.compile(r'[",]'), _comma_end))


def _unfenced(words: str) -> str:
    """What stands in the first fence, if there is one that closes."""
    if words[:1] in {"{", "["}:
        return words
    opening = _FENCE.search(words)
    end = -1 if opening is None else words.find("```", opening.end())
    return words if opening is None or end < 0 else words[opening.end() : end]


def _kept(words: str, stops: re.Pattern[str], end_of: Callable[[str, int], int]) -> Iterator[str]:
    """The pieces of ``words`` but those that ``end_of`` tells the end of; nothing inside a string is asked for."""
    kept_from = at = 0
    while (found := stops.search(words, at)) is not None:
        start = found.start()
        if words[start] == '"':
            string = _STRING.match(words, start)
            if string is None:  # never closed: the parser says where
                break
            at = string.end()
            continue
        at = end_of(words, start)
        if at > start:
            yield words[kept_from:start]
            kept_from = at
        at = max(at, start + 1)
    yield words[kept_from:]


def _comment_end(words: str, start: int) -> int:
    """Where a comment that starts here ends; ``start`` if none does."""
    if words.startswith("//", start):
        end = words.find("\n", start)
        return len(words) if end < 0 else end
    if words.startswith("/*", start):
        end = words.find("*/", start + 2)
        return len(words) if end < 0 else end + 2
    return start


def _comma_end(words: str, start: int) -> int:
    return start + 1 if _CLOSES.match(words, start + 1) else start
