"""From ``/object_info`` to node plans. Knows how servers declare inputs; knows nothing of files.

Both forms of a list of choices, dynamic combos and autogrow are read; an input spec that makes no sense becomes a
socket of any type. Classes are compiled when first asked for: a server has thousands, a workflow uses a dozen.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from ..input_specs import choice_name
from ..json_value import JsonValue, as_number, as_text, items, mapping, needed_object
from .formats import widgets_by_format
from .scripted import APPENDED, BUTTONS_BEFORE, GROWING, NO_CAMERA, buttons, renders, upload
from .widgets import Input, NodePlan, Widget, WidgetKind

_WIDGET_KINDS: Mapping[str, WidgetKind] = {
    "INT": WidgetKind.INTEGER,
    "FLOAT": WidgetKind.NUMBER,
    "STRING": WidgetKind.TEXT,
    "BOOLEAN": WidgetKind.BOOLEAN,
    "COMBO": WidgetKind.CHOICE,
    "COMFY_DYNAMICCOMBO_V3": WidgetKind.DYNAMIC_CHOICE,
    "CURVE": WidgetKind.CURVE,
    "LOAD_3D": WidgetKind.SCENE,
    "LOAD_3D_ANIMATION": WidgetKind.SCENE,
    "WEBCAM": WidgetKind.RECORDING,
    "AUDIO_RECORD": WidgetKind.RECORDING,
    "MARKDOWN": WidgetKind.TEXT,
    "TEXTAREA": WidgetKind.TEXT,
    "PAINTER": WidgetKind.TEXT,
    "COLOR": WidgetKind.TEXT,
    "RANGE": WidgetKind.OTHER,
    "BOUNDING_BOX": WidgetKind.OTHER,
    "BOUNDING_BOXES": WidgetKind.OTHER,
    "COLORS": WidgetKind.OTHER,
    "VIDEO_EDIT": WidgetKind.OTHER,
    "COMPOSITOR": WidgetKind.OTHER,
    "IMAGECOMPARE": WidgetKind.OTHER,
    "CHART": WidgetKind.OTHER,
    "GALLERIA": WidgetKind.OTHER,
    "FILEUPLOAD": WidgetKind.OTHER,
}
"""Input types that the editor draws a widget for; every other type is a socket only."""

_DEFAULTS: Mapping[str, JsonValue] = {
    "INT": 0,
    "FLOAT": 0,
    "STRING": "",
    "BOOLEAN": False,
    "MARKDOWN": "",
    "TEXTAREA": "",
    "PAINTER": "",
    "COLOR": "#000000",
    "IMAGECOMPARE": ["", ""],
    "WEBCAM": "",
    "AUDIO_RECORD": "",
}
_TRAILING: Mapping[str, int] = {"BOUNDING_BOX": 4}
"""Widgets that come with further ones for their parts: x, y, width, height."""

_SEED_NAMES = frozenset({"seed", "noise_seed"})
_RECORDINGS: Mapping[str, str] = {"WEBCAM": "image", "AUDIO_RECORD": "audio"}


class NodePlans:
    """The plans of a server's node classes, by name. Compiles each once; give one to many conversions."""

    def __init__(self, object_info: JsonValue) -> None:
        """``object_info``: the body of ``GET /object_info``, as parsed from JSON."""
        self._declared = needed_object(object_info)
        self._compiled: dict[str, NodePlan | None] = {}

    def get(self, class_type: str) -> NodePlan | None:
        """The plan, or None if the server has no such class."""
        if class_type not in self._compiled:
            declared = mapping(self._declared.get(class_type))
            self._compiled[class_type] = _plan(class_type, declared) if declared else None
        return self._compiled[class_type]


def _plan(name: str, declared: Mapping[str, JsonValue]) -> NodePlan:
    specs = dict(_ordered(mapping(declared.get("input")), mapping(declared.get("input_order"))))
    inputs = [_input(input_name, spec, name) for input_name, spec in specs.items()]
    inputs += APPENDED.get(name, ())
    inputs += [extra for input_name, spec in specs.items() for extra in buttons(input_name, _parts(spec)[1])]
    return NodePlan(
        name=name,
        display_name=as_text(declared.get("display_name")) or name,
        inputs=tuple(inputs),
        outputs=tuple(_wire_type(output) for output in items(declared.get("output"))),
        output_names=tuple(as_text(name) or "" for name in items(declared.get("output_name"))),
        is_output=declared.get("output_node") is True,
        python_module=as_text(declared.get("python_module")) or "",
        growing=GROWING.get(name),
    )


def _ordered(
    sections: Mapping[str, JsonValue], order: Mapping[str, JsonValue]
) -> Iterator[tuple[str, JsonValue]]:
    """Required inputs first, each group in the declared order; what the order forgot comes last."""
    groups = [(mapping(sections.get(group)), items(order.get(group))) for group in ("required", "optional")]
    for specs, names in groups:
        yield from ((name, specs[name]) for name in names if isinstance(name, str) and name in specs)
    for specs, names in groups:
        yield from ((name, spec) for name, spec in specs.items() if name not in names)


def _parts(spec: JsonValue) -> tuple[JsonValue, Mapping[str, JsonValue]]:
    """``[type]``, ``[type, config]``, ``[[choices], config]``, or a bare type."""
    parts = items(spec)
    if parts:
        return parts[0], mapping(parts[1] if len(parts) > 1 else None)
    return as_text(spec), {}


class _Spec(Struct, frozen=True):
    """One declared input, taken apart."""

    name: str
    class_type: str
    declared: JsonValue
    config: Mapping[str, JsonValue]
    widget_type: str


