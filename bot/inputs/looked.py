"""What is to be looked at and what came of it. Values only, so that nothing of Pillow is loaded for them."""

from dataclasses import dataclass
from pathlib import Path

from bot.jobs.inputs import Area, InputKind
from bot.texts import Text


@dataclass(frozen=True, slots=True)
class Mask:
    """How a picture's mask is made: from a drawing, an area, or (neither) from its own transparency."""

    drawing: Path | None = None
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it came, of which nothing is known."""

    file: Path
    kind: InputKind
    filename: str
    """As the person called it."""
    mask: Mask | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """Files in the same folder, fit to be kept."""

    file: Path
    suffix: str
    mask: Path | None = None
    overlay: Path | None = None
    notices: tuple[Text, ...] = ()
