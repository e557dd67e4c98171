"""Where a job comes from, when it was made of another one. Values only."""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class Action(StrEnum):
    """What a person did with a job to get another one."""

    AGAIN = "again"
    """The same values, a new seed."""
    EDIT = "edit"
    """Other values."""
    VARY = "vary"
    UPSCALE = "upscale"
    INPAINT = "inpaint"
    ANIMATE = "animate"
    MEND = "mend"
    """It failed, and a way out was chosen."""
    TAKE = "take"
    """One of a comparison, by itself."""


class Origin(Struct, frozen=True):
    """The parent of a job. The ledger may have forgotten it."""

    job_id: UUID
    action: Action
    picture: int | None = None
    """Which of the parent's files the new job starts from, counting from 1 as they were listed."""
