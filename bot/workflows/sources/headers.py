"""Files that begin with names and values: GLB, safetensors and latents, EXR; and SVG, which has them inside."""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import cast

from bot.comfy import JsonValue
from bot.texts import text
from bot.workflows.sources.document import parse_document
from bot.workflows.sources.found import Damaged
from bot.workflows.sources.tags import Tag, known_key
from bot.workflows.sources.window import MAX_BLOCK, Window

_MAX_NAME = 256


def glb_tags(window: Window) -> Iterator[Tag]:
    """The JSON of glTF is the first chunk; ComfyUI writes into ``asset.extras``."""
    length, kind = struct.unpack("<I4s", window.read(12, 8))
    if kind != b"JSON":
        raise Damaged(text("source-cut-short"))
    scene = _object(parse_document(window.read(20, length), limit=MAX_BLOCK))
    for place in (_object(scene.get("asset")).get("extras"), scene.get("extras")):
        yield from _entries(_object(place))


def safetensors_tags(window: Window) -> Iterator[Tag]:
    (length,) = struct.unpack("<Q", window.read(0, 8))
    header = _object(parse_document(window.read(8, length), limit=MAX_BLOCK))
    yield from _entries(_object(header.get("__metadata__")))


def exr_tags(window: Window) -> Iterator[Tag]:
    """Attributes: name, kind, length and value, up to an empty name."""
    at = 8
    while name := _terminated(window, at):
        kind = _terminated(window, at + len(name) + 1)
        at += len(name) + len(kind) + 2
        (length,) = struct.unpack("<I", window.read(at, 4))
        key = known_key(name)
        if key is not None and kind == b"string":
            yield Tag(key, window.read(at + 4, length))
        at += 4 + length


def svg_tags(window: Window) -> Iterator[Tag]:
    """The text of the first ``<metadata>``, usually inside ``CDATA``."""
    source = window.all()
    start = source.find(b"<metadata")
    end = source.find(b"</metadata>", start)
    if 0 <= start < end:
        _, _, content = source[start:end].partition(b">")
        yield Tag("comment", content.strip().removeprefix(b"<![CDATA[").removesuffix(b"]]>"))


def _terminated(window: Window, at: int) -> bytes:
    name, zero, _ = window.peek(at, _MAX_NAME).partition(b"\0")
    if not zero:
        raise Damaged(text("source-cut-short"))
    return name


def _entries(values: Mapping[str, JsonValue]) -> Iterator[Tag]:
    for name, value in values.items():
        key = known_key(name)
        if key is not None:
            yield Tag(key, value if isinstance(value, str) else json.dumps(value))


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}
