"""What an MP4, MOV or M4A says of itself in ``moov``: how long it is, and which tracks it has."""

import struct

from bot.inputs.recording import Recording
from bot.workflows.sources.boxes import boxes
from bot.workflows.sources.window import Window


def read_mp4(window: Window) -> Recording | None:
    """None: there is no ``moov``, so nothing can play it."""
    for kind, box in boxes(window):
        if kind == b"moov":
            return _movie(box)
    return None


def _movie(movie: Window) -> Recording:
    found = Recording()
    scale = 0
    for kind, box in boxes(movie):
        match kind:
            case b"mvhd":
                scale, length = _movie_header(box)
                found = found.lasting(length / scale if scale else 0)
            case b"mvex" if scale:  # in fragments: the header of the whole says nothing, or only of the first
                for inner_kind, inner in boxes(box):
                    if inner_kind == b"mehd":
                        found = found.lasting(_number(inner, 4, wide=inner.read(0, 1) == b"\1") / scale)
            case b"trak":
                found = found.joined(_track(box))
            case _:
                pass
    return found


def _movie_header(header: Window) -> tuple[int, int]:
    """Units a second, and how many."""
    wide = header.read(0, 1) == b"\1"
    (scale,) = struct.unpack(">I", header.read(20 if wide else 12, 4))
    return scale, _number(header, 24 if wide else 16, wide=wide)


def _number(window: Window, at: int, *, wide: bool) -> int:
    """All bits set stand for "not known"."""
    content = window.read(at, 8 if wide else 4)
    return 0 if content.strip(b"\xff") == b"" else int.from_bytes(content)


def _track(track: Window) -> Recording:
    for kind, media in boxes(track):
        if kind == b"mdia":
            for inner_kind, handler in boxes(media):
                if inner_kind == b"hdlr":
                    name = handler.read(8, 4)
                    return Recording(has_pictures=name == b"vide", has_sound=name == b"soun")
    return Recording()
