"""Which value each widget of a node has: a file's ``widgets_values`` against the plan of its class.

Values are found by position, as the editor does. Positions hold for the version of the class that saved them: where
they cannot be right and the file names its values too, the names decide.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from ..json_value import JsonValue, items
from .accepting import accepted, control, fits
from .document import UiNode
from .misfits import stand_in
from .naming import Fit, names_decide, trimmed
from .packs import BROWSER_KEYS, PREVIEWS_BY_NUMBER, ROW_KEYS, ROW_WIDGETS
from .removed import without_removed
from .video_helper import current_values
from .widgets import Input, NodePlan, Widget, WidgetKind

MAX_GROWN = 100

Values: TypeAlias = Sequence[JsonValue] | Mapping[str, JsonValue]
"""``widgets_values``: a list, or an object by name."""

_FREE = Widget(WidgetKind.OTHER)
_GROWN = Widget(WidgetKind.TEXT, default="")


class Held(Struct, frozen=True):
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
    rejected: JsonValue = None
    """The file's value, where the widget cannot hold it; ``value`` stands in."""


class Restored(Struct):
    """The widgets of a node, and the inputs that it has with these values."""

    held: list[Held] = []
    inputs: dict[str, Input] = {}
    entries: list[JsonValue] = []
    """``widgets_values`` as this server's class has it."""
    rewritten: Values | None = None
    """What stands in the file's place of them before a value is written back: its own are too few, or of another version."""

    def branching(self) -> Iterator[Held]:
        """The widgets that decide which further inputs there are."""
        return (held for held in self.held if held.widget.branches)

    def fit(self, saved: Sequence[JsonValue] | None = None) -> Fit:
        """How well the file's values agree with the class; ``saved``: where they were found by position."""
        misfits = sum(held.rejected is not None for held in self.held)
        if saved is None:
            return Fit(misfits)
        needed = max((held.slot + 1 for held in self.held if isinstance(held.slot, int)), default=0)
        return Fit(misfits, needed <= trimmed(saved) <= len(self.entries))


def restore(plan: NodePlan, node: UiNode) -> Restored:
    """The node's values, with defaults for what the file lacks."""
    saved = current_values(plan, node.values)
    if isinstance(saved, dict):
        restored = _by_name(plan, saved)
        restored.rewritten = saved if saved is not node.values else None
    elif plan.name in ROW_WIDGETS:
        restored = _rows(plan, items(saved))
    else:
        restored = _listed(plan, items(saved), node.named_values)
    if plan.name in PREVIEWS_BY_NUMBER:
        restored.held = [_numbered(held, plan, node.id) for held in restored.held]
    return restored


def _listed(plan: NodePlan, listed: Sequence[JsonValue], named: Mapping[str, JsonValue]) -> Restored:
    kept = without_removed(plan, listed)
    restored = _by_position(plan, kept)
    if len(listed) < len(restored.entries) or len(listed) != len(kept):
        restored.rewritten = restored.entries
    if not named:
        return restored
    laid_out = _by_position(plan, [*_laid_out(plan.inputs, named), *_grown(plan, named)])
    laid_out.rewritten = laid_out.entries
    widgets = {held.name for held in laid_out.held}
    by_position, by_name = restored.fit(kept), laid_out.fit()
    is_better = names_decide(listed, named, widgets, by_position=by_position, by_name=by_name)
    return laid_out if is_better else restored


def _numbered(held: Held, plan: NodePlan, node_id: str) -> Held:
    """A bridge for previews knows its picture by a number that only a running server gives; it starts with the first."""
    is_picture = held.name == PREVIEWS_BY_NUMBER[plan.name]
    return replace(held, value=f"${node_id}-0", is_set=True, rejected=None) if is_picture else held


def rebranched(inputs: dict[str, JsonValue], held: Held) -> list[str]:
    """Fit ``inputs`` to a choice that an instance of a subgraph made otherwise than the inner node itself.

    Returns the inputs that there are no more.
    """
    chosen = inputs.get(held.name)
    if chosen == held.value or not isinstance(chosen, str) or chosen not in held.widget.branches:
        return []
    kept = {declared.name: declared for declared in held.widget.branches[chosen]}
    before = {declared.name for declared in held.widget.branches.get(str(held.value), ())}
    stale = [
        name for name in inputs if name not in kept and (name in before or name.startswith(f"{held.name}."))
    ]
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


def taken(widget: Widget, name: str, saved: JsonValue) -> tuple[JsonValue, JsonValue]:
    """The value that a widget has after loading, and the saved one if it cannot be that."""
    return (accepted(widget, name, saved), None) if fits(widget, saved) else (stand_in(widget), saved)


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
        value, rejected = taken(widget, name, saved[slot]) if is_given else (widget.default, None)
        if widget.is_sent:
            after = control(saved[slot + 1]) if widget.is_controlled and slot + 1 < len(saved) else None
            is_set = value is not None or (is_given and rejected is None)
            self.restored.held.append(Held(name, widget, value, slot, is_set, after, rejected))
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


def _grown(plan: NodePlan, named: Mapping[str, JsonValue]) -> Iterator[JsonValue]:
    """The named values of widgets that the class has any number of."""
    for number in range(1, MAX_GROWN + 1):
        name = f"{plan.growing}{number}"
        if plan.growing is None or name not in named:
            return
        yield named[name]


def _by_name(plan: NodePlan, saved: Mapping[str, JsonValue]) -> Restored:
    """VideoHelperSuite keeps an object; its scripts add widgets for each format, which the server wants too."""
    result = Restored()
    for declared in _named_inputs(plan.inputs, saved):
        name, widget = declared.name, declared.widget
        result.inputs[name] = declared
        if widget is not None and widget.is_sent:
            is_given = name in saved
            value, rejected = taken(widget, name, saved[name]) if is_given else (widget.default, None)
            after = control(saved.get("control_after_generate")) if widget.is_controlled else None
            is_set = value is not None or (is_given and rejected is None)
            result.held.append(Held(name, widget, value, name, is_set, after, rejected))
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
