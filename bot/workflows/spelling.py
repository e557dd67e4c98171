"""Names that somebody may have meant."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from bot.texts import Text, text

_LIKENESS = 0.55
"""Low enough for ``zh`` to find ``zh-CN``."""


def nearest(
    name: str, known: Iterable[str], *, count: int = 3, likeness: float = _LIKENESS
) -> tuple[str, ...]:
    """Up to ``count`` of ``known`` that look like ``name``, the likeliest first; upper and lower case are one."""
    by_folded: dict[str, str] = {}
    for candidate in known:
        by_folded.setdefault(candidate.casefold(), candidate)
    return tuple(
        by_folded[match] for match in get_close_matches(name.casefold(), by_folded, n=count, cutoff=likeness)
    )


def same_file(name: str, names: Collection[str]) -> str | None:
    """``name`` as ``names`` spell it, or None: on Windows folders end in a backslash, elsewhere in ``/``."""
    if name in names:
        return name
    return next((each for each in names if slashed(each) == slashed(name)), None)


def same_name(name: str, names: Collection[str]) -> str | None:
    """The one of ``names`` that is called like ``name`` and lies in another folder, or None."""
    return next((each for each in names if _base(each) == _base(name)), None)


def _base(name: str) -> str:
    return slashed(name).rpartition("/")[2]


def slashed(name: str) -> str:
    return name.replace("\\", "/")


def did_you_mean(name: str, known: Iterable[str]) -> Text:
    """The end of a sentence that refuses ``name``: the likeliest names, or all when there are but few."""
    candidates = tuple(known)
    close = nearest(name, candidates)
    if close:
        return text("near-names", names=quoted(close))
    return text("near-all", names=quoted(candidates[:25])) if candidates else text("near-none")


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
