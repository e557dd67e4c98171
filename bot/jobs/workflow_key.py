"""What names a workflow in the ledger. Pure.

One of the operator's is named by its command (``cat``). One that a guild added is named by its command, its number in the
ledger, and its version: ``cat@17.3``. So a job remembers the version that it ran with, and two guilds may each have a
``/cat``. No command of Discord's can have an ``@``, and no person ever reads a key: they read :func:`spoken`.
"""

import re

from msgspec import Struct

_KEY = re.compile(r"([^@]+)@([1-9][0-9]{0,17})\.([1-9][0-9]{0,8})")


class GuildKey(Struct, frozen=True):
    """A version of a workflow that a guild added."""

    name: str
    """As it was called when the version was made."""
    workflow_id: int
    number: int
    """Of the version, counted from 1."""

    def __str__(self) -> str:
        return key_of(self.name, self.workflow_id, self.number)


def key_of(name: str, workflow_id: int, number: int) -> str:
    """The key of a version of a guild's workflow."""
    return f"{name}@{workflow_id}.{number}"


def guild_key(key: str) -> GuildKey | None:
    """What a key says; None: it is one of the operator's."""
    found = _KEY.fullmatch(key)
    return None if found is None else GuildKey(found[1], int(found[2]), int(found[3]))


def spoken(key: str) -> str:
    """What people call the workflow: the name of its command."""
    found = guild_key(key)
    return key if found is None else found.name


def is_same(one: str, other: str) -> bool:
    """Whether two keys name the same workflow, in whichever version."""
    first, second = guild_key(one), guild_key(other)
    if first is None or second is None:
        return one == other
    return first.workflow_id == second.workflow_id
