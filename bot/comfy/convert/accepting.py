"""How the editor takes a saved value for a widget, and whether the value is of the widget's kind at all.

Nothing is checked against lists of choices: they are often files that another server has.
"""

import math
import re
from collections.abc import Mapping

from ..json_value import JsonValue
from .widgets import Widget, WidgetKind

_SAMPLER_PREFIX = "sample_"
_OLD_CONTROLS: Mapping[bool, str] = {True: "randomize", False: "fixed"}
_WHOLE = re.compile(r"\s*[+-]?\d{1,40}\s*", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(?:\d{1,40}\.?\d{0,40}|\.\d{1,40})(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)


def accepted(widget: Widget, name: str, saved: JsonValue) -> JsonValue:
    """The value that the widget has after loading; ``saved`` fits."""
    if widget.is_constant or (isinstance(saved, float) and not math.isfinite(saved)):
        return widget.default
    match widget.kind:
        case WidgetKind.CHOICE | WidgetKind.DYNAMIC_CHOICE if saved is None and widget.choices:
            return widget.choices[0]
        case WidgetKind.CHOICE if isinstance(saved, dict):
            return _pictured(saved)
        case WidgetKind.CHOICE if name == "sampler_name" and isinstance(saved, str):
            return saved.removeprefix(_SAMPLER_PREFIX)
        case WidgetKind.TEXT if widget.multiline or saved is not None:
            return saved if isinstance(saved, str) else as_text(saved)
        case WidgetKind.SCENE if not saved:
            return widget.default
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
    """Whether a server reads a value as the kind that the widget holds. Nothing (null) fits everywhere."""
    if value is None:
        return True
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match widget.kind:
        case WidgetKind.INTEGER:
            return is_number or (isinstance(value, str) and _WHOLE.fullmatch(value) is not None)
        case WidgetKind.NUMBER:
            return is_number or (isinstance(value, str) and _NUMBER.fullmatch(value) is not None)
        case WidgetKind.BOOLEAN:
            return isinstance(value, bool) or (is_number and value in {0, 1})
        case WidgetKind.TEXT:
            return isinstance(value, str) or is_number or (widget.multiline and isinstance(value, bool))
        case WidgetKind.CHOICE | WidgetKind.DYNAMIC_CHOICE:
            return _is_choice(widget, value, is_number=is_number)
        case _:
            return True


def _is_choice(widget: Widget, value: JsonValue, *, is_number: bool) -> bool:
    if isinstance(value, dict):
        return _pictured(value) is not None
    if widget.is_remote and not widget.choices:
        return not isinstance(value, list)
    types = widget.choice_types or {str}
    return type(value) in types or (is_number and not types.isdisjoint((int, float)))


def _pictured(value: Mapping[str, JsonValue]) -> str | None:
    """The name in a choice that a pack (ComfyUI-Custom-Scripts) shows with a picture."""
    content = value.get("content")
    return content if isinstance(content, str) else None
