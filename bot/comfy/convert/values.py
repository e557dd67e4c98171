"""Which value each widget of a node has: a file's ``widgets_values`` against the plan of its class.

Values are found by position, as the editor does; where positions cannot be right and the file names its values, by
name. Nothing is checked against lists of choices: they are often files that another server has.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..json_value import JsonValue
from .packs import BROWSER_KEYS, ROW_KEYS, ROW_WIDGETS
from .reading import UiNode
from .widgets import Input, Kind, NodePlan, Widget

_ROW = Widget(Kind.OTHER)
_EXTRA = Widget(Kind.OTHER)
_GROWN = Widget(Kind.TEXT, default="")
_SAMPLER_PREFIX = "sample_"
_CONTROLS = {True: "randomize", False: "fixed"}


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
    complete: list[JsonValue] = field(default_factory=list[JsonValue])
    """``widgets_values`` as this server's plan would have it."""
    is_rewritten: bool = False
    """The file's own ``widgets_values`` is shorter than ``complete`` or means something else."""
    misfits: list[str] = field(default_factory=list[str])
    """Widgets whose value is of the wrong kind."""


def restore(plan: NodePlan, node: UiNode) -> Restored:
    """The node's values, with defaults for what the file lacks."""
    if isinstance(node.values, dict):
        return _by_name(plan, node.values)
    listed = node.values if isinstance(node.values, list) else ()
    if plan.name in ROW_WIDGETS:
        return _rows(plan, listed)
    restored = _by_position(plan, listed, older=False)
    if any(inp.was_widget for inp in plan.inputs):
        older = _by_position(plan, listed, older=True)
        if len(older.complete) == len(listed):
            older.complete, older.is_rewritten = restored.complete, True
            restored = older
    if node.named_values and (restored.misfits or len(restored.complete) != len(listed)):
        return _named(plan, node.named_values)
    return restored


class _Positions:
    """A walk over a plan's inputs that takes one entry of a list after another."""

    def __init__(self, values: Sequence[JsonValue], *, older: bool) -> None:
        self.values, self.older = values, older
        self.cursor = 0
        self.result = Restored()

    def walk(self, inputs: Sequence[Input]) -> None:
        result = self.result
        for inp in inputs:
            result.inputs[inp.name] = inp
            if inp.widget is not None:
                self.take(inp.name, inp.widget)
            elif self.older and inp.was_widget:
                self.cursor += 1
                result.complete.append(None)

    def take(self, name: str, widget: Widget) -> None:
        result, values = self.result, self.values
        position = self.cursor + widget.leading
        after = position + 1
        self.cursor = after + widget.trailing
        raw = values[position] if position < len(values) else None
        value = (
            accepted(widget, raw, name, is_given=position < len(values)) if position < len(values) else widget.default
        )
        control = None
        if widget.is_controlled:
            control = _control(values[after] if after < len(values) else None)
        if raw is not None and not _fits(widget, raw):
            result.misfits.append(name)
        if widget.is_sent:
            is_set = value is not None or position < len(values)
            result.held.append(Held(name, widget, value, position, is_set, control))
        if len(values) < self.cursor:
            result.is_rewritten = True
        complete = result.complete
        complete.extend([""] * widget.leading)
        complete.append(value)
        if widget.trailing:
            complete.extend(_trailing(widget, values[after : self.cursor], control))
        if widget.branches:
            self.walk(widget.branches.get(str(value), ()))


def _by_position(plan: NodePlan, values: Sequence[JsonValue], *, older: bool) -> Restored:
    positions = _Positions(values, older=older)
    positions.walk(plan.inputs)
    if plan.growing is not None:
        for number, _ in enumerate(values[positions.cursor :], 1):
            positions.take(f"{plan.growing}{number}", _GROWN)
    return positions.result


def _trailing(widget: Widget, given: Sequence[JsonValue], control: str | None) -> list[JsonValue]:
    filled: list[JsonValue] = list(given) + [""] * (widget.trailing - len(given))
    if widget.is_controlled and control is not None:
        filled[0] = control
    return filled


