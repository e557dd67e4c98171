"""Which value each widget of a node has: a file's ``widgets_values`` against the plan of its class.

Values are found by position, as the editor does. Positions hold for the version of the class that saved them: where
they cannot be right and the file names its values too, the names decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..json_value import JsonValue
from .accepting import accepted, control, fits
from .document import UiNode
from .packs import BROWSER_KEYS, ROW_KEYS, ROW_WIDGETS
from .widgets import Input, NodePlan, Widget, WidgetKind

MAX_GROWN = 100

_FREE = Widget(WidgetKind.OTHER)
_GROWN = Widget(WidgetKind.TEXT, default="")


@dataclass(frozen=True, slots=True)
class Held:
    """A widget of a node and its value."""

    name: str
    widget: Widget
    value: JsonValue
    slot: int | str
    """The entry of ``widgets_values`` that holds it, or would."""
    is_set: bool = True
    """False: neither the file nor the class says anything, so nothing is sent."""
    control: str | None = None
    """What the editor does with the value after a run: ``fixed``, ``increment``, ``decrement``, ``randomize``."""


@dataclass(slots=True)
class Restored:
    """The widgets of a node, and the inputs that it has with these values."""

    held: list[Held] = field(default_factory=list[Held])
    inputs: dict[str, Input] = field(default_factory=dict[str, Input])
    misfits: list[str] = field(default_factory=list[str])
    """Widgets whose saved value is of the wrong kind."""
    entries: list[JsonValue] = field(default_factory=list[JsonValue])
    """``widgets_values`` as this server's class has it."""
    is_rewritten: bool = False
    """The file's own list is shorter than ``entries``, or was saved by another version."""

    def branching(self) -> Iterator[Held]:
        """The widgets that decide which further inputs there are."""
        return (held for held in self.held if held.widget.branches)


def restore(plan: NodePlan, node: UiNode) -> Restored:
    """The node's values, with defaults for what the file lacks."""
    saved = node.values
    if isinstance(saved, dict):
        return _by_name(plan, saved)
    listed = saved if isinstance(saved, list) else ()
    if plan.name in ROW_WIDGETS:
        return _rows(plan, listed)
    kept = _without_removed(plan, listed)
    restored = _by_position(plan, kept)
    restored.is_rewritten = len(listed) < len(restored.entries) or len(listed) != len(kept)
    if node.named_values and (restored.misfits or len(restored.entries) != len(listed)):
        restored = _by_position(plan, _laid_out(plan.inputs, node.named_values))
        restored.is_rewritten = True
    return restored


def rebranched(inputs: dict[str, JsonValue], held: Held) -> list[str]:
    """Fit ``inputs`` to a choice that an instance of a subgraph made otherwise than the inner node itself.

    Returns the inputs that there are no more.
    """
    chosen = inputs.get(held.name)
    if chosen == held.value or not isinstance(chosen, str) or chosen not in held.widget.branches:
        return []
    kept = {declared.name: declared for declared in held.widget.branches[chosen]}
    stale = [name for name in inputs if name.startswith(f"{held.name}.") and name not in kept]
    for name in stale:
        del inputs[name]
    for declared in kept.values():
        if declared.widget is not None and declared.widget.default is not None:
            inputs.setdefault(declared.name, declared.widget.default)
    return stale


def _by_position(plan: NodePlan, saved: Sequence[JsonValue]) -> Restored:
    positions = _Positions(saved)
    positions.walk(plan.inputs)
    if plan.growing is not None:
        for number in range(1, min(positions.surplus, MAX_GROWN) + 1):
            positions.take(f"{plan.growing}{number}", _GROWN)
    return positions.restored


class _Positions:
    """A walk over the inputs of a class that takes one entry after another."""

    def __init__(self, saved: Sequence[JsonValue]) -> None:
        self._saved = saved
        self.restored = Restored()

    @property
    def surplus(self) -> int:
        """How many entries are left."""
        return len(self._saved) - len(self.restored.entries)

    def walk(self, inputs: Sequence[Input]) -> None:
        for declared in inputs:
            self.restored.inputs[declared.name] = declared
            widget = declared.widget
            if widget is not None:
                value = self.take(declared.name, widget)
                if widget.branches:
                    self.walk(widget.branches.get(str(value), ()))

    def take(self, name: str, widget: Widget) -> JsonValue:
        saved, entries = self._saved, self.restored.entries
        slot = len(entries) + widget.leading
        is_given = slot < len(saved)
        value = accepted(widget, name, saved[slot]) if is_given else widget.default
        if is_given and not fits(widget, saved[slot]):
            self.restored.misfits.append(name)
        if widget.is_sent:
            after = control(saved[slot + 1]) if widget.is_controlled and slot + 1 < len(saved) else None
            self.restored.held.append(Held(name, widget, value, slot, is_given or value is not None, after))
        if widget.leading:
            entries.extend([""] * widget.leading)
        entries.append(value)
        if widget.trailing:
            entries.extend(_companions(widget, saved[slot + 1 : slot + 1 + widget.trailing]))
        return value


