"""The node classes of a server and what their inputs take: ``/object_info``.

Custom nodes declare what they like. An input spec that makes no sense becomes an input of which little is known; it
never spoils the other 10,000. Parsing the stock 323 kB takes 20 ms, and 100 MB may come: parse off the event loop.
"""

import dataclasses
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from .input_specs import InputSpec, Lists, input_specs, type_name
from .json_text import JsonLimit, parse_json, parse_members
from .json_value import JsonValue, as_text, items, mapping, needed_object
from .translations import with_words, words_of_classes

if TYPE_CHECKING:
    from .convert import NodePlans

OBJECT_INFO_BYTES = 128 * 1024 * 1024
"""Of a whole ``/object_info``: 323 kB of a stock server, up to 100 MB with many packs and thousands of model files."""
_ALL_CLASSES = JsonLimit(OBJECT_INFO_BYTES, 8_000_000)
_DEEPEST = 32
"""Choices inside of choices; strangers' graphs may have thousands of dots in a name."""
_ONE_CLASS = JsonLimit(16 * 1024 * 1024, 400_000)
_WORDS = "/i18n"
"""A member of what is packed that no server sends: no class is called so."""


class NodeClass(Struct, frozen=True):
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
        if spec is not None or not dot or name.count(".") > _DEEPEST:
            return spec
        combo = self.input_of(owner, values)
        variants = combo.variants if combo is not None else None
        return variants.get(str(values.get(owner)), {}).get(own) if variants is not None else None

    def inputs_called(self, name: str) -> tuple[InputSpec, ...]:
        """What an input may take, whatever else is chosen; empty: there is none."""
        spec = self.inputs.get(name)
        owner, _, own = name.rpartition(".")
        if spec is not None:
            return (spec,)
        combos = self.inputs_called(owner) if 0 < name.count(".") <= _DEEPEST else ()
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
        words = {**mapping(known[0].get(_WORDS)), **mapping(known[1].get(_WORDS))}
        failed = {name: why for name, why in self.failed.items() if name not in newer.classes}
        return ObjectInfo(
            {**self.classes, **newer.classes},
            _packed({**known[0], **known[1], **({_WORDS: words} if words else {})}),
            {**failed, **newer.failed},
        )

    def _unpacked(self) -> JsonValue:
        return parse_json(zlib.decompress(self.packed)) if self.packed else {}

    def in_other_languages(self, translations: JsonValue) -> "ObjectInfo":
        """With what packs say of their inputs (the body of ``/i18n``). Unpacks and packs: not on the event loop."""
        inputs = {name: each.inputs for name, each in self.classes.items()}
        words = words_of_classes(translations, inputs)
        if not words or not self.packed:
            return self
        body = zlib.decompress(self.packed).rstrip().removesuffix(b"}")
        member = json.dumps({_WORDS: words}, sort_keys=True).removeprefix("{").encode()
        packed = zlib.compress(body + b"," + member, level=1)
        return dataclasses.replace(self, classes=_with_words(self.classes, words), packed=packed)

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
    return dataclasses.replace(read_object_info(content), packed=packed, failed=failed)


def _packed(body: JsonValue) -> bytes:
    return zlib.compress(json.dumps(body).encode(), level=1)


def _classes(declared: Iterable[tuple[str, JsonValue]]) -> dict[str, NodeClass]:
    """Equal lists of options are kept once: dozens of classes offer the same thousands of model files."""
    lists: Lists = {}
    words: JsonValue = {}
    classes: dict[str, NodeClass] = {}
    for name, data in declared:
        if name == _WORDS:
            words = data
        elif mapping(data):
            classes[name] = _node_class(name, mapping(data), lists)
    return _with_words(classes, words)


def _with_words(classes: Mapping[str, NodeClass], words: JsonValue) -> dict[str, NodeClass]:
    said = mapping(words)
    return {
        name: replace(each, inputs=with_words(each.inputs, said[name])) if name in said else each
        for name, each in classes.items()
    }


def _node_class(name: str, data: Mapping[str, JsonValue], lists: Lists) -> NodeClass:
    inputs = mapping(data.get("input"))
    return NodeClass(
        name=name,
        display_name=as_text(data.get("display_name")) or name,
        inputs=input_specs(inputs, lists),
        outputs=tuple(type_name(output) for output in items(data.get("output"))),
        output_node=data.get("output_node") is True,
        python_module=as_text(data.get("python_module")) or "",
        category=as_text(data.get("category")) or "",
        description=as_text(data.get("description")) or "",
        deprecated=data.get("deprecated") is True,
    )
