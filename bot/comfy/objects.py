"""The node classes of a server and what their inputs take: ``/object_info``.

Custom nodes declare what they like. An input spec that makes no sense becomes an input of which little is known; it
never spoils the other 10,000. Parsing the stock 323 kB takes 20 ms, and 100 MB may come: parse off the event loop.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from .json_text import JsonLimit, parse_json, parse_members
from .json_value import JsonValue, as_number, as_text, items, mapping, needed_object

if TYPE_CHECKING:
    from .convert import NodePlans

OBJECT_INFO_BYTES = 128 * 1024 * 1024
"""Of a whole ``/object_info``: 323 kB of a stock server, up to 100 MB with many packs and thousands of model files."""
_ALL_CLASSES = JsonLimit(OBJECT_INFO_BYTES, 8_000_000)
_ONE_CLASS = JsonLimit(16 * 1024 * 1024, 400_000)

_Options = tuple[str, ...]
UploadKind: TypeAlias = Literal["image", "video", "audio", "file"]
DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
"""The type of a choice that brings inputs of its own, which the graph calls ``<choice>.<input>``."""
_UPLOAD_FLAGS: Mapping[str, UploadKind] = {
    "image_upload": "image",
    "animated_image_upload": "image",
    "video_upload": "video",
    "audio_upload": "audio",
    "file_upload": "file",
}


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What one input of a node class takes."""

    name: str
    type: str
    """``INT``, ``FLOAT``, ``STRING``, ``BOOLEAN``, ``COMBO`` (both list forms), or what a link must carry: ``MODEL``."""
    required: bool
    default: JsonValue = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    """Seeds reach 2**64-1: kept exact."""
    step: int | float | None = None
    options: tuple[str, ...] | None = None
    """What a COMBO offers, verbatim, what is no text as text; None for other types and for remote lists."""
    multiline: bool = False
    tooltip: str | None = None
    upload: UploadKind | None = None
    """Not None: the options are files that the server has; an upload adds one (``image_upload`` and its like)."""
    remote: bool = False
    """The editor fetches the options from elsewhere; the server does not check them."""
    control_after_generate: bool = False
    """The editor changes the value after every run: it is a seed, whatever it is called."""
    variants: "Mapping[str, Mapping[str, InputSpec]] | None" = None
    """Of a :data:`DYNAMIC_COMBO`, whose ``options`` are the keys: choice → the inputs that exist under it, by own name."""


@dataclass(frozen=True, slots=True)
class NodeClass:
    """One node class."""

    name: str
    display_name: str
    inputs: Mapping[str, InputSpec]
    """Required ones first, in the order of the editor. Hidden inputs are left out."""
    outputs: tuple[str, ...]
    """The types of what it returns: ``("MODEL", "CLIP", "VAE")``."""
    output_node: bool
    """A graph needs at least one such node."""
    python_module: str
    """``nodes``, ``comfy_extras.…``, or ``custom_nodes.<folder>``."""
    category: str
    description: str
    deprecated: bool

    def input_of(self, name: str, values: Mapping[str, JsonValue]) -> InputSpec | None:
        """What an input takes on a node with these values; None: there is none. ``model.seed`` is one of a variant."""
        spec = self.inputs.get(name)
        owner, dot, own = name.rpartition(".")
        if spec is not None or not dot:
            return spec
        combo = self.input_of(owner, values)
        variants = combo.variants if combo is not None else None
        return variants.get(str(values.get(owner)), {}).get(own) if variants is not None else None

    def inputs_called(self, name: str) -> tuple[InputSpec, ...]:
        """What an input may take, whatever else is chosen; empty: there is none."""
        spec = self.inputs.get(name)
        owner, dot, own = name.rpartition(".")
        if spec is not None:
            return (spec,)
        combos = self.inputs_called(owner) if dot else ()
        variants = [each for combo in combos for each in (combo.variants or {}).values()]
        return tuple(each[own] for each in variants if own in each)


