"""What is to be shown of a job or a group: its files, whose they are, and how they are laid out. Values only."""

from collections.abc import Sequence

from msgspec import Struct

from bot.jobs.job import Job, Output
from bot.texts import Text


class SheetCell(Struct, frozen=True):
    """One job of a contact sheet."""

    job: Job
    label: str
    picture: Output | None
    """The first that it made; None: there is none."""
    missing: Text
    """What the cell says where there is no picture to be shown."""


class SheetPlan(Struct, frozen=True):
    """All on one sheet, row by row."""

    cells: Sequence[SheetCell]
    columns: Sequence[str] = ()
    rows: Sequence[str] = ()


class Made(Struct, frozen=True):
    """What was made, as its end tells it."""

    outputs: Sequence[Output]
    texts: tuple[str, ...] = ()
    owners: Sequence[Job] = ()
    """Of a group: who made each of ``outputs``. Empty: the job itself made all."""
    sheet: SheetPlan | None = None
    """In place of the files, one picture of them."""
    notes: tuple[Text, ...] = ()
    """What is to be said besides."""

    @property
    def shown(self) -> int:
        """How many files are shown of it, at most."""
        return len(self.outputs) if self.sheet is None else 1

    def owner(self, number: int, job: Job) -> Job:
        """Who made the output with this number, counting from 1; ``job`` is whose delivery it is."""
        return self.owners[number - 1] if self.owners else job
