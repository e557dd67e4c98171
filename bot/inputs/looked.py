"""What is to be looked at and what came of it. Values only, so that nothing of Pillow is loaded for them."""

from pathlib import Path

from msgspec import Struct

from bot.jobs.inputs import Area, InputKind
from bot.texts import Text


class Mask(Struct, frozen=True):
    """How a picture's mask is made: from a drawing, an area, or (neither) from its own transparency."""

    drawing: Path | None = None
    area: Area | None = None


class Fetched(Struct, frozen=True):
    """A file as it came, of which nothing is known."""

    file: Path
    kind: InputKind
    filename: str
    """As the person called it."""
    mask: Mask | None = None


class Looked(Struct, frozen=True):
    """Files in the same folder, fit to be kept."""

    file: Path
    suffix: str
    mask: Path | None = None
    overlay: Path | None = None
    notices: tuple[Text, ...] = ()
