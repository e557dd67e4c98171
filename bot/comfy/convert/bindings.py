"""Where each widget's value of a UI graph went in the graph, and how to write a value back to where it came from."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

from ..json_value import JsonValue
from .reading import Path
from .widgets import Widget


@dataclass(frozen=True, slots=True)
class Target:
    """An input of the graph."""

    node_id: str
    input_name: str


@dataclass(frozen=True, slots=True)
class Binding:
    """One widget of the UI graph: of a node, or promoted to an instance of a subgraph."""

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
    targets: tuple[Target, ...]
    """The inputs that get the value; none where a link took its place."""
    control: str | None
    """What the editor does with it after a run: ``fixed``, ``increment``, ``decrement``, ``randomize``."""
    dynamic_prompts: bool
    """On its way, ``{a|b}`` picked one and comments were removed (:func:`expand`)."""
    plan: Widget | None
    """What the widget takes, if its class says so."""


@dataclass(slots=True)
class Holding:
    """A widget and its value while targets are being found."""

    owner: str
    saved_id: str
    subgraph: str | None
    widget: str
    value: JsonValue
    path: Path
    plan: Widget | None = None
    control: str | None = None
    label: str | None = None
    is_promoted: bool = False
    """Shown on an instance: sent as it is, without dynamic prompts."""
    is_dynamic: bool = False
    is_set: bool = True
    targets: list[Target] = field(default_factory=list[Target])

    def bound(self) -> Binding:
        return Binding(
            self.owner,
            self.saved_id,
            self.subgraph,
            self.widget,
            self.label,
            self.value,
            self.path,
            tuple(self.targets),
            self.control,
            self.is_dynamic,
            self.plan,
        )


@dataclass(frozen=True, slots=True)
class Bindings(Sequence[Binding]):
    """All bindings of a converted graph, in the order of the file."""

    entries: tuple[Binding, ...]
    rewritten: Mapping[Path, Sequence[JsonValue]]
    """Lists of values that the file has too short or for another version, as this server's classes have them."""

    def __getitem__(self, index: Any) -> Any:
        return self.entries[index]

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, node_id: str, input_name: str) -> Binding | None:
        """The widget that gave an input of the graph its value."""
        target = Target(node_id, input_name)
        return next((binding for binding in self.entries if target in binding.targets), None)

    def write_back(self, ui_graph: JsonValue, values: Mapping[Target, JsonValue]) -> JsonValue:
        """The UI graph with these values of inputs where they came from; the given one is left as it is.

        Two instances of one subgraph share the values of its inside: the last one written stays.
        """
        changed = deepcopy(ui_graph)
        for binding in self.entries:
            wanted = [values[target] for target in binding.targets if target in values]
            if wanted:
                self._write(changed, binding.path, wanted[-1])
        return changed

    def _write(self, document: JsonValue, path: Path, value: JsonValue) -> None:
        *parents, last = path
        place = cast(Any, document)
        for depth, key in enumerate(parents, 1):
            container = place
            place = container.get(key) if isinstance(container, dict) else container[key]
            whole = self.rewritten.get(path[:depth])
            if (whole is not None and not _covers(place, whole)) or place is None:
                place = list(whole or ())
                container[key] = place
        if isinstance(place, list):
            place.extend([None] * (int(last) + 1 - len(place)))
        place[last] = value


def _covers(place: Any, whole: Sequence[JsonValue]) -> bool:
    return isinstance(place, list) and len(cast(list[Any], place)) >= len(whole)
