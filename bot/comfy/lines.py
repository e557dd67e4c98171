"""Values as lines for a terminal. Knows no server; what a server says is never trusted with control characters."""

from collections.abc import Iterator

from .events import (
    Connected,
    Disconnected,
    Event,
    Executed,
    Executing,
    ExecutionCached,
    ExecutionError,
    ExecutionInterrupted,
    ExecutionStart,
    ExecutionSuccess,
    FeatureFlags,
    PreviewImage,
    ProgressState,
    ProgressText,
    Status,
    StepProgress,
    Unknown,
)
from .queues import Queue, QueueItem
from .system import Device, Features, SystemStats

_LONGEST_LINE = 240
_LISTED_PROMPTS = 10


def summary(label: str, stats: SystemStats, queue: Queue) -> Iterator[str]:
    """Version, devices and queue."""
    python = f"Python {stats.python_version.split()[0]}" if stats.python_version else "an unknown Python"
    software = ", ".join(part for part in (python, stats.os) if part)
    yield printable(f"ComfyUI {stats.comfyui_version or '(unknown version)'} at {label}: {software}")
    yield f"  memory: {_gigabytes(stats.ram_free)} of {_gigabytes(stats.ram_total)} free"
    yield from (printable(f"  device: {_device(device)}") for device in stats.devices)
    yield f"  queue: {len(queue.running)} running, {len(queue.pending)} waiting"
    listed = [*queue.running, *queue.pending]
    yield from (printable(f"    {_queue_item(item)}") for item in listed[:_LISTED_PROMPTS])
    if len(listed) > _LISTED_PROMPTS:
        yield f"    and {len(listed) - _LISTED_PROMPTS} more"


def event_line(event: Event) -> str:
    """One event."""
    return printable(_told(event))


def printable(text: str) -> str:
    """One line of bounded length without control characters."""
    shown = "".join(char if char.isprintable() else "·" for char in text[: _LONGEST_LINE + 1])
    return shown if len(shown) <= _LONGEST_LINE else f"{shown[: _LONGEST_LINE - 1]}…"


def _told(event: Event) -> str:
    match event:
        case Connected(client_id):
            return f"connected as {client_id}"
        case Disconnected(reason):
            return f"disconnected: {reason}"
        case Status(remaining):
            return f"queue: {remaining} running or waiting"
        case FeatureFlags(features):
            return f"features: {_features(features)}"
        case ProgressText(node_id, said):
            return f"node {node_id}: {said}"
        case Unknown(kind, data):
            return f"{kind or 'unreadable frame'}: {data!r}"
        case PreviewImage(content, content_type, prompt_id, node_id):
            return f"{prompt_id or 'some prompt'}: preview of node {node_id or '?'}, {content_type}, {len(content):,} bytes"
        case _:
            return f"{event.prompt_id or 'some prompt'}: {_of_prompt(event)}"


def _of_prompt(
    event: ExecutionStart
    | ExecutionCached
    | Executing
    | ProgressState
    | StepProgress
    | Executed
    | ExecutionSuccess
    | ExecutionError
    | ExecutionInterrupted,
) -> str:
    match event:
        case ExecutionStart():
            return "starts"
        case ExecutionCached(nodes=nodes):
            return f"cached nodes: {', '.join(nodes) or 'none'}"
        case Executing(node=node):
            return "over" if node is None else f"node {node} runs"
        case ProgressState(nodes=nodes):
            finished = sum(node.state == "finished" for node in nodes.values())
            return f"{finished} of {len(nodes)} nodes begun are finished"
        case StepProgress(node=node, value=value, max=maximum):
            return f"node {node or '?'} {value:g}/{maximum:g}"
        case Executed(node=node, outputs=outputs, texts=texts):
            made = [output.file.filename for output in outputs] + [repr(text) for text in texts]
            return f"node {node} made {', '.join(made) or 'nothing to show'}"
        case ExecutionSuccess() | ExecutionError() | ExecutionInterrupted():
            return _ended(event)


def _ended(event: ExecutionSuccess | ExecutionError | ExecutionInterrupted) -> str:
    match event:
        case ExecutionSuccess():
            return "succeeded"
        case ExecutionError(failure=failure):
            return f"node {failure.node_id} {failure.node_type} failed: {failure.exception_type}: {failure.message}"
        case ExecutionInterrupted(interruption=interruption):
            return f"interrupted at node {interruption.node_id} {interruption.node_type}"


def _features(features: Features) -> str:
    metadata = "yes" if features.supports_preview_metadata else "no"
    limit = features.max_upload_size_bytes
    return f"preview metadata {metadata}, uploads {'of unknown size' if limit is None else f'up to {limit:,} bytes'}"


def _device(device: Device) -> str:
    return f"{device.name}: {_gigabytes(device.vram_free)} of {_gigabytes(device.vram_total)} free"


def _queue_item(item: QueueItem) -> str:
    state = "running" if item.running else f"waiting as number {item.number:g}"
    return f"{item.prompt_id} of {item.client_id or 'nobody'}: {state}"


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**30:.1f} GiB"
