"""A folder under ``workflows/`` that cannot be a template before a server was asked. Values only.

A UI graph becomes a graph by what a server's node classes say, and options that nobody wrote down are found by it.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.workflows.sources import Found


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read of a folder; see :func:`bot.workflows.drafting.drafted`."""

    name: str
    folder: Path
    file: Path
    """The one that holds the workflow, in whatever form."""
    found: Found
    command: str | None
    """The text of ``command.toml``; None: the options are found in the workflow."""
