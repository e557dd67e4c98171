"""A UI graph as values: nodes, sockets, links, subgraphs. What the file says and nothing more; no node class is known here."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from ..json_value import JsonValue

MUTED, BYPASSED = 2, 4
"""Modes of nodes that do not run; a bypassed one passes on what it is given."""

Path: TypeAlias = tuple[str | int, ...]
"""Where a value lies in the UI graph's JSON: keys and indexes from the top."""


class Socket(Struct, frozen=True):
    """An input of a node, as saved."""

    name: str
    type: str
    link: str | None
    widget: str | None
    """The name of the widget that this socket stands for."""
    label: str | None


class UiNode(Struct, frozen=True):
    """A node, as saved."""

    id: str
    saved_id: str
    """The id in the file; ``id`` differs where the editor would have renamed a node of a subgraph."""
    kind: str
    mode: int
    title: str | None
    inputs: tuple[Socket, ...]
    outputs: tuple[str, ...]
    values: JsonValue
    named_values: Mapping[str, JsonValue]
    properties: Mapping[str, JsonValue]
    path: Path
    value_slots: tuple[int, ...] | None = None
    """The node's values lie in another node's list, at these places (group nodes)."""

    def value_path(self, slot: int | str) -> Path:
        """Where an entry of the node's values lies in the file."""
        slots = self.value_slots
        place = slots[slot] if slots is not None and isinstance(slot, int) and slot < len(slots) else slot
        return (*self.path, "widgets_values", place)


class Link(Struct, frozen=True):
    """A wire from an output to an input."""

    id: str
    origin: str
    origin_slot: int
    target: str
    target_slot: int
    type: str = "*"
    """What the file says that it carries."""


class NotedLink(Struct, frozen=True):
    """A link that Use Everywhere noted to draw."""

    link: Link
    controller: str | None
    """The node that broadcasts; None: an older version, which did not say."""


class Port(Struct, frozen=True):
    """An input or output of a subgraph."""

    name: str
    type: str
    label: str | None
    links: tuple[str, ...]


class Scope(Struct, frozen=True):
    """The root graph, or the inside of a subgraph."""

    id: str
    name: str
    nodes: Mapping[str, UiNode]
    links: tuple[Link, ...]
    path: Path
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    input_node: str = "-10"
    output_node: str = "-20"
    renamed: Mapping[str, str] = {}
    """Saved ids to ids, where they differ."""
    noted: tuple[NotedLink, ...] = ()
    """The links that Use Everywhere noted in this graph's ``extra.ue_links``."""
    is_drawn: bool = False
    """They are among the links: saved while a prompt was queued, as in pictures."""
    is_group: bool = False
    """The inside of one of the editor's older group nodes."""


class Document(Struct, frozen=True):
    """A whole file."""

    id: str
    """The root graph's; files of older editors have none."""
    root: Scope
    subgraphs: Mapping[str, Scope]
    group_nodes: Mapping[str, JsonValue]
    """The definitions of the editor's older group nodes, by name."""
