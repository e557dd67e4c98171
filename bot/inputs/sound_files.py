"""What sounds say of how long they are: WAV, FLAC, Ogg (Opus, Vorbis, FLAC) and MP3."""

import struct

from bot.inputs.recording import Recording
from bot.workflows.sources.window import Window

_SOUND = Recording(has_sound=True)
_OGG_PAGE = 65_307
"""The longest: https://www.rfc-editor.org/rfc/rfc3533#section-6."""
_OPUS_RATE = 48_000
"""Whatever rate was recorded: https://www.rfc-editor.org/rfc/rfc7845#section-4."""


def read_wav(window: Window) -> Recording | None:
    """None: nothing says how it is to be read."""
    bytes_per_second = 0
    at = 12
    while at + 8 <= window.size:
        kind, length = struct.unpack("<4sI", window.read(at, 8))
        if kind == b"fmt ":
            (bytes_per_second,) = struct.unpack("<I", window.read(at + 16, 4))
        elif kind == b"data":  # FFmpeg, writing into a pipe, cannot know its length
            length = min(length, window.size - at - 8)
            return _SOUND.lasting(length / bytes_per_second) if bytes_per_second else None
        at += 8 + length + length % 2
    return None


def read_flac(window: Window) -> Recording | None:
    """Sample rate in 20 bits and number of samples in 36: https://www.rfc-editor.org/rfc/rfc9639#section-8.2."""
    packed = int.from_bytes(window.read(18, 8))
    rate, samples = packed >> 44, packed & (1 << 36) - 1
    return _SOUND.lasting(samples / rate) if rate else None


def read_ogg(window: Window) -> Recording | None:
    """By the first page, which says how many samples a second has, and the last, which says how many went before."""
    first = window.read(0, 27)
    packet = window.peek(27 + first[26], 64)
    skipped = 0
    if packet.startswith(b"OpusHead"):
        rate = _OPUS_RATE
        (skipped,) = struct.unpack_from("<H", packet, 10)
    elif packet.startswith(b"\x01vorbis"):
        (rate,) = struct.unpack_from("<I", packet, 12)
    elif packet.startswith(b"\x7fFLAC"):
        rate = int.from_bytes(packet[27:30]) >> 4
    elif packet.startswith((b"\x80theora", b"Speex   ")):
        return Recording(has_pictures=packet.startswith(b"\x80"), has_sound=True)
    else:
        return None
    tail = window.peek(max(0, window.size - _OGG_PAGE), _OGG_PAGE)
    page = tail.rfind(b"OggS")
    if page < 0 or page + 14 > len(tail) or not rate:
        return _SOUND
    (position,) = struct.unpack_from("<q", tail, page + 6)
    return _SOUND.lasting((position - skipped) / rate)


_MP3_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""By version: MPEG 1, 2 and 2.5."""
_MP3_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_SEARCH = 4096
"""Behind the tags there may be padding."""


def read_mp3(window: Window) -> Recording | None:
    """The number of frames where the first one tells it (Xing, Info), else as if all were as large as the first."""
    start = 0
    head = window.peek(0, 10)
    if head.startswith(b"ID3"):
        start = 10 + sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(head[6:10])))
    beginning = window.peek(start, _MP3_SEARCH)
    for at in range(len(beginning) - 4):
        if beginning[at] == 0xFF and beginning[at + 1] & 0xE6 == 0xE2:  # layer III
            seconds = _mp3_seconds(beginning[at:], window.size - start - at)
            if seconds is not None:
                return _SOUND.lasting(seconds)
    return None


def _mp3_seconds(frame: bytes, size_bytes: int) -> float | None:
    version, kbits_index, rate_index = frame[1] >> 3 & 3, frame[2] >> 4, frame[2] >> 2 & 3
    if version == 1 or kbits_index in {0, 15} or rate_index == 3:
        return None
    rate = _MP3_RATES[version][rate_index]
    samples = 1152 if version == 3 else 576
    for name in (b"Xing", b"Info"):
        at = frame.find(name, 4, 64)
        if at > 0 and len(frame) >= at + 12 and frame[at + 7] & 1:
            (frames,) = struct.unpack_from(">I", frame, at + 8)
            return frames * samples / rate
    kbits = (_MP3_KBITS_1 if version == 3 else _MP3_KBITS_2)[kbits_index]
    return size_bytes * 8 / (kbits * 1000)
