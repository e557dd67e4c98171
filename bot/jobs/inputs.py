"""The files that a job starts from: what a person handed in, and what became of it. Values only."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from bot.texts import Text


class InputKind(StrEnum):
    """What a workflow takes the file for. Whether it is one is found out by looking at it."""

    IMAGE = "image"
    MASK = "mask"
    """A picture that says where to paint; it is handed to the graph by itself, over no other picture."""
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


class Area(StrEnum):
    """A part of a picture that is to change, for those who cannot paint one."""

    CENTRE = "centre"
    LEFT = "left half"
    RIGHT = "right half"
    TOP = "top half"
    BOTTOM = "bottom half"
    TOP_LEFT = "top left quarter"
    TOP_RIGHT = "top right quarter"
    BOTTOM_LEFT = "bottom left quarter"
    BOTTOM_RIGHT = "bottom right quarter"
    EDGES = "edges"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with an interaction, as its ``resolved`` tells of it: nothing is checked yet."""

    url: str = field(repr=False)
    """Signed, and expires within a day: https://docs.discord.com/developers/reference#signed-attachment-cdn-urls."""
    filename: str
    """As the person called it; for people's eyes, never a path."""
    size_bytes: int | None
    """None: Discord did not tell, as of pictures that a message shows without having them attached."""


class KeptInput(Struct, frozen=True):
    """The file that an earlier job started from, as it was kept. With it comes the mask that was laid over it then."""

    job_id: UUID
    option: str
    """Of the earlier job."""
    filename: str


class MadeOutput(Struct, frozen=True):
    """A file that an earlier job made: from its ComfyUI as it was saved, or else as Discord shows it."""

    job_id: UUID
    number: int
    """Which one, counting from 1 as the job lists them."""
    filename: str
    posted: Attachment | None = None
    """As Discord has it, perhaps made to fit; None: nobody knows."""


Source: TypeAlias = Attachment | KeptInput | MadeOutput
"""Where a file comes from."""


class Masking(Struct, frozen=True):
    """Which part of a picture is to change: painted, named, or (neither) where the picture is transparent.

    A :class:`KeptInput` with neither keeps the mask that it had.
    """

    painted: Source | None = None
    area: Area | None = None


class NewInput(Struct, frozen=True):
    """A file as it is asked for, not fetched yet."""

    option: str
    kind: InputKind
    source: Source
    targets: tuple[tuple[str, str], ...]
    """Node id and input name of what gets the file's name in the graph, once its backend has it."""
    masking: Masking | None = None
    """None: the picture is taken as it is."""


class PreparedInput(Struct, frozen=True):
    """A file that was fetched, looked at and kept: blobs by content hash (64 lower-case hex digits of SHA-256)."""

    option: str
    blob: str
    suffix: str
    """With its dot, by content."""
    mask: str | None = None
    """A PNG of the same size whose alpha is laid over the picture: 0 where it is to change."""
    overlay: str | None = None
    """A small picture that shows the mask over the picture, for the person who waits."""
    notices: tuple[Text, ...] = ()
    """What the person should know of what was done to their file."""


class JobInput(Struct, frozen=True):
    """A prepared file and where it goes in the graph."""

    prepared: PreparedInput
    targets: tuple[tuple[str, str], ...]
