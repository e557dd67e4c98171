"""What is kept of a workflow that somebody brought: a document and a command. Values only."""

import hashlib
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from bot.texts import DEFAULT_LOCALE, LOCALES, render, text
from bot.workflows.command_writing import command_text
from bot.workflows.draft import Draft
from bot.workflows.sources import read_workflow
from bot.workflows.template import Template


class Brought(Struct, frozen=True):
    """What is kept of a workflow that somebody brought."""

    name: str
    source: bytes
    """A document that :func:`bot.workflows.sources.read_workflow` reads."""
    command: str
    """The text of a ``command.toml``."""

    def draft(self) -> Draft:
        """As if it lay in a folder of its name, but judged as a stranger's.

        Raises:
            SourceError: there is no workflow in the document.
        """
        digest = hashlib.sha256(self.source)
        digest.update(self.command.encode())
        file = Path(self.name) / "workflow.json"
        found = read_workflow(self.source)
        return Draft(self.name, file.parent, file, found, self.command, digest.hexdigest(), trusted=False)

    @property
    def is_as_found(self) -> bool:
        """Whether nobody changed the command since its options were found: what servers have by now may show more."""
        return self.command.startswith(f"# {as_found()}\n")

    def settled(self) -> "Brought":
        """With the options that it has, whatever servers have later."""
        return replace(self, command=self.command.partition("\n")[2]) if self.is_as_found else self


def as_found() -> str:
    """How a command begins whose options nobody changed since they were found."""
    return render(text("workflow-as-found"), DEFAULT_LOCALE)


def without_options(name: str, source: bytes, description: str | None) -> Brought:
    """All that can be said before a server was asked. ``description``: None, it says the workflow's name."""
    about = text("workflow-description", name=name)
    others = {} if description else {each: render(about, each) for each in LOCALES if each != DEFAULT_LOCALE}
    template = Template(
        name,
        description or render(about, DEFAULT_LOCALE),
        graph={},
        options=(),
        folder=Path(name),
        description_localisations=MappingProxyType(others),
    )
    return Brought(name, source, command_text(template))
