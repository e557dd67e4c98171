"""Why a UI graph does not become a graph: what cannot be read at all, and what a server lacks. Sentences for people."""

from dataclasses import dataclass
from typing import TypeAlias

from ..json_value import JsonValue
from .misfits import shown


class Unconvertible(ValueError):
    """A file is no UI graph, or one that nobody could convert; ``str()`` is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class MissingClass:
    """The server has no such node class."""

    class_type: str
    pack: str | None
    """The pack that has it, as the editor noted: a registry id (``cnr_id``) or ``owner/repository`` (``aux_id``)."""
    nodes: tuple[str, ...]
    """The nodes of that class, as ids of the API graph."""

    def __str__(self) -> str:
        match self.pack:
            case None:
                where = ""
            case "comfy-core":
                where = " It is one of ComfyUI's own, of another version."
            case pack:
                where = f" It comes with '{pack}'."
        return f"The server has no node '{self.class_type}' ({_nodes(self.nodes)}).{where}"


@dataclass(frozen=True, slots=True)
class BrowserValue:
    """A picture that only an open editor can render, that the file does not hold, and that another node takes."""

    node: str
    class_type: str
    input_name: str

    def __str__(self) -> str:
        return (
            f"Only the editor in a browser can render '{self.input_name}' of '{self.class_type}' "
            f"({_nodes((self.node,))}): save the view as a picture there, and load that with LoadImage in its place."
        )


@dataclass(frozen=True, slots=True)
class UnusableValue:
    """A value that cannot be the name of a file; there is no default for one."""

    node: str
    class_type: str
    input_name: str
    value: JsonValue

    def __str__(self) -> str:
        return (
            f"'{self.input_name}' of '{self.class_type}' ({_nodes((self.node,))}) holds {shown(self.value)}, which is no "
            "file's name: the file was saved with another version of the node. Open it in ComfyUI, choose the file "
            "again, and save it."
        )


@dataclass(frozen=True, slots=True)
class UnknownOption:
    """A choice that decides which inputs a node has, and that this server does not know."""

    node: str
    class_type: str
    input_name: str
    value: str

    def __str__(self) -> str:
        return (
            f"'{self.class_type}' ({_nodes((self.node,))}) on this server knows no '{self.value}' for "
            f"'{self.input_name}': the file is newer, or made with another version of the node."
        )


@dataclass(frozen=True, slots=True)
class LostWires:
    """Links that a pack's script draws at the moment of queueing; the file does not list them."""

    class_type: str
    nodes: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"The links of '{self.class_type}' ({_nodes(self.nodes)}) are not in the file; "
            "export it with 'Export (API)', or send a picture that it made."
        )


@dataclass(frozen=True, slots=True)
class Circle:
    """Nodes that feed one another all the way round."""

    nodes: tuple[str, ...]

    def __str__(self) -> str:
        return f"The links go round in a circle ({_nodes(self.nodes)})."


Obstacle: TypeAlias = MissingClass | BrowserValue | UnusableValue | UnknownOption | LostWires | Circle
"""What keeps a converted graph from running on the server whose node classes were given."""


def _nodes(nodes: tuple[str, ...]) -> str:
    shown = ", ".join(nodes[:5]) + (", …" if len(nodes) > 5 else "")
    return f"node {shown}" if len(nodes) == 1 else f"nodes {shown}"
