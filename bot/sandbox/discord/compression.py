"""Transport compression of the gateway: one stream a connection, flushed after every message."""

import zlib
from typing import Protocol

try:
    import zstandard
except ImportError:  # an optional package; whoever lacks it is not asked for it by discord.py either
    zstandard = None


class Stream(Protocol):
    def pack(self, message: bytes) -> bytes: ...


class ZlibStream:
    """Each message ends with 00 00 FF FF, by which the client knows that it is whole."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj()

    def pack(self, message: bytes) -> bytes:
        return self._deflate.compress(message) + self._deflate.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    def __init__(self) -> None:
        if zstandard is None:
            raise ModuleNotFoundError("zstd-stream needs the package zstandard")
        self._flush_block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        self._compress = zstandard.ZstdCompressor().compressobj()

    def pack(self, message: bytes) -> bytes:
        return self._compress.compress(message) + self._compress.flush(self._flush_block)


def stream_named(name: str) -> Stream | None:
    """None: messages go uncompressed, as text."""
    match name:
        case "zlib-stream":
            return ZlibStream()
        case "zstd-stream":
            return ZstdStream()
        case _:
            return None
