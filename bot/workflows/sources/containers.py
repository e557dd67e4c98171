"""Which suffix a container deserves by its first bytes: films, sounds and both begin alike."""

from bot.workflows.sources.found import Origin

HEAD_BYTES = 512
"""So many suffice."""
_BRANDS = {b"qt  ": ".mov", b"M4A ": ".m4a", b"M4B ": ".m4a"}
"""Of ``ftyp``; QuickTime's files before 2001 have none."""


def container_suffix(origin: Origin, head: bytes) -> str | None:
    """None: ``origin`` is no container of several kinds."""
    match origin:
        case Origin.MP4:
            return _BRANDS.get(head[8:12] if head[4:8] == b"ftyp" else b"qt  ", ".mp4")
        case Origin.MATROSKA:
            return ".webm" if b"webm" in head[:64] else ".mkv"
        case Origin.OGG:
            return ".opus" if b"OpusHead" in head[:300] else ".ogg"
        case _:
            return None
