"""Saved values that a widget cannot hold: what takes their place, and how people are told.

A file of another version of a node, or one that somebody wrote by hand, has a text where a number belongs. The editor
sends it, and the server refuses the whole graph or, worse, finds a meaning for it.
"""

import json
import re

from ..json_value import JsonValue
from .widgets import Widget, WidgetKind

_SHOWN = 40
_FILE = re.compile(r".*\.[A-Za-z]\w{1,11}", re.DOTALL)
_NOT: dict[WidgetKind, str] = {
    WidgetKind.INTEGER: "no whole number",
    WidgetKind.NUMBER: "no number",
    WidgetKind.BOOLEAN: "neither true nor false",
    WidgetKind.TEXT: "no text",
}


def stand_in(widget: Widget) -> JsonValue:
    """What is sent in place of a value of the wrong kind; None: nothing can be, a file has to be chosen."""
    return None if holds_files(widget) else widget.default


def holds_files(widget: Widget) -> bool:
    """Whether the choices are files: any of them would be as wrong as another."""
    if widget.kind is not WidgetKind.CHOICE:
        return False
    names = [choice for choice in widget.choices if isinstance(choice, str)]
    return widget.upload is not None or not widget.choices or any(map(_FILE.fullmatch, names))


def warning(widget: Widget, name: str, value: JsonValue, instead: JsonValue, giver: str | None) -> str:
    """That another value is sent. ``giver``: the node that gave the wrong one, where the widget's own is right."""
    how = "holds" if giver is None else f"gets from node {giver}"
    sent = f"{'the default' if giver is None else 'its own'} {shown(instead)}"
    kind = _NOT.get(widget.kind, "none of its choices")
    return f"'{name}' {how} {shown(value)}, which is {kind}; {sent} is sent instead."


def shown(value: JsonValue) -> str:
    """A value in a sentence."""
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= _SHOWN else f"'{value[: _SHOWN - 1]}…'"
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= _SHOWN else f"{written[: _SHOWN - 1]}…"
