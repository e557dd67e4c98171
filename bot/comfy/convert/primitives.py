"""The value of a primitive node: one number for all widgets that it is wired to, within what each of them takes."""

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from ..json_value import JsonValue
from .widgets import Widget, WidgetKind

_LARGEST = 2**64
"""Beyond this nobody means a step."""


def is_finite(value: JsonValue) -> bool:
    """Whether JSON has a word for a value: it has none for NaN and infinity."""
    return not isinstance(value, float) or math.isfinite(value)


def fitted(value: JsonValue, widgets: Iterable[Widget]) -> JsonValue:
    """The value within the common limits of the widgets, on their common step."""
    numeric = [widget for widget in widgets if widget.kind in {WidgetKind.INTEGER, WidgetKind.NUMBER}]
    if not numeric or isinstance(value, bool) or not isinstance(value, int | float) or not is_finite(value):
        return value
    minimum = max((widget.minimum for widget in numeric if widget.minimum is not None), default=-math.inf)
    maximum = min((widget.maximum for widget in numeric if widget.maximum is not None), default=math.inf)
    within = min(max(value, minimum), maximum)
    if abs(within) > _LARGEST:
        return within
    return min(max(_rounded(within, numeric, minimum), minimum), maximum)


def _rounded(value: float, widgets: list[Widget], minimum: float) -> int | float:
    if widgets[0].kind is WidgetKind.INTEGER:
        step = math.lcm(*(max(1, abs(int(widget.step or 1))) for widget in widgets))
        whole = value if isinstance(value, int) else math.floor(value + 0.5)
        shift = int(minimum) % step if math.isfinite(minimum) else 0
        return (whole - shift + step // 2) // step * step + shift
    roundings = [widget.rounding for widget in widgets if widget.rounding]
    if len(roundings) < len(widgets):
        return value
    unit = max(roundings)
    rounded = math.floor(value / unit + 0.5 + 1e-9) * unit
    return _to_decimals(rounded, min(widget.decimals or 0 for widget in widgets))


def _to_decimals(value: float, decimals: int) -> float:
    """As JavaScript's ``toFixed``: halves go away from zero, as far as the binary number is one."""
    return float(Decimal(round(value, 12)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
