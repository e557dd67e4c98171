"""A widget's value as it is sent: wrapped, with dynamic prompts expanded and names of files filled in."""

from collections.abc import Callable
from datetime import datetime

from ..dynamic_prompts import Pick, expand
from ..json_value import JsonValue
from ..phrases import Phrase
from .bindings import Holding
from .document import UiNode
from .errors import Obstacle, UnknownOption
from .filenames import PREFIX_INPUT, filled_in
from .frames import Frame
from .packs import FILLS_FILE_NAMES
from .widgets import NodePlan, Widget, WidgetKind

_SEARCH_NAME = "Node name for S&R"


class Sender:
    """Sends values, and says which of them a server could not use."""

    def __init__(
        self,
        root: Frame,
        *,
        now: datetime | None,
        pick: Pick,
        warn: Callable[[Phrase], None],
        refuse: Callable[[Obstacle], None],
    ) -> None:
        self._root, self._now, self._pick, self._warn, self._refuse = root, now, pick, warn, refuse
        self._by_name: dict[str, list[tuple[Frame, UiNode]]] | None = None

    def sent(self, plan: NodePlan, name: str, widget: Widget | None, holding: Holding) -> JsonValue:
        """The value for one input."""
        match holding.value:
            case str() as text if widget is not None and widget.dynamic_prompts and not holding.is_promoted:
                holding.is_dynamic = True
                return expand(text, self._pick)
            case str() as text if name == PREFIX_INPUT and (
                plan.comes_with_comfyui or plan.name in FILLS_FILE_NAMES
            ):
                return filled_in(text, self._now, self._value_of)
            case list() as listed:
                return {"__value__": listed}  # a bare list could be taken for a link
            case dict() as curve if (
                widget is not None and widget.kind is WidgetKind.CURVE and not holding.is_promoted
            ):
                return {"__type__": "CURVE", "__value__": curve}
            case value:
                return value

    def check(self, node_id: str, plan: NodePlan, name: str, widget: Widget | None, value: JsonValue) -> None:
        """Note what a server could not run with."""
        if widget is None:
            return
        match widget.kind:
            case WidgetKind.DYNAMIC_CHOICE if isinstance(value, str) and value not in widget.branches:
                unknown = UnknownOption(node_id, plan.name, name, value)
                if widget.is_hidden:
                    self._warn(unknown.words)
                else:
                    self._refuse(unknown)
            case WidgetKind.RECORDING if not value:
                self._warn(Phrase("records", node=node_id, name=plan.name, input=name))
            case _:
                pass

    def _value_of(self, node_name: str, widget: str) -> JsonValue:
        """The value of a widget, by the name for search or the title of its node, in subgraphs too."""
        if self._by_name is None:
            self._by_name = _by_name(self._root)
        for frame, node in self._by_name.get(node_name, ()):
            holding = frame.holdings(node).get(widget)
            if holding is not None:
                return holding.value
        return None


def _by_name(root: Frame) -> dict[str, list[tuple[Frame, UiNode]]]:
    """All nodes by name; a name for search counts for more than a title."""
    by_search: dict[str, list[tuple[Frame, UiNode]]] = {}
    by_title: dict[str, list[tuple[Frame, UiNode]]] = {}
    for frame, node in root.all_nodes():
        for names, name in ((by_search, node.properties.get(_SEARCH_NAME)), (by_title, node.title)):
            if isinstance(name, str):
                names.setdefault(name, []).append((frame, node))
    return by_title | by_search
