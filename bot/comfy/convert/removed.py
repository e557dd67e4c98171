"""Values that older files hold for inputs that are sockets by now (``forceInput``)."""

from collections.abc import Sequence

from ..json_value import JsonValue
from .accepting import accepted
from .widgets import Input, NodePlan


def without_removed(plan: NodePlan, saved: Sequence[JsonValue]) -> Sequence[JsonValue]:
    """The values without those of such inputs; that there are as many as with them says that they are there."""
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
