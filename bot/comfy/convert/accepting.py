"""How the editor takes a saved value for a widget, and whether the value is of the widget's kind at all.

Nothing is checked against lists of choices: they are often files that another server has.
"""

import math
from collections.abc import Mapping

from ..json_value import JsonValue
from .widgets import Widget, WidgetKind

_SAMPLER_PREFIX = "sample_"
_OLD_CONTROLS: Mapping[bool, str] = {True: "randomize", False: "fixed"}


def accepted(widget: Widget, name: str, saved: JsonValue) -> JsonValue:
    """The value that the widget has after loading."""
    if widget.is_constant or (isinstance(saved, float) and not math.isfinite(saved)):
        return widget.default
    match widget.kind:
        case WidgetKind.CHOICE | WidgetKind.DYNAMIC_CHOICE if saved is None and widget.choices:
            return widget.choices[0]
        case WidgetKind.CHOICE if name == "sampler_name" and isinstance(saved, str):
            return saved.removeprefix(_SAMPLER_PREFIX)
        case WidgetKind.TEXT if widget.multiline:
            return as_text(saved)
        case _:
            return saved


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


def control(saved: JsonValue) -> str | None:
    """What happens to a value after a run: ``fixed``, ``increment``, ``decrement``, ``randomize``."""
    if isinstance(saved, bool):
        return _OLD_CONTROLS[saved]
    return saved if isinstance(saved, str) else None


def fits(widget: Widget, value: JsonValue) -> bool:
    """Whether a value is of the kind that the widget holds. Nothing (null) fits everywhere."""
    if value is None:
        return True
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match widget.kind:
        case WidgetKind.INTEGER | WidgetKind.NUMBER:
            return is_number
        case WidgetKind.BOOLEAN:
            return isinstance(value, bool)
        case WidgetKind.TEXT:
            return isinstance(value, str)
        case WidgetKind.CHOICE | WidgetKind.DYNAMIC_CHOICE:
            types = widget.choice_types or {str}
            return type(value) in types or (is_number and not types.isdisjoint((int, float)))
        case _:
            return True
