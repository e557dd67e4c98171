"""One thing that a person might set, as one of the ways of looking found it. Values only."""

from dataclasses import dataclass

from bot.workflows.inference.option_role import OptionRole
from bot.workflows.template import InputRef, OptionKind


@dataclass(frozen=True, slots=True)
class Candidate:
    """``None`` leaves the matter to what the others found, to the graph and to the servers."""

    targets: tuple[InputRef, ...]
    role: OptionRole | None = None
    label: str | None = None
    """The author's own word for it."""
    description: str | None = None
    required: bool | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None
    authored: bool = False
    """Somebody chose it, rather than we."""
    advanced: bool = False
    kind: OptionKind | None = None
