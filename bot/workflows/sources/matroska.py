"""WebM and MKV: the ``SimpleTag`` elements of an EBML file."""

from collections.abc import Iterator

from bot.texts import text
from bot.workflows.sources.found import Damaged
from bot.workflows.sources.tags import Tag, known_key
from bot.workflows.sources.window import Window

SIGNATURE = b"\x1a\x45\xdf\xa3"

_SEGMENT, _TAGS, _TAG = 0x18538067, 0x1254C367, 0x7373
_SIMPLE_TAG, _NAME, _STRING = 0x67C8, 0x45A3, 0x4487
_OPENED = frozenset({_SEGMENT, _TAGS, _TAG})


def tags(window: Window) -> Iterator[Tag]:
    for element, content in elements(window):
        if element == _SIMPLE_TAG:
            fields = dict(elements(content))
            name = fields[_NAME].peek(0, 80) if _NAME in fields else b""
            key = known_key(name)
            if key is not None and _STRING in fields:
                yield Tag(key, fields[_STRING].all().rstrip(b"\0"))


def elements(window: Window) -> Iterator[tuple[int, Window]]:
    """Every element but those that hold tags: these are entered, and so are those of a live stream without a size."""
    at = 0
    while at < window.size:
        head = window.peek(at, 12)
        element, id_length = _number(head, keep_marker=True)
        size, size_length = _number(head[id_length:], keep_marker=False)
        at += id_length + size_length
        if element in _OPENED or size == (1 << 7 * size_length) - 1:
            continue
        yield element, window.part(at, size)
        at += size


def _number(head: bytes, *, keep_marker: bool) -> tuple[int, int]:
    """A number of 1 to 8 bytes, and how many; the zeros before its first bit tell the length."""
    length = 9 - head[0].bit_length() if head else 9
    if length > min(8, len(head)):
        raise Damaged(text("source-cut-short"))
    value = int.from_bytes(head[:length])
    return (value if keep_marker else value & ~(1 << 7 * length)), length