def _input(name: str, spec: JsonValue, class_type: str) -> Input:
    declared, config = _parts(spec)
    wire = _wire_type(declared)
    if declared == "COMFY_AUTOGROW_V3":
        return Input(name, _grown_type(config), grows=True)
    own_type = as_text(config.get("widgetType")) or wire
    widget_type = own_type if own_type in _WIDGET_KINDS else wire  # a pack's own holds what is declared
    taken = _Spec(name, class_type, declared, config, widget_type)
    kind = _WIDGET_KINDS.get(taken.widget_type)
    if kind is None or config.get("forceInput"):
        return Input(name, wire, was_widget=bool(config.get("forceInput")))
    return Input(name, wire, _widget(kind, taken), has_socket=config.get("socketless") is not True)


def _wire_type(declared: JsonValue) -> str:
    if isinstance(declared, list):
        return "COMBO"
    found = as_text(declared) or "*"
    return "*" if found == "COMFY_MATCHTYPE_V3" else found


def _grown_type(config: Mapping[str, JsonValue]) -> str:
    sections = mapping(mapping(config.get("template")).get("input"))
    for _, spec in _ordered(sections, {}):
        return _wire_type(_parts(spec)[0])
    return "*"


def _widget(kind: WidgetKind, spec: _Spec) -> Widget:
    config, widget_type = spec.config, spec.widget_type
    branches = _branches(kind, spec)
    choices = _choices(kind, spec, branches)
    default = config.get("default", _DEFAULTS.get(widget_type))
    if kind is WidgetKind.SCENE and not renders(spec.class_type):
        default = dict(NO_CAMERA)
    if kind is WidgetKind.DYNAMIC_CHOICE or (default is None and choices):
        default = choices[0] if choices else None
    is_controlled = _is_controlled(kind, spec)
    return Widget(
        kind=kind,
        default=default,
        choices=choices,
        choice_types=_choice_types(choices, config),
        minimum=as_number(config.get("min")),
        maximum=as_number(config.get("max")),
        step=as_number(config.get("step")),
        rounding=_rounding(config) if kind is WidgetKind.NUMBER else None,
        decimals=_decimals(config) if kind is WidgetKind.NUMBER else None,
        multiline=config.get("multiline") is True,
        dynamic_prompts=config.get("dynamicPrompts") is True,
        leading=BUTTONS_BEFORE.get(spec.class_type, 0) if kind is WidgetKind.SCENE else 0,
        trailing=_TRAILING.get(widget_type, 0) + is_controlled * (2 if kind is WidgetKind.CHOICE else 1),
        is_constant=widget_type == "IMAGECOMPARE",
        is_hidden=config.get("hidden") is True,
        is_controlled=is_controlled,
        tooltip=as_text(config.get("tooltip")),
        upload=upload(config) or _RECORDINGS.get(widget_type),
        is_remote="remote" in config,
        branches=branches,
    )


def _is_controlled(kind: WidgetKind, spec: _Spec) -> bool:
    if kind is WidgetKind.INTEGER:
        return bool(spec.config.get("control_after_generate", spec.name in _SEED_NAMES))
    return kind in {WidgetKind.NUMBER, WidgetKind.CHOICE} and bool(spec.config.get("control_after_generate"))


def _choices(kind: WidgetKind, spec: _Spec, branches: Iterable[str]) -> tuple[JsonValue, ...]:
    match kind:
        case WidgetKind.DYNAMIC_CHOICE:
            return tuple(branches)
        case WidgetKind.CHOICE:
            return tuple([choice_name(choice) for choice in _listed(spec)])
        case _:
            return ()


def _listed(spec: _Spec) -> Sequence[JsonValue]:
    return items(spec.declared if isinstance(spec.declared, list) else spec.config.get("options"))


def _choice_types(choices: Iterable[JsonValue], config: Mapping[str, JsonValue]) -> frozenset[type]:
    takes_several = config.get("multi_select") or config.get("multiselect")
    return frozenset([type(choice) for choice in choices] + ([list, str] if takes_several else []))


def _formats(spec: _Spec) -> dict[str, tuple[Input, ...]]:
    return {
        name: tuple([_input(inner, declared, spec.class_type) for inner, declared in widgets])
        for name, widgets in widgets_by_format(_listed(spec), spec.config)
    }


def _branches(kind: WidgetKind, spec: _Spec) -> dict[str, tuple[Input, ...]]:
    if kind is not WidgetKind.DYNAMIC_CHOICE:
        return _formats(spec) if kind is WidgetKind.CHOICE else {}
    options = [mapping(option) for option in items(spec.config.get("options"))]
    return {
        key: tuple(
            _input(f"{spec.name}.{inner}", declared, spec.class_type)
            for inner, declared in _ordered(mapping(option.get("inputs")), {})
        )
        for option in options
        if (key := as_text(option.get("key"))) is not None
    }


def _rounding(config: Mapping[str, JsonValue]) -> int | float | None:
    declared = config.get("round")
    if declared is False:
        return None
    found = as_number(declared)
    if found:
        return found
    return round(0.1 ** _decimals(config), 12)


def _decimals(config: Mapping[str, JsonValue]) -> int:
    """How many the editor shows, and keeps when a person types a number."""
    step = as_number(config.get("step")) or 0.5
    precision = as_number(config.get("precision"))
    digits = int(precision) if precision is not None else max(0, -math.floor(math.log10(abs(step))))
    return min(digits, 12)
