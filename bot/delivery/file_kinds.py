"""What a file is, told by its bytes first and its name second: which suffix it gets, whether it is shown, and how it is called."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from uuid import UUID

from bot.delivery.contents import Content, beginning, ending, opened, size_of
from bot.delivery.marks import short_id
from bot.workflows.sources.containers import HEAD_BYTES, container_suffix
from bot.workflows.sources.found import Origin
from bot.workflows.sources.sniffing import sniff
from bot.workflows.sources.window import Window

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
"""What Discord shows as a picture."""
GALLERY = PICTURES | {".mp4", ".webm", ".mov"}
VIDEOS = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"})
SOUNDS = frozenset({".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac"})
DECODED = PICTURES | {".avif", ".bmp", ".tif", ".tiff"}
"""Pictures that can be made smaller."""

EVERY_KIND = "*"

_NAMES: Mapping[Origin, tuple[str, ...]] = {
    Origin.PNG: (".png", ".apng"),
    Origin.WEBP: (".webp",),
    Origin.JPEG: (".jpg", ".jpeg", ".jfif"),
    Origin.AVIF: (".avif",),
    Origin.HEIC: (".heic", ".heif"),
    Origin.BMP: (".bmp",),
    Origin.TIFF: (".tif", ".tiff"),
    Origin.GIF: (".gif",),
    Origin.SVG: (".svg",),
    Origin.EXR: (".exr",),
    Origin.MP4: (".mp4", ".m4v", ".mov", ".m4a", ".3gp"),
    Origin.MATROSKA: (".mkv", ".webm", ".mka"),
    Origin.FLAC: (".flac",),
    Origin.OGG: (".ogg", ".oga", ".opus"),
    Origin.MP3: (".mp3",),
    Origin.WAV: (".wav",),
    Origin.GLB: (".glb",),
    Origin.SAFETENSORS: (".safetensors", ".latent", ".sft"),
}
"""The suffixes that files of a kind may have; what has another one gets the first."""
_OTHERS = (
    (re.compile(rb"RIFF.{4}AVI ", re.DOTALL), (".avi",)),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|script)\b", re.IGNORECASE),
        (".html", ".htm"),
    ),
    (re.compile(rb"MZ(?=.{0,62}\0)", re.DOTALL), (".exe", ".dll")),
    (re.compile(rb"\x7fELF"), (".elf", ".so")),
    (re.compile(rb"#!\s?/"), (".sh", ".py")),
)
_TOLD_BY_BYTES = DECODED | VIDEOS
"""Kinds whose every file begins in a known way, and of which Discord shows a broken one as an empty frame."""

_SUFFIX = re.compile(r"\.[a-z0-9]{1,12}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80
_TAIL_BYTES = 1024
"""Some programs append a few bytes to a picture that is whole."""


def suffix_of(filename: str) -> str:
    """With its dot, lower case; empty where there is none that could stand in a name of ours."""
    suffix = PurePosixPath(filename).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def suffix_by_content(content: Content, filename: str) -> str | None:
    """The suffix that the bytes deserve: the name's own where it fits. None: the name says what they are not."""
    named, head = suffix_of(filename), beginning(content, HEAD_BYTES)
    for pattern, names in _OTHERS:
        if pattern.match(head):
            return named if named in names else names[0]
    with opened(content) as file:
        origin = sniff(Window(file)) if head else Origin.UNKNOWN
    if names := _NAMES.get(origin):
        return named if named in names else container_suffix(origin, head) or names[0]
    return None if named in _TOLD_BY_BYTES else named


def is_allowed(suffix: str, allowed: frozenset[str]) -> bool:
    """``allowed``: suffixes without their dots, or :data:`EVERY_KIND`."""
    return EVERY_KIND in allowed or suffix[1:] in allowed


def name_on_discord(job_id: UUID, number: int, filename: str, suffix: str) -> str:
    """Pictures and films get a name of ours, for nobody reads it; files to be kept keep theirs, made harmless."""
    if suffix in GALLERY:
        return f"{short_id(job_id)}-{number}{suffix}"
    stem = _UNSAFE.sub("_", PurePosixPath(filename).stem).strip(".")[:_LONGEST_NAME]
    return f"{number}-{stem or short_id(job_id)}{suffix or '.bin'}"


def is_cut_short(content: Content, suffix: str) -> bool:
    """Whether a file ends before it should, as one does that is still being written. Looks at its ends only."""
    size = size_of(content)
    if not size:
        return True
    head, tail = beginning(content, 12), ending(content, _TAIL_BYTES)
    if head.startswith(b"\x89PNG"):
        return b"IEND" not in tail
    if head.startswith(b"\xff\xd8") and suffix in PICTURES:
        return b"\xff\xd9" not in tail
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return size < int.from_bytes(head[4:8], "little") + 8
    return head.startswith(b"GIF8") and b"\x3b" not in tail
