"""What a WebM or MKV says of itself: how long it is, and which tracks it has."""

import struct

from bot.inputs.recording import Recording
from bot.workflows.sources.matroska import elements
from bot.workflows.sources.window import Window

_INFO, _SCALE, _DURATION = 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _ENTRY, _TYPE = 0x1654AE6B, 0xAE, 0x83
_PICTURES, _SOUND = 1, 2
_USUAL_SCALE = 1_000_000
"""Nanoseconds of a unit."""


def read_webm(window: Window) -> Recording | None:
    """None: it has no tracks. A browser that records says no duration, and no size of what follows the tracks either."""
    found = Recording()
    seen: set[int] = set()
    for element, content in elements(window):
        if element == _INFO:
            found = found.lasting(_seconds(content))
        elif element == _TRACKS:
            for inner, entry in elements(content):
                if inner == _ENTRY:
                    found = found.joined(_track(entry))
        seen.add(element)
        if {_INFO, _TRACKS} <= seen:
            return found
    return found if _TRACKS in seen else None


def _seconds(info: Window) -> float:
    fields = dict(elements(info))
    scale = int.from_bytes(fields[_SCALE].peek(0, 8)) if _SCALE in fields else _USUAL_SCALE
    duration = fields[_DURATION].peek(0, 8) if _DURATION in fields else b""
    match len(duration):
        case 4:
            (units,) = struct.unpack(">f", duration)
        case 8:
            (units,) = struct.unpack(">d", duration)
        case _:
            units = 0.0
    return units * scale / 1e9


def _track(entry: Window) -> Recording:
    for element, content in elements(entry):
        if element == _TYPE:
            kind = int.from_bytes(content.peek(0, 8))
            return Recording(has_pictures=kind == _PICTURES, has_sound=kind == _SOUND)
    return Recording()
