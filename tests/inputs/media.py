"""Films and sounds: what their containers say of them, and hardly anything to play."""

import struct

from tests.workflows.sources.files import box, element


def mp4(
    seconds: float = 3,
    tracks: tuple[bytes, ...] = (b"vide", b"soun"),
    *,
    brand: bytes = b"isom",
    wide: bool = False,
    fragments_seconds: float | None = None,
    front: bool = True,
) -> bytes:
    scale = 600
    form = ">B3xQQIQ" if wide else ">B3xIIII"
    head = box(b"mvhd", struct.pack(form, wide, 0, 0, scale, round(seconds * scale)), bytes(80))
    handlers = [box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), kind, bytes(13)))) for kind in tracks]
    more = b""
    if fragments_seconds is not None:
        more = box(b"mvex", box(b"mehd", bytes(4), struct.pack(">I", round(fragments_seconds * scale))))
    movie, data = box(b"moov", head, *handlers, more), box(b"mdat", bytes(500))
    return box(b"ftyp", brand, bytes(4)) + (movie + data if front else data + movie)


def webm(
    seconds: float | None = 3, tracks: tuple[int, ...] = (1, 2), *, kind: bytes = b"webm", live: bool = False
) -> bytes:
    duration = b"" if seconds is None else element(0x4489, struct.pack(">d", seconds * 1000))
    info = element(0x1549A966, element(0x2AD7B1, (1_000_000).to_bytes(3)), duration)
    entries = [element(0xAE, element(0xD7, b"\1"), element(0x83, bytes([track]))) for track in tracks]
    clusters = element(0x1F43B675, *[element(0xA3, b"frame")] * 50, unknown_size=live) * 3
    segment = element(0x18538067, info, element(0x1654AE6B, *entries), clusters, unknown_size=live)
    return element(0x1A45DFA3, element(0x4282, kind)) + segment


def wav(seconds: float = 3, *, endless: bool = False) -> bytes:
    sound = bytes(round(seconds * 8000))
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    length = 0xFFFFFFFF if endless else len(sound)
    body = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", length) + sound
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def flac(seconds: float = 3) -> bytes:
    rate, samples = 48_000, round(seconds * 48_000)
    stream = bytes(10) + (rate << 44 | 1 << 41 | 15 << 36 | samples).to_bytes(8) + bytes(16)
    return b"fLaC\x80" + (34).to_bytes(3) + stream + bytes(100)


def _page(position: int, packet: bytes) -> bytes:
    return b"OggS\0\0" + struct.pack("<q", position) + bytes(12) + bytes([1, len(packet)]) + packet


OGG_HEADS = {
    "opus": (b"OpusHead\1\1" + struct.pack("<HI", 312, 44_100) + bytes(3), 48_000, 312),
    "vorbis": (b"\x01vorbis" + struct.pack("<IBI", 0, 1, 44_100) + bytes(14), 44_100, 0),
    "flac": (b"\x7fFLAC\1\0\0\1fLaC\0\0\0\x22" + bytes(10) + (16_000 << 44).to_bytes(8), 16_000, 0),
}


def ogg(seconds: float = 3, codec: str = "opus") -> bytes:
    head, rate, skipped = OGG_HEADS[codec]
    pages = [_page(0, bytes(200)) for _ in range(400)]
    return _page(0, head) + b"".join(pages) + _page(round(seconds * rate) + skipped, bytes(200))


def mp3(seconds: float = 3, *, tagged: bool = False, counted: bool = False) -> bytes:
    """MPEG 1 layer III at 44,100 Hz; where frames are counted, the first one says 320 kbit/s."""
    frame = b"\xff\xfb\xe0\0" if counted else b"\xff\xfb\x90\0"
    if counted:
        sound = (
            frame
            + bytes(32)
            + b"Xing\0\0\0\1"
            + struct.pack(">I", round(seconds * 44_100 / 1152))
            + bytes(200)
        )
    else:
        sound = frame + bytes(round(seconds * 16_000) - 4)
    return (b"ID3\4\0\0\0\0\2\0" + bytes(256) if tagged else b"") + sound
