"""The value of a primitive node: one number for all widgets that it is wired to, within what each of them takes."""

import math
from collections.abc import Iterable

from ..json_value import JsonValue
from .widgets import Kind, Widget


def is_finite(value: JsonValue) -> bool:
    """Whether JSON has a word for a value: it has none for NaN and infinity."""
    return not isinstance(value, float) or math.isfinite(value)


def fitted(value: JsonValue, widgets: Iterable[Widget]) -> JsonValue:
    """The value within the common limits of the widgets, on their common step."""
    numeric = [widget for widget in widgets if widget.kind in {Kind.INTEGER, Kind.NUMBER}]
    if (
        not numeric
        or isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
    ):
        return value
    minimum = max((widget.minimum for widget in numeric if widget.minimum is not None), default=None)
    maximum = min((widget.maximum for widget in numeric if widget.maximum is not None), default=None)
    rounded = _rounded(value, numeric, minimum)
    if minimum is not None and rounded < minimum:
        return minimum
    return maximum if maximum is not None and rounded > maximum else rounded


def _rounded(value: float, widgets: list[Widget], minimum: float | None) -> int | float:
    if widgets[0].kind is Kind.INTEGER:
        steps = [int(widget.step or 1) for widget in widgets]
        step = math.lcm(*(max(1, abs(step)) for step in steps))
        whole = int(value) if isinstance(value, int) else math.floor(value + 0.5)
        shift = int(minimum or 0) % step
        return (whole - shift + step // 2) // step * step + shift if step > 1 else whole
    roundings = [widget.rounding for widget in widgets if widget.rounding]
    if len(roundings) < len(widgets):
        return value
    unit = max(roundings)
    return round(math.floor(value / unit + 0.5 + 1e-9) * unit, 12)