def _companions(widget: Widget, saved: Sequence[JsonValue]) -> list[JsonValue]:
    """The hidden entries after a value; what the editor does after a run, it should not do to a file from elsewhere."""
    missing: list[JsonValue] = ["fixed" if widget.is_controlled else "", *[""] * widget.trailing]
    return [*saved, *missing[len(saved) : widget.trailing]]


def _without_removed(plan: NodePlan, saved: Sequence[JsonValue]) -> Sequence[JsonValue]:
    """Older files hold values for inputs that are sockets by now; as many values as with those says so."""
    if not any(declared.was_widget for declared in plan.inputs):
        return saved
    is_removed: list[bool] = []

    def walk(inputs: Sequence[Input]) -> None:
        for declared in inputs:
            widget = declared.widget
            if widget is not None:
                slot = len(is_removed) + widget.leading
                is_removed.extend([False] * (widget.leading + 1 + widget.trailing))
                value = accepted(widget, declared.name, saved[slot]) if slot < len(saved) else widget.default
                walk(widget.branches.get(str(value), ()))
            elif declared.was_widget:
                is_removed.append(True)

    walk(plan.inputs)
    if len(is_removed) != len(saved):
        return saved
    return [value for value, removed in zip(saved, is_removed, strict=True) if not removed]


def _laid_out(inputs: Sequence[Input], named: Mapping[str, JsonValue]) -> list[JsonValue]:
    """Named values in the order of this server's class."""
    entries: list[JsonValue] = []
    for declared in inputs:
        widget = declared.widget
        if widget is not None:
            value = named.get(declared.name, widget.default)
            entries += [*[""] * widget.leading, value, *_companions(widget, ())]
            entries += _laid_out(widget.branches.get(str(value), ()), named)
    return entries


def _by_name(plan: NodePlan, saved: Mapping[str, JsonValue]) -> Restored:
    """VideoHelperSuite keeps an object; its scripts add widgets for each format, which the server wants too."""
    result = Restored()
    for declared in _named_inputs(plan.inputs, saved):
        name, widget = declared.name, declared.widget
        result.inputs[name] = declared
        if widget is not None and widget.is_sent:
            is_given = name in saved
            value = accepted(widget, name, saved[name]) if is_given else widget.default
            after = control(saved.get("control_after_generate")) if widget.is_controlled else None
            result.held.append(Held(name, widget, value, name, is_given or value is not None, after))
            if is_given and not fits(widget, saved[name]):
                result.misfits.append(name)
    for name, value in saved.items():
        if name not in result.inputs and name not in BROWSER_KEYS and isinstance(value, str | int | float):
            result.held.append(Held(name, _FREE, value, name))
    return result


def _named_inputs(inputs: Sequence[Input], saved: Mapping[str, JsonValue]) -> Iterator[Input]:
    for declared in inputs:
        yield declared
        if declared.widget is not None and declared.widget.branches:
            chosen = str(saved.get(declared.name, declared.widget.default))
            yield from _named_inputs(declared.widget.branches.get(chosen, ()), saved)


def _rows(plan: NodePlan, saved: Sequence[JsonValue]) -> Restored:
    """A loader of many LoRAs: a list of rows among headers and buttons."""
    result = Restored(inputs={declared.name: declared for declared in plan.inputs})
    rows = [(slot, row) for slot, row in enumerate(saved) if isinstance(row, dict) and row.keys() >= ROW_KEYS]
    for number, (slot, row) in enumerate(rows, 1):
        sent = {key: value for key, value in row.items() if key in ROW_KEYS or value is not None}
        result.held.append(Held(f"{ROW_WIDGETS[plan.name]}{number}", _FREE, sent, slot))
    return result
