"""The page's own files, as they lie in ``static``: read once, served by their exact names."""

import mimetypes
from pathlib import Path

from msgspec import Struct

STATIC = Path(__file__).with_name("static")
INDEX = "index.html"
# A machine's MIME table may call JavaScript by another name, and then no module runs.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


class PageFile(Struct, frozen=True):
    content_type: str
    content: bytes


def page_files(folder: Path = STATIC) -> dict[str, PageFile]:
    """By the path below ``folder``, with slashes; the index also as the folder itself."""
    found = {
        path.relative_to(folder).as_posix(): PageFile(_type_of(path), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {**found, "": found[INDEX]}


def _type_of(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
