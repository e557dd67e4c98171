"""Saved values that a widget cannot hold: what takes their place, and how people are told.

A file of another version of a node, or one that somebody wrote by hand, has a text where a number belongs. The editor
sends it, and the server refuses the whole graph or, worse, finds a meaning for it.
"""

import json
import re

from ..json_value import JsonValue
from ..phrases import Phrase
from .widgets import Widget, WidgetKind

_SHOWN = 40
_FILE = re.compile(r".*\.[A-Za-z]\w{1,11}", re.DOTALL)
_NOT: dict[WidgetKind, str] = {
    WidgetKind.INTEGER: "no-whole-number",
    WidgetKind.NUMBER: "no-number",
    WidgetKind.BOOLEAN: "no-flag",
    WidgetKind.TEXT: "no-text",
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


def warning(widget: Widget, name: str, value: JsonValue, instead: JsonValue, giver: str | None) -> Phrase:
    """That another value is sent. ``giver``: the node that gave the wrong one, where the widget's own is right."""
    what, sent = Phrase(_NOT.get(widget.kind, "no-choice")), shown(instead)
    if giver is None:
        return Phrase("misfit-held", input=name, value=shown(value), what=what, instead=sent)
    return Phrase("misfit-given", input=name, giver=giver, value=shown(value), what=what, instead=sent)


def shown(value: JsonValue) -> str:
    """A value in a sentence."""
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= _SHOWN else f"'{value[: _SHOWN - 1]}…'"
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= _SHOWN else f"{written[: _SHOWN - 1]}…"
