"""Why a UI graph does not become a graph: what cannot be read at all, and what a server lacks.

Each has its sentence as ``words``, and as ``str()``.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TypeAlias

from ..json_value import JsonValue
from ..phrases import Phrase
from .misfits import shown


class Unconvertible(ValueError):
    """A file is no UI graph, or one that nobody could convert."""

    def __init__(self, words: Phrase) -> None:
        super().__init__(words)
        self.words = words


class _Spoken(ABC):
    """What has words for people."""

    __slots__ = ()

    @property
    @abstractmethod
    def words(self) -> Phrase: ...

    def __str__(self) -> str:
        return str(self.words)


@dataclass(frozen=True, slots=True)
class MissingClass(_Spoken):
    """The server has no such node class."""

    class_type: str
    pack: str | None
    """The pack that has it, as the editor noted: a registry id (``cnr_id``) or ``owner/repository`` (``aux_id``)."""
    nodes: tuple[str, ...]
    """The nodes of that class, as ids of the API graph."""

    @property
    def words(self) -> Phrase:
        nodes = _nodes(self.nodes)
        match self.pack:
            case None:
                return Phrase("class-missing", name=self.class_type, nodes=nodes)
            case "comfy-core":
                return Phrase("class-missing-own", name=self.class_type, nodes=nodes)
            case pack:
                return Phrase("class-missing-pack", name=self.class_type, nodes=nodes, pack=pack)


@dataclass(frozen=True, slots=True)
class BrowserValue(_Spoken):
    """A picture that only an open editor can render, that the file does not hold, and that another node takes."""

    node: str
    class_type: str
    input_name: str

    @property
    def words(self) -> Phrase:
        return Phrase(
            "browser-value", input=self.input_name, name=self.class_type, nodes=_nodes((self.node,))
        )


@dataclass(frozen=True, slots=True)
class UnusableValue(_Spoken):
    """A value that cannot be the name of a file; there is no default for one."""

    node: str
    class_type: str
    input_name: str
    value: JsonValue

    @property
    def words(self) -> Phrase:
        return Phrase(
            "unusable-value",
            input=self.input_name,
            name=self.class_type,
            nodes=_nodes((self.node,)),
            value=shown(self.value),
        )


@dataclass(frozen=True, slots=True)
class UnknownOption(_Spoken):
    """A choice that decides which inputs a node has, and that this server does not know."""

    node: str
    class_type: str
    input_name: str
    value: str

    @property
    def words(self) -> Phrase:
        return Phrase(
            "unknown-option",
            name=self.class_type,
            nodes=_nodes((self.node,)),
            value=self.value,
            input=self.input_name,
        )


@dataclass(frozen=True, slots=True)
class LostWires(_Spoken):
    """Links that a pack's script draws at the moment of queueing; the file does not list them."""

    class_type: str
    nodes: tuple[str, ...]

    @property
    def words(self) -> Phrase:
        return Phrase("lost-wires", name=self.class_type, nodes=_nodes(self.nodes))


@dataclass(frozen=True, slots=True)
class Circle(_Spoken):
    """Nodes that feed one another all the way round."""

    nodes: tuple[str, ...]

    @property
    def words(self) -> Phrase:
        return Phrase("circle", nodes=_nodes(self.nodes))


Obstacle: TypeAlias = MissingClass | BrowserValue | UnusableValue | UnknownOption | LostWires | Circle
"""What keeps a converted graph from running on the server whose node classes were given."""


def _nodes(nodes: tuple[str, ...]) -> Phrase:
    shown = ", ".join(nodes[:5]) + (", …" if len(nodes) > 5 else "")
    return Phrase("one-node", nodes=shown) if len(nodes) == 1 else Phrase("several-nodes", nodes=shown)
