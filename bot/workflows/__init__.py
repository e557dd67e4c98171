"""Reads and checks ``workflows/``, and turns a person's values into a graph. No I/O but reading those files.

``load_workflows`` → ``resolve`` (with what the backends know) → ``fill`` (with what a person chose). The package knows
nothing of Discord but the limits of a command, and nothing of how ComfyUI is reached. The syntax of ``command.toml`` is
in ``workflows/README.md``.
"""

from bot.workflows.answers import NotListed
from bot.workflows.caps import DEFAULT_CAPS, Caps
from bot.workflows.collection import Loaded, load_workflows
from bot.workflows.draft import Draft, classes_of
from bot.workflows.filling import fill
from bot.workflows.lists import choices
from bot.workflows.loading import load_template
from bot.workflows.needs import Capabilities
from bot.workflows.resolving import resolve
from bot.workflows.spelling import nearest
from bot.workflows.template import InputRef, OptionKind, OptionSpec, Template, WorkflowError
from bot.workflows.workflow import Filled, Option, Unavailable, Workflow

__all__ = [
    "DEFAULT_CAPS",
    "Capabilities",
    "Caps",
    "Draft",
    "Filled",
    "InputRef",
    "Loaded",
    "NotListed",
    "Option",
    "OptionKind",
    "OptionSpec",
    "Template",
    "Unavailable",
    "Workflow",
    "WorkflowError",
    "choices",
    "classes_of",
    "fill",
    "load_template",
    "load_workflows",
    "nearest",
    "resolve",
]
