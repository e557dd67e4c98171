"""``#art`` and ``@Gold Member`` as somebody typed them, as Discord writes them: ``<#123>``, ``<@&456>``."""

import re
from collections.abc import Mapping

from bot.errors import Refused
from bot.texts import text

_SIGN = re.compile(r"(<[#@][^>\s]*>)|([#@])(\S*)")
_WRITTEN = re.compile(r"<(?:#|@&)[0-9]+>")


def with_mentions(typed: str, channels: Mapping[str, int], roles: Mapping[str, int]) -> str:
    """The same with every name of a channel or a role in its written form; of names that begin alike the longest is meant.

    Raises:
        Refused: there is none of that name.
    """
    pieces: list[str] = []
    at = 0
    while found := _SIGN.search(typed, at):
        pieces.append(typed[at : found.start()])
        if found[1]:
            pieces.append(found[1])
            at = found.end()
            continue
        names = channels if found[2] == "#" else roles
        name = _longest(typed[found.start(2) + 1 :], names)
        if name is None:
            raise Refused(text("settings-no-name", name=found[0]))
        pieces.append(f"<#{names[name]}>" if found[2] == "#" else f"<@&{names[name]}>")
        at = found.start(2) + 1 + len(name)
    return "".join([*pieces, typed[at:]])


def _longest(rest: str, names: Mapping[str, int]) -> str | None:
    folded = rest.casefold()
    fitting = [name for name in names if name and folded.startswith(name.casefold())]
    return max(fitting, key=len, default=None)


def with_names(written: str, channels: Mapping[str, int], roles: Mapping[str, int]) -> str:
    """The same as people would type it, as far as the names lead back to what is meant."""
    names = {f"<#{number}>": f"#{name}" for name, number in channels.items()}
    names |= {f"<@&{number}>": f"@{name}" for name, number in roles.items()}
    typed = _WRITTEN.sub(lambda found: names.get(found[0], found[0]), written)
    try:
        return typed if with_mentions(typed, channels, roles) == written else written
    except Refused:
        return written
