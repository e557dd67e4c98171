"""Files that a workflow takes whatever they are: anything but what a computer or a browser would run."""

import re
from pathlib import Path, PurePosixPath

from bot.inputs.errors import InputRefused
from bot.texts import text
from bot.workflows.sources.found import Origin
from bot.workflows.sources.sniffing import sniff
from bot.workflows.sources.window import Window

_HEAD_BYTES = 4096
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # several Mach-O in one, and Java's classes
    b"dex\n",
    b"L\0\0\0\x01\x14\x02\0",  # a shortcut of Windows
    b"\0asm",
    b"#!",
)
_MARKUP = re.compile(
    rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|meta|\?php|\?xml-stylesheet)\b|<\?php|<%",
    re.IGNORECASE,
)
_SCRIPTS = re.compile(
    r"\.(?:"
    r"ade|app|apk|appx|bash|bat|chm|class|cmd|com|command|cpl|deb|desktop|dll|dmg|exe|fish|hta|"
    r"html?|inf|ins|iso|jar|jse?|ksh|lnk|lua|mjs|msc|msi|msp|pif|php|pkl|pl|ps1|psm1|pth?|"
    r"py[cw]?|rb|reg|rpm|scf|scr|sh|shtml|svgz?|swf|url|vb[es]?|wasm|wsf?|wsh|xht|xhtml|xml|"
    r"xsl|zsh"
    r")"
)
"""No content tells a script from a text: its name is believed where it says the worse. Pickled weights run, too."""
_KNOWN = {
    Origin.PNG: ".png",
    Origin.JPEG: ".jpg",
    Origin.WEBP: ".webp",
    Origin.AVIF: ".avif",
    Origin.HEIC: ".heic",
    Origin.GIF: ".gif",
    Origin.BMP: ".bmp",
    Origin.TIFF: ".tif",
    Origin.EXR: ".exr",
    Origin.MP4: ".mp4",
    Origin.MATROSKA: ".mkv",
    Origin.FLAC: ".flac",
    Origin.OGG: ".ogg",
    Origin.MP3: ".mp3",
    Origin.WAV: ".wav",
    Origin.GLB: ".glb",
    Origin.SAFETENSORS: ".safetensors",
    Origin.ZIP: ".zip",
}
_BY_NAME = {
    each: each
    for each in (
        *(
            ".3mf",
            ".bvh",
            ".csv",
            ".cube",
            ".dae",
            ".fbx",
            ".gltf",
            ".json",
            ".ksplat",
            ".latent",
            ".md",
            ".mtl",
        ),
        *(".npy", ".obj", ".pdf", ".ply", ".splat", ".spz", ".srt", ".stl", ".toml", ".tsv", ".txt", ".usdz"),
        *(".vtt", ".yaml", ".yml"),
    )
}
"""Formats that cannot be told by how they begin. The suffix is one of these, not the person's."""


def checked_file(file: Path, filename: str) -> str:
    """The suffix by which it is known; ``filename`` is what the person calls it.

    Raises:
        InputRefused: a program, a script or a web page.
    """
    with file.open("rb") as content:
        window = Window(content)
        head = window.peek(0, _HEAD_BYTES)
        origin = sniff(window)
    suffix = PurePosixPath(filename.rstrip(". ")).suffix.lower()
    if (
        head.startswith(_PROGRAMS)
        or _SCRIPTS.fullmatch(suffix)
        or (origin not in _KNOWN and _is_markup(head))
    ):
        raise InputRefused(text("input-runs"))
    return _KNOWN.get(origin) or _BY_NAME.get(suffix, ".bin")


def _is_markup(head: bytes) -> bool:
    """UTF-16 is read without its zeros."""
    return _MARKUP.search(head.replace(b"\0", b"")) is not None