def _by_name(plan: NodePlan, values: Mapping[str, JsonValue]) -> Restored:
    """VideoHelperSuite keeps an object; its scripts add widgets for each format, which the server wants too."""
    result = Restored()

    def walk(inputs: Sequence[Input]) -> None:
        for inp in inputs:
            result.inputs[inp.name] = inp
            widget = inp.widget
            if widget is None or not widget.is_sent:
                continue
            is_given = inp.name in values
            value = accepted(widget, values.get(inp.name), inp.name, is_given=is_given) if is_given else widget.default
            is_set = is_given or value is not None
            result.held.append(Held(inp.name, widget, value, inp.name, is_set, _named_control(widget, values)))
            walk(widget.branches.get(str(value), ()))

    walk(plan.inputs)
    for name, value in values.items():
        is_scalar = isinstance(value, str | int | float)
        if name not in result.inputs and name not in BROWSER_KEYS and is_scalar:
            result.held.append(Held(name, _EXTRA, value, name))
    return result


def _named_control(widget: Widget, values: Mapping[str, JsonValue]) -> str | None:
    return _control(values.get("control_after_generate")) if widget.is_controlled else None


def _named(plan: NodePlan, values: Mapping[str, JsonValue]) -> Restored:
    """Positions of another version are worth nothing; names are. The list is laid out anew for this version."""
    named = {held.name: held for held in _by_name(plan, values).held}
    positions = _Positions((), older=False)

    def laid_out(inputs: Sequence[Input]) -> list[JsonValue]:
        entries: list[JsonValue] = []
        for inp in inputs:
            widget = inp.widget
            if widget is None:
                continue
            found = named.get(inp.name)
            value = found.value if found is not None else widget.default
            entries += [""] * widget.leading
            entries.append(value)
            entries += _trailing(widget, (), found.control if found is not None else None)
            entries += laid_out(widget.branches.get(str(value), ()))
        return entries

    positions.values = laid_out(plan.inputs)
    positions.walk(plan.inputs)
    positions.result.is_rewritten = True
    return positions.result


def _rows(plan: NodePlan, values: Sequence[JsonValue]) -> Restored:
    result = _by_position(plan, (), older=False)
    result.held.clear()
    result.is_rewritten, result.complete = False, list(values)
    rows = [(slot, row) for slot, row in enumerate(values) if isinstance(row, dict) and row.keys() >= ROW_KEYS]
    for number, (slot, row) in enumerate(rows, 1):
        sent = {key: value for key, value in row.items() if key in ROW_KEYS or (key == "strengthTwo" and value is not None)}
        result.held.append(Held(f"{ROW_WIDGETS[plan.name]}{number}", _ROW, sent, slot))
    return result


def accepted(widget: Widget, raw: JsonValue, name: str, *, is_given: bool) -> JsonValue:
    """A saved value as the editor takes it."""
    if not is_given or widget.is_constant:
        return widget.default
    match widget.kind:
        case Kind.CHOICE | Kind.DYNAMIC_CHOICE:
            if raw is None:
                return widget.choices[0] if widget.choices else widget.default
            if name == "sampler_name" and isinstance(raw, str):
                return raw.removeprefix(_SAMPLER_PREFIX)
        case Kind.TEXT if widget.multiline and not isinstance(raw, str):
            return as_text(raw)
        case Kind.INTEGER | Kind.NUMBER if isinstance(raw, float) and not math.isfinite(raw):
            return widget.default
        case _:
            pass
    return raw


def as_text(value: JsonValue) -> str:
    """A value as JavaScript writes it into a text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        case _:
            return str(value)


def _control(value: JsonValue) -> str | None:
    if isinstance(value, bool):
        return _CONTROLS[value]
    return value if isinstance(value, str) else None


def _fits(widget: Widget, value: JsonValue) -> bool:
    """Whether a value is of the kind that the widget holds; lists of choices are not looked at."""
    match widget.kind:
        case Kind.INTEGER | Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.TEXT:
            return isinstance(value, str)
        case Kind.CHOICE | Kind.DYNAMIC_CHOICE:
            kinds = widget.choice_types or {str}
            return type(value) in kinds or (isinstance(value, int | float) and not kinds.isdisjoint((int, float)))
        case _:
            return True
