"""What a file is, by its name and its bytes: shown or told of, whole or cut short, and what it is called on Discord."""

import re
from pathlib import PurePosixPath
from uuid import UUID

from bot.delivery.marks import short_id

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
"""What can be made smaller, and what Discord shows as a picture."""
GALLERY = PICTURES | {".mp4", ".webm", ".mov"}

EVERY_KIND = "*"

_SUFFIX = re.compile(r"\.[a-z0-9]{1,12}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80
_TAIL_BYTES = 1024
"""Some programs append a few bytes to a picture that is whole."""


def suffix_of(filename: str) -> str:
    """With its dot, lower case; empty where there is none that could stand in a name of ours."""
    suffix = PurePosixPath(filename).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def is_allowed(filename: str, allowed: frozenset[str]) -> bool:
    """``allowed``: suffixes without their dots, or :data:`EVERY_KIND`."""
    return EVERY_KIND in allowed or suffix_of(filename)[1:] in allowed


def name_on_discord(job_id: UUID, number: int, filename: str, suffix: str) -> str:
    """Pictures and films get a name of ours, for nobody reads it; files to be kept keep theirs, made harmless."""
    if suffix in GALLERY:
        return f"{short_id(job_id)}-{number}{suffix}"
    stem = _UNSAFE.sub("_", PurePosixPath(filename).stem).strip(".")[:_LONGEST_NAME]
    return f"{number}-{stem or short_id(job_id)}{suffix or '.bin'}"


def is_cut_short(content: bytes, suffix: str) -> bool:
    """Whether a file ends before it should, as one does that is still being written. Looks at its last bytes only."""
    tail = content[-_TAIL_BYTES:]
    if not content:
        return True
    if content.startswith(b"\x89PNG"):
        return b"IEND" not in tail
    if content.startswith(b"\xff\xd8") and suffix in PICTURES:
        return b"\xff\xd9" not in tail
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return len(content) < int.from_bytes(content[4:8], "little") + 8
    return content.startswith(b"GIF8") and b"\x3b" not in tail
