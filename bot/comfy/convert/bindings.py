"""Where each widget's value of a UI graph went in the graph, and how to write a value back to where it came from."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

from msgspec import Struct

from ..json_value import JsonValue
from .document import Path
from .values import Values
from .widgets import Widget


class WidgetRef(Struct, frozen=True):
    """An input of the graph."""

    node_id: str
    input_name: str


class Binding(Struct, frozen=True):
    """One widget of the UI graph: of a node, or shown on an instance of a subgraph."""

    owner: str
    """The node that shows the widget, as the graph names it: ``7``, inside a subgraph ``20:7``."""
    saved_id: str
    """The owner's id in the file."""
    subgraph: str | None
    """The id of the subgraph whose inside holds the owner; None: the root graph."""
    widget: str
    label: str | None
    """What the author called the widget, if anything."""
    value: JsonValue
    path: Path
    """Where the value lies in the UI graph, or would if the file held it."""
    targets: tuple[WidgetRef, ...]
    """The inputs that get the value; none where a link took its place."""
    control: str | None
    """What the editor does with it after a run: ``fixed``, ``increment``, ``decrement``, ``randomize``."""
    is_promoted: bool
    """The owner is an instance of a subgraph."""
    is_dynamic: bool
    """On its way, ``{a|b}`` picked one and comments were removed (:func:`expand`)."""
    plan: Widget | None
    """What the widget takes, if its class says so."""


class Rejected(Struct, frozen=True):
    """A value of the file that a widget cannot hold; another stands in."""

    value: JsonValue
    owner: str
    """The node that has it, as the graph names it."""


class Holding(Struct):
    """A widget and its value while its targets are being found."""

    owner: str
    saved_id: str
    subgraph: str | None
    widget: str
    value: JsonValue
    path: Path
    plan: Widget | None
    control: str | None
    label: str | None
    is_promoted: bool = False
    """Shown on an instance: sent as it is, without dynamic prompts."""
    is_set: bool = True
    """False: there is no value, and nothing is sent."""
    is_dynamic: bool = False
    rejected: "Rejected | None" = None
    targets: list[WidgetRef] = []

    def bound(self) -> Binding:
        return Binding(
            owner=self.owner,
            saved_id=self.saved_id,
            subgraph=self.subgraph,
            widget=self.widget,
            label=self.label,
            value=self.value,
            path=self.path,
            targets=tuple(self.targets),
            control=self.control,
            is_promoted=self.is_promoted,
            is_dynamic=self.is_dynamic,
            plan=self.plan,
        )


@dataclass(frozen=True, slots=True)
class Bindings:
    """All bindings of a converted graph, those of instances before those of their insides."""

    entries: tuple[Binding, ...]
    rewritten: Mapping[Path, Values] = field(repr=False)
    """Values of nodes of which the file has too few, or those of another version, as this server's classes have them."""
    root_id: str
    """The id of the root graph, if the file has one."""
    _by_target: Mapping[WidgetRef, Binding] = field(repr=False)

    @classmethod
    def of(cls, holdings: Iterable[Holding], rewritten: Mapping[Path, Values], root_id: str) -> "Bindings":
        entries = tuple([holding.bound() for holding in holdings])
        return cls(
            entries, rewritten, root_id, {target: entry for entry in entries for target in entry.targets}
        )

    def __iter__(self) -> Iterator[Binding]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def giving(self, node_id: str, input_name: str) -> Binding | None:
        """The widget that gave an input of the graph its value; None for links and unknown inputs."""
        return self._by_target.get(WidgetRef(node_id, input_name))

    def named(self, node: str, widget: str) -> tuple[Binding, ...]:
        """What the editor's App mode (``extra.linearData``) means by a node and a widget, or its label.

        The node may be one of the root graph (``57``), one inside (``57:84``, or its bare id in the file, ``84``, then
        perhaps of several instances), or ``<id of the graph or subgraph>:84:<widget>``. Where a value from elsewhere
        takes the widget's place (an instance's, a primitive node's), that one is meant.
        """
        graph, _, rest = node.partition(":")
        place = (None if graph == self.root_id else graph, rest.partition(":")[0])
        candidates = [entry for entry in self.entries if widget in {entry.widget, entry.label}]
        found = (
            [entry for entry in candidates if entry.owner == node]
            or [entry for entry in candidates if (entry.subgraph, entry.saved_id) == place]
            or [entry for entry in candidates if entry.saved_id == node]
            or [
                entry
                for entry in self.entries
                if any(_is_named(target, node, widget) for target in entry.targets)
            ]
        )
        giving = [
            entry if entry.targets else self.giving(entry.owner, entry.widget) or entry for entry in found
        ]
        return tuple({id(entry): entry for entry in giving}.values())

    def write_back(self, ui_graph: JsonValue, values: Mapping[WidgetRef, JsonValue]) -> JsonValue:
        """The UI graph with these values of inputs where they came from; the given one is left as it is.

        Instances of one subgraph share the values of its inside, and all targets of one widget share its value: of
        several the last in ``values`` stays. Inputs that no widget gave a value are passed over.
        """
        changed = deepcopy(ui_graph)
        renewed: set[Path] = set()
        for target, value in values.items():
            binding = self._by_target.get(target)
            if binding is not None:
                self._write(changed, binding.path, value, renewed)
        return changed

    def _write(self, document: JsonValue, path: Path, value: JsonValue, renewed: set[Path]) -> None:
        *above, key, last = path
        owner: Any = document
        for step in above:
            owner = owner[step]
        place = path[:-1]
        if place in self.rewritten and place not in renewed:
            values = self.rewritten[place]
            owner[key] = dict(values) if isinstance(values, Mapping) else list(values)
            renewed.add(place)
        if isinstance(last, str):
            cast(dict[str, JsonValue], owner[key])[last] = value
            return
        entries = cast(list[JsonValue], owner[key])
        entries.extend([None] * (last + 1 - len(entries)))
        entries[last] = value


def _is_named(target: WidgetRef, node: str, widget: str) -> bool:
    return target.input_name == widget and node in {target.node_id, target.node_id.rpartition(":")[2]}