@dataclass(frozen=True, slots=True)
class ObjectInfo(Mapping[str, NodeClass]):
    """Node classes of a server by name: all of them, or those that were asked for. ``a | b`` is both, ``b`` first."""

    classes: Mapping[str, NodeClass]
    packed: bytes = field(default=b"", repr=False, compare=False)
    """The whole answer, compressed: a tenth of its size, where its values would take ten times that."""
    failed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Classes that the server has and cannot describe, each with what it answered (one sentence)."""

    def node_plans(self) -> "NodePlans":
        """In the detail that converting UI graphs takes (:func:`bot.comfy.convert.convert`).

        Unpacked anew each time, which takes 50 ms for a server with many custom nodes: not on the event loop.
        """
        from .convert import NodePlans  # noqa: PLC0415  # whoever converts nothing loads nothing of it

        return NodePlans(self._unpacked())

    def __or__(self, newer: "ObjectInfo") -> "ObjectInfo":
        """Both together; of a class in both, ``newer`` says what it is. Unpacks and packs: not on the event loop."""
        known = needed_object(self._unpacked()), needed_object(newer._unpacked())
        failed = {name: why for name, why in self.failed.items() if name not in newer.classes}
        return ObjectInfo(
            {**self.classes, **newer.classes}, _packed({**known[0], **known[1]}), {**failed, **newer.failed}
        )

    def _unpacked(self) -> JsonValue:
        return parse_json(zlib.decompress(self.packed)) if self.packed else {}

    def __getitem__(self, class_type: str) -> NodeClass:
        return self.classes[class_type]

    def __iter__(self) -> Iterator[str]:
        return iter(self.classes)

    def __len__(self) -> int:
        return len(self.classes)


def parse_object_info(body: JsonValue) -> ObjectInfo:
    """The body of ``/object_info`` or ``/object_info/{class}``; classes that are no objects are left out."""
    return ObjectInfo(_classes(needed_object(body).items()), _packed(body))


def read_object_info(content: bytes | bytearray) -> ObjectInfo:
    """The same from JSON text, class by class, so that all their values need not be in memory together.

    Raises:
        Unreadable: no JSON object, or over the limits.
    """
    classes = _classes(parse_members(content, _ALL_CLASSES, each=_ONE_CLASS))
    return ObjectInfo(classes, zlib.compress(content, level=1))


def unpack_object_info(packed: bytes, failed: Mapping[str, str]) -> ObjectInfo:
    """What :attr:`ObjectInfo.packed` was taken from, with what had failed then. Takes a while: not on the event loop.

    Raises:
        ValueError: it is something else, or over the limits.
    """
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, OBJECT_INFO_BYTES)
    except zlib.error as error:
        raise ValueError("it cannot be unpacked") from error
    if unpacking.unconsumed_tail:
        raise ValueError(f"it has more than {OBJECT_INFO_BYTES} bytes")
    return replace(read_object_info(content), packed=packed, failed=failed)


def _packed(body: JsonValue) -> bytes:
    return zlib.compress(json.dumps(body).encode(), level=1)


def _classes(declared: Iterable[tuple[str, JsonValue]]) -> dict[str, NodeClass]:
    """Equal lists of options are kept once: dozens of classes offer the same thousands of model files."""
    lists: dict[_Options, _Options] = {}
    return {name: _node_class(name, mapping(data), lists) for name, data in declared if mapping(data)}


def _node_class(name: str, data: Mapping[str, JsonValue], lists: dict[_Options, _Options]) -> NodeClass:
    inputs = mapping(data.get("input"))
    return NodeClass(
        name=name,
        display_name=as_text(data.get("display_name")) or name,
        inputs=_inputs(inputs, lists),
        outputs=tuple(_type(output) for output in items(data.get("output"))),
        output_node=data.get("output_node") is True,
        python_module=as_text(data.get("python_module")) or "",
        category=as_text(data.get("category")) or "",
        description=as_text(data.get("description")) or "",
        deprecated=data.get("deprecated") is True,
    )


def _inputs(declared: Mapping[str, JsonValue], lists: dict[_Options, _Options]) -> dict[str, InputSpec]:
    return {
        name: _input_spec(name, spec, lists, required=group == "required")
        for group in ("required", "optional")
        for name, spec in mapping(declared.get(group)).items()
    }


def _input_spec(name: str, spec: JsonValue, lists: dict[_Options, _Options], *, required: bool) -> InputSpec:
    """``[type]``, ``[type, config]``, ``[[options], config]``, ``["COMBO", {"options": […]}]``, or anything else."""
    parts = items(spec)
    declared = parts[0] if parts else as_text(spec)
    config = mapping(parts[1] if len(parts) > 1 else None)
    remote = "remote" in config
    variants = _variants(config, lists) if declared == DYNAMIC_COMBO else None
    options = tuple(variants) if variants else None if remote else _options(declared, config)
    return InputSpec(
        name=name,
        type=_type(declared),
        required=required,
        default=config.get("default"),
        minimum=as_number(config.get("min")),
        maximum=as_number(config.get("max")),
        step=as_number(config.get("step")),
        options=None if options is None else lists.setdefault(options, options),
        multiline=config.get("multiline") is True,
        tooltip=as_text(config.get("tooltip")),
        upload=next((kind for flag, kind in _UPLOAD_FLAGS.items() if config.get(flag) is True), None),
        remote=remote,
        control_after_generate=bool(config.get("control_after_generate")),
        variants=variants,
    )


def _variants(
    config: Mapping[str, JsonValue], lists: dict[_Options, _Options]
) -> dict[str, dict[str, InputSpec]]:
    return {
        key: _inputs(mapping(mapping(option).get("inputs")), lists)
        for option in items(config.get("options"))
        if (key := as_text(mapping(option).get("key"))) is not None
    }


def _type(declared: JsonValue) -> str:
    return "COMBO" if isinstance(declared, list) else as_text(declared) or "*"


def choice_name(choice: JsonValue) -> JsonValue:
    """What is sent for a choice, of which VideoHelperSuite made ``[name, widgets]`` until February 2025."""
    return choice[0] if isinstance(choice, list) and choice else choice


def _options(declared: JsonValue, config: Mapping[str, JsonValue]) -> _Options | None:
    listed = declared if isinstance(declared, list) else config.get("options")
    if _type(declared) != "COMBO" or not isinstance(listed, list):
        return None
    return tuple(str(choice_name(option)) for option in listed)
