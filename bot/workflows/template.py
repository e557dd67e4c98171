"""A workflow as its folder says it: the graph, and the options that its command offers.

Values only. Nothing here knows a server: what a list holds and how far a number may go is settled in
:mod:`bot.workflows.resolving`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from bot.comfy import Graph, JsonValue
from bot.jobs.inputs import InputKind
from bot.texts import DEFAULT_LOCALE, Text, render, text
from bot.workflows.after import After

if TYPE_CHECKING:
    from bot.comfy.convert import Bindings  # a bot without UI graphs starts sooner without it

Scalar: TypeAlias = str | int | float | bool
"""What a person can answer, and what an input without a link holds."""


class WorkflowError(Exception):
    """A file under ``workflows/`` is wrong: one sentence for the operator, who has to mend it. ``str()``: in English."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.id)
        self.message = message

    def __str__(self) -> str:
        return render(self.message, DEFAULT_LOCALE)


class OptionKind(StrEnum):
    """What a person may answer."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    SEED = "seed"
    IMAGE = "image"
    MASK = "mask"
    """A picture that says where another one is to change; without that other one, a file like any."""
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    AREA = "area"
    """A part of a picture by name, for those who cannot paint a mask."""
    SIZE = "size"
    """A shape by name, which stands for the options ``width`` and ``height``."""


class PromptSyntax(StrEnum):
    """What a person's words may say besides themselves."""

    CHOICES = "choices"
    """``{red|blue}``"""
    WILDCARDS = "wildcards"
    """``__animal__``"""
    LORAS = "loras"
    """``<lora:name:0.8>``"""


ALL_SYNTAX = frozenset(PromptSyntax)

ATTACHED = {OptionKind(kind.value): kind for kind in InputKind}
"""The kinds that a person answers with a file."""


class InputRef(Struct, frozen=True):
    """One input of one node."""

    node_id: str
    input_name: str

    @property
    def own_name(self) -> str:
        """Without the choice that brings it: ``seed`` of ``model.seed``."""
        return self.input_name.rpartition(".")[2]


class OptionSpec(Struct, frozen=True):
    """An option before any server was asked. ``None`` leaves the matter to the graph and the server."""

    name: str
    description: str
    targets: tuple[InputRef, ...]
    name_localisations: Mapping[str, str] = MappingProxyType({})
    description_localisations: Mapping[str, str] = MappingProxyType({})
    required: bool = False
    kind: OptionKind | None = None
    default: Scalar | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None
    of: str | None = None
    """The picture option that a mask or an area is laid over. Such an option has no targets of its own."""
    hidden: bool = False
    """Nobody is asked: what it has by default is sent. A hidden picture takes its masks and areas along."""
    advanced: bool = False
    """Only in the edit form, not in the command."""


class UiGraph(Struct, frozen=True):
    """What the editor opens, beside the graph that was made of it."""

    document: Mapping[str, JsonValue]
    bindings: "Bindings | None"
    """Where each input's value came from; None: the graph came ready-made, and nobody knows."""


@dataclass(frozen=True, slots=True)
class Template:
    """A folder under ``workflows/``, read and found to agree with itself."""

    name: str
    description: str
    graph: Graph
    options: tuple[OptionSpec, ...]
    """Those that the file requires first; otherwise in the order of the file."""
    folder: Path
    name_localisations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    description_localisations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    packs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Node class → the pack to install where a server lacks it."""
    ui: UiGraph | None = field(default=None, repr=False, compare=False)
    prompt: str | None = None
    """The option that says what to make, where the file names it."""
    prompt_syntax: frozenset[PromptSyntax] = ALL_SYNTAX
    """What is read in the words that people type for it."""
    own_options: tuple[str, ...] | None = None
    """Those of the bot's own options that the command may have; None: all."""
    after: After = field(default_factory=After)
    nsfw: bool = False
    """For adults: only in age-restricted channels."""
    fingerprint: str = ""
    """Of the files that it was read from: another one as soon as one of them changes."""
    trusted: bool = True
    """The operator's own. What anybody else brought is judged by the whole policy (:mod:`bot.workflows.policy`)."""

    def wrong(self, option: OptionSpec, problem: Text) -> WorkflowError:
        place = text("place-option", file=str(self.folder / "command.toml"), name=option.name)
        return WorkflowError(text("wrong-at", place=place, problem=problem))

    def describe(self, target: InputRef) -> Text:
        """How a sentence for the operator names an input: ``'steps' of node 'Sampler' (3, KSampler)``."""
        return text("input-of", input=target.input_name, node=describe_node(self.graph, target.node_id))

    def describe_all(self, option: OptionSpec) -> Text:
        return joined_and(map(self.describe, option.targets))


def describe_node(graph: Graph, node_id: str) -> Text:
    node = graph[node_id]
    if node.title is None:
        return text("node-plain", id=node_id, **{"class": node.class_type})
    return text("node-titled", title=node.title, id=node_id, **{"class": node.class_type})


def joined_and(things: Iterable[Text]) -> Text:
    """``things``: at least one."""
    return reduce(lambda first, second: text("joined-and", first=first, second=second), things)
