"""What a server says about itself: ``/system_stats`` and ``/features``."""

from msgspec import Struct

from .json_value import JsonValue, Unreadable, as_integer, as_text, as_texts, items, mapping, needed_object
from .phrases import Phrase


class Device(Struct, frozen=True):
    """What the server computes on."""

    name: str
    type: str
    """``cuda``, ``cpu``, ``mps``, …"""
    vram_total: int
    vram_free: int
    """Bytes; of main memory where the device is the CPU."""


class SystemStats(Struct, frozen=True):
    """``GET /system_stats``. Texts are empty, and figures 0, where a server leaves them out.

    Nothing in it identifies a process: versions, ``argv`` and devices are the same after a restart (so on 0.3.64 and
    0.33.0), and two servers on one machine differ by ``argv`` at most. What tells a restart: every websocket ends (1006, or
    refused connections for seconds), ``/history`` is empty, and ``Submitted.number`` starts again at 0. What tells that
    two addresses lead to one server: a prompt that was sent to one is in ``/queue`` or ``/history`` of the other.
    """

    comfyui_version: str
    os: str
    """``posix`` or ``nt``; newer servers say ``linux``, ``darwin``, ``win32``."""
    python_version: str
    pytorch_version: str
    ram_total: int
    ram_free: int
    """Bytes."""
    devices: tuple[Device, ...]
    argv: tuple[str, ...] = ()
    """How it was started (``main.py --port 8188 …``). Holds paths of the server: not for showing."""


class Features(Struct, frozen=True):
    """What a server can do: ``GET /features`` and the answer to the websocket's handshake."""

    supports_preview_metadata: bool
    """Preview frames tell which prompt and node they belong to (binary event 4 instead of 1)."""
    max_upload_size_bytes: int | None
    """Of a whole request; 104,857,600 unless the operator chose otherwise."""


def parse_system_stats(body: JsonValue) -> SystemStats:
    """Raises :class:`Unreadable` where it is not ComfyUI that answered."""
    data = needed_object(body)
    if "system" not in data:
        raise Unreadable(Phrase("no-comfyui"))
    system = mapping(data["system"])
    return SystemStats(
        comfyui_version=as_text(system.get("comfyui_version")) or "",
        os=as_text(system.get("os")) or "",
        python_version=as_text(system.get("python_version")) or "",
        pytorch_version=as_text(system.get("pytorch_version")) or "",
        ram_total=as_integer(system.get("ram_total")) or 0,
        ram_free=as_integer(system.get("ram_free")) or 0,
        devices=tuple(_device(device) for device in items(data.get("devices"))),
        argv=as_texts(system.get("argv")),
    )


def parse_features(body: JsonValue) -> Features:
    """Unknown features are left out."""
    data = mapping(body)
    return Features(data.get("supports_preview_metadata") is True, as_integer(data.get("max_upload_size")))


def _device(value: JsonValue) -> Device:
    data = mapping(value)
    return Device(
        name=as_text(data.get("name")) or "",
        type=as_text(data.get("type")) or "",
        vram_total=as_integer(data.get("vram_total")) or 0,
        vram_free=as_integer(data.get("vram_free")) or 0,
    )
