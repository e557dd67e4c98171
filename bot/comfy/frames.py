"""Websocket frames to events: pure functions that never raise. What they cannot read becomes :class:`Unknown`."""

import struct
from collections.abc import Callable, Mapping

from .events import (
    Event,
    Executed,
    Executing,
    ExecutionCached,
    ExecutionError,
    ExecutionInterrupted,
    ExecutionStart,
    ExecutionSuccess,
    FeatureFlags,
    NodeProgress,
    PreviewImage,
    ProgressState,
    ProgressText,
    Status,
    StepProgress,
    Unknown,
)
from .json_text import JsonLimit, parse_json
from .json_value import (
    JsonValue,
    Unreadable,
    as_seconds,
    as_text,
    as_texts,
    mapping,
    needed_number,
    needed_object,
    needed_text,
)
from .outputs import output_files, output_texts
from .phrases import Phrase
from .redaction import encodable
from .system import parse_features
from .verdict import parse_failure, parse_interruption

_Data = Mapping[str, JsonValue]
_IMAGE_TYPES = {1: "image/jpeg", 2: "image/png"}
_U32 = struct.Struct(">I")
_LIMIT = JsonLimit(16 * 1024 * 1024, 400_000)
"""Of a text frame: an error of 2 MB and tables of progress with 1,000 nodes (some 10,000 elements) were seen."""
_METADATA_LIMIT = JsonLimit(64 * 1024, 1_000)
_KEPT = 1024
"""How much is kept of a text frame that is no JSON, or too much of it."""


def parse_text(frame: str) -> Event:
    """A text frame, ``{"type": …, "data": {…}}``."""
    try:
        document = mapping(parse_json(frame, _LIMIT))
    except Unreadable:
        return Unknown("", encodable(frame[:_KEPT]))
    kind, data = as_text(document.get("type")) or "", document.get("data")
    try:
        return _PARSERS[kind](needed_object(data))
    except (KeyError, Unreadable):
        return Unknown(kind, data)


def parse_binary(frame: bytes) -> Event:
    """A binary frame: a big-endian event number (1, 3, 4) and what it says; samples in ``recordings/…/bin``."""
    try:
        (kind,) = _U32.unpack_from(frame)
        match kind:
            case 1:
                return _preview(frame)
            case 3:
                return _progress_text(frame)
            case 4:
                return _preview_with_metadata(frame)
            case _:
                return Unknown(f"binary {kind}", frame)
    except (struct.error, KeyError, Unreadable):
        return Unknown(f"binary {int.from_bytes(frame[:4], 'big')}", frame)


def _preview(frame: bytes) -> Event:
    (image_type,) = _U32.unpack_from(frame, 4)
    return PreviewImage(frame[8:], _IMAGE_TYPES[image_type])


def _progress_text(frame: bytes) -> Event:
    node_id, said = _split(frame)
    return ProgressText(node_id.decode(errors="replace"), said.decode(errors="replace"))


def _preview_with_metadata(frame: bytes) -> Event:
    metadata, content = _split(frame)
    data = needed_object(parse_json(metadata, _METADATA_LIMIT))
    return PreviewImage(
        content=content,
        content_type=needed_text(data, "image_type"),
        prompt_id=as_text(data.get("prompt_id")),
        node_id=as_text(data.get("node_id")),
        display_node_id=as_text(data.get("display_node_id")),
    )


def _split(frame: bytes) -> tuple[bytes, bytes]:
    """``u32 n, n bytes, rest`` after the event number."""
    (length,) = _U32.unpack_from(frame, 4)
    if len(frame) < 8 + length:
        raise Unreadable(Phrase("frame-short"))
    return frame[8 : 8 + length], frame[8 + length :]


def _status(data: _Data) -> Event:
    execution = mapping(mapping(data.get("status")).get("exec_info"))
    return Status(int(needed_number(execution, "queue_remaining")), as_text(data.get("sid")))


def _executing(data: _Data) -> Event:
    if "node" not in data:
        raise Unreadable(Phrase("frame-node"))
    return Executing(*(as_text(data.get(key)) for key in ("prompt_id", "node", "display_node")))


def _progress_state(data: _Data) -> Event:
    nodes = {
        node_id: _node_progress(node_id, mapping(node))
        for node_id, node in mapping(data.get("nodes")).items()
    }
    return ProgressState(needed_text(data, "prompt_id"), nodes)


def _node_progress(node_id: str, data: _Data) -> NodeProgress:
    return NodeProgress(
        node_id=node_id,
        display_node_id=as_text(data.get("display_node_id")) or node_id,
        value=needed_number(data, "value"),
        max=needed_number(data, "max"),
        state=needed_text(data, "state"),
    )


def _step_progress(data: _Data) -> Event:
    value, maximum = needed_number(data, "value"), needed_number(data, "max")
    return StepProgress(as_text(data.get("prompt_id")), as_text(data.get("node")), value, maximum)


def _executed(data: _Data) -> Event:
    node, output = needed_text(data, "node"), data.get("output")
    display_node = as_text(data.get("display_node")) or node
    return Executed(
        needed_text(data, "prompt_id"), node, display_node, output_files(node, output), output_texts(output)
    )


def _execution_start(data: _Data) -> Event:
    return ExecutionStart(needed_text(data, "prompt_id"), as_seconds(data.get("timestamp")))


def _execution_cached(data: _Data) -> Event:
    return ExecutionCached(needed_text(data, "prompt_id"), as_texts(data.get("nodes")))


def _execution_success(data: _Data) -> Event:
    return ExecutionSuccess(needed_text(data, "prompt_id"), as_seconds(data.get("timestamp")))


def _execution_error(data: _Data) -> Event:
    return ExecutionError(
        needed_text(data, "prompt_id"), parse_failure(data), as_seconds(data.get("timestamp"))
    )


def _execution_interrupted(data: _Data) -> Event:
    return ExecutionInterrupted(
        needed_text(data, "prompt_id"), parse_interruption(data), as_seconds(data.get("timestamp"))
    )


def _feature_flags(data: _Data) -> Event:
    return FeatureFlags(parse_features(data))


_PARSERS: Mapping[str, Callable[[_Data], Event]] = {
    "status": _status,
    "feature_flags": _feature_flags,
    "execution_start": _execution_start,
    "execution_cached": _execution_cached,
    "executing": _executing,
    "progress_state": _progress_state,
    "progress": _step_progress,
    "executed": _executed,
    "execution_success": _execution_success,
    "execution_error": _execution_error,
    "execution_interrupted": _execution_interrupted,
}
