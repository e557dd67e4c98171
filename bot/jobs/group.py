"""Jobs that were asked for as one: a group has one status message, one result and one Cancel. Values only.

The first member speaks for all of them: the status message is its, and its delivery is the group's, which becomes due
when the last member has ended.
"""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct

MAX_MEMBERS = 16


class GroupKind(StrEnum):
    REPEAT = "repeat"
    """The same words several times, each with a seed of its own."""
    ALL = "all"
    """Every combination of what the words leave open."""
    COMPARE = "compare"
    """One or two options over several values."""


class Membership(Struct, frozen=True):
    """A job's place in its group."""

    group_id: UUID
    """The id of the first member."""
    kind: GroupKind
    number: int
    """From 1; the first one speaks for all."""
    count: int
    labels: tuple[str, ...] = ()
    """What tells this member from the others: of a comparison the value along the top, then the one down the side."""

    @property
    def speaks(self) -> bool:
        return self.number == 1
