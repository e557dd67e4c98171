"""A number for everybody, and others for those who have a role: ``5, <@&123>=20``."""

import re
from collections.abc import Collection, Mapping
from math import inf

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refused
from bot.moderation.kinds import OFF, Control, Kind, number_in
from bot.texts import text

_PART = re.compile(r"(?:<@&([0-9]{15,20})>\s*=\s*)?(\S+)")
_EXAMPLE = "5, @Gold=20"


class ByRole(Struct, frozen=True):
    everybody: int
    roles: Mapping[int, int] = {}
    """Role id → the number of those who have it, whatever everybody's is."""
    least_is_best: bool = False
    """Of several roles the most generous number holds: the highest (0 is no limit), or here the lowest."""

    def of(self, role_ids: Collection[int]) -> int:
        """The number of a person who has these roles."""
        own = [number for role, number in self.roles.items() if role in role_ids]
        if not own:
            return self.everybody
        return min(own) if self.least_is_best else max(own, key=lambda number: number or inf)


def with_role_numbers(value: ByRole, roles: Collection[int], number: int | None) -> ByRole:
    """With this number for those who have one of the roles; None: they have everybody's again."""
    others = {role: each for role, each in value.roles.items() if role not in roles}
    own = {} if number is None else dict.fromkeys(roles, number)
    return replace(value, roles={**others, **own})


def by_role(most: int, *, least: int = 0, least_is_best: bool = False) -> Kind[ByRole]:
    """``least``: of each number, and everybody's where only roles are named."""

    def read(typed: str) -> ByRole:
        everybody: int | None = None
        roles: dict[int, int] = {}
        for each in filter(None, map(str.strip, re.split(r"[,;\n]", typed))):
            part = _PART.fullmatch(each)
            if part is None or (part[1] is None and everybody is not None):
                raise Refused(text("settings-unreadable", value=typed, example=_EXAMPLE))
            number = number_in(part[2], least, most)
            if part[1] is None:
                everybody = number
            else:
                roles[int(part[1])] = number
        return ByRole(least if everybody is None else everybody, roles, least_is_best)

    return Kind(read, _written, Control.BY_ROLE, _EXAMPLE, takes_mentions=True)


def _written(value: ByRole) -> str:
    roles = (f"<@&{role}>={number or OFF}" for role, number in sorted(value.roles.items()))
    return ", ".join([str(value.everybody or OFF), *roles])
