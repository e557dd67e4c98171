"""Which workflows may be used where and by whom: ``flux: <#123> <@&456>; sdxl: off``. And who may add workflows."""

import re
from collections.abc import Collection, Mapping

from msgspec import Struct

from bot.moderation.kinds import OFF, Control, Kind, is_off, refuse, written_channels, written_roles

_LINE = re.compile(r"([^\s:;]+)\s*:\s*(.+)")
_MENTION = re.compile(r"<(#|@&)([0-9]{15,20})>")
_BETWEEN = re.compile(r"[\s,]+")
_EXAMPLE = "flux: #art @Gold; sdxl: off"


class Access(Struct, frozen=True):
    """Of one workflow. Without channels: in all; without roles: for all."""

    channels: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    is_off: bool = False
    """For nobody, anywhere."""

    def is_open_in(self, channel_ids: Collection[int]) -> bool:
        """``channel_ids``: of the channel, and of a thread its parent's too."""
        return not self.is_off and (not self.channels or not self.channels.isdisjoint(channel_ids))

    def is_open_to(self, role_ids: Collection[int]) -> bool:
        return not self.is_off and (not self.roles or not self.roles.isdisjoint(role_ids))


def _read_access(typed: str) -> Mapping[str, Access]:
    if is_off(typed):
        return {}
    found: dict[str, Access] = {}
    for each in filter(None, map(str.strip, re.split(r"[;\n]", typed))):
        line = _LINE.fullmatch(each)
        if line is None:
            refuse(typed, _EXAMPLE)
        found[line[1]] = _access(line[2], typed)
    return found


def _access(typed: str, whole: str) -> Access:
    if is_off(typed):
        return Access(is_off=True)
    found = _mentions(typed, whole, _EXAMPLE)
    return Access(found["#"], found["@&"])


def _mentions(typed: str, whole: str, example: str) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {"#": set(), "@&": set()}
    for each in _BETWEEN.split(typed.strip()):
        mention = _MENTION.fullmatch(each)
        if mention is None:
            refuse(whole, example)
        found[mention[1]].add(int(mention[2]))
    return {sign: frozenset(ids) for sign, ids in found.items()}


def _written_access(value: Mapping[str, Access]) -> str:
    return "\n".join(f"{workflow}: {_one(access)}" for workflow, access in value.items()) or OFF


def _one(access: Access) -> str:
    if access.is_off:
        return OFF
    channels = written_channels(access.channels) if access.channels else ""
    roles = written_roles(access.roles) if access.roles else ""
    return f"{channels} {roles}".strip()


ACCESS: Kind[Mapping[str, Access]] = Kind(
    _read_access, _written_access, Control.ACCESS, _EXAMPLE, takes_mentions=True
)

MANAGERS = "managers"


class Adders(Struct, frozen=True):
    """Who may add workflows from Discord."""

    managers: bool = False
    """Who may manage the server."""
    roles: frozenset[int] = frozenset()
    """And who has one of these."""


def _read_adders(typed: str) -> Adders:
    if is_off(typed):
        return Adders()
    first, *others = _BETWEEN.split(typed.strip())
    names_managers = first.casefold() == MANAGERS
    mentions = others if names_managers else [first, *others]
    found = _mentions(" ".join(mentions), typed, f"{MANAGERS} @Gold") if mentions else None
    if found and found["#"]:
        refuse(typed, f"{MANAGERS} @Gold")
    return Adders(managers=True, roles=found["@&"] if found else frozenset())


def _written_adders(value: Adders) -> str:
    if not value.managers:
        return OFF
    return f"{MANAGERS} {written_roles(value.roles)}" if value.roles else MANAGERS


ADDERS = Kind(_read_adders, _written_adders, Control.ADDERS, f"{MANAGERS} @Gold", takes_mentions=True)
