"""Finds the workflow in any file: JSON of every form, and what ComfyUI saved. Bytes in, :class:`Found` out.

Pure but for reading the given file; nothing is decoded (no pixels, frames or sound). The package knows how files carry
graphs, and nothing of what a graph means: that begins in :mod:`bot.workflows.inference`.
"""

from bot.workflows.sources.found import (
    Damaged,
    Found,
    NothingFound,
    OnlySettings,
    Origin,
    SourceError,
    TooMuch,
)
from bot.workflows.sources.reading import read_workflow

__all__ = [
    "Damaged",
    "Found",
    "NothingFound",
    "OnlySettings",
    "Origin",
    "SourceError",
    "TooMuch",
    "read_workflow",
]
