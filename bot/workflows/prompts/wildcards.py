"""Lists of words by name, and where a text asks for one of them: ``__animal__``. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from bot.texts import Text, text
from bot.workflows.spelling import nearest

MAX_NAME = 100

Wildcards: TypeAlias = Mapping[str, Sequence[str]]
"""Name, in lower case and with ``/`` between folders → its lines; none is empty."""
NO_WILDCARDS: Wildcards = MappingProxyType({})

NAME = re.compile(r"[^\W_](?:[\w/-]*[^\W_])?")
"""Letters, digits, ``-_/``: never a way out of a folder, for there is no dot."""
_ASKED = re.compile(rf"__([^\W_][\w/-]{{0,{MAX_NAME}}}?)__")


def split(words: str) -> Iterator[tuple[str, str | None]]:
    """The words piece by piece; with the name, where a piece asks for a list."""
    at = 0
    for found in _ASKED.finditer(words):
        if found.start() > at:
            yield words[at : found.start()], None
        yield found[0], found[1]
        at = found.end()
    if at < len(words):
        yield words[at:], None


def lines_of(name: str, wildcards: Wildcards) -> Sequence[str] | None:
    """None: there is no such list. Upper and lower case are one."""
    return wildcards.get(name.casefold())


def unknown(name: str, wildcards: Wildcards) -> Text:
    """That a text asked for a list which there is not, and which may have been meant."""
    shown = f"__{name}__"
    if not wildcards:
        return text("prompt-no-wildcards", name=shown)
    near = nearest(name, wildcards)
    if not near:
        return text("prompt-wildcard-unknown", name=shown)
    names = ", ".join(f"__{each}__" for each in near)
    return text("prompt-wildcard-meant", name=shown, names=names)
