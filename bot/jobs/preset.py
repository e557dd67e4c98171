"""Values by name. A value."""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_NAME = 32


@dataclass(frozen=True, slots=True)
class Preset:
    """A person's own (``user_id``), or a guild's (``guild_id``): one of the two."""

    name: str
    values: Mapping[str, str]
    """Option → value as it is typed. In a text, ``{prompt}`` stands for the words that it is wrapped around."""
    workflow: str | None
    """None: for each that has the options."""
    made_by: int
    user_id: int | None = None
    guild_id: int | None = None
