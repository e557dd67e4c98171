"""The named texts in a file, and which of them may hold a graph."""

import re
from typing import NamedTuple

TEXTS = frozenset({"prompt", "workflow"})
"""Where ComfyUI's own nodes keep the two graphs."""
WRAPPERS = frozenset({"comment", "description", "usercomment"})
"""Where packs keep both in one JSON: VideoHelperSuite in a comment, others in EXIF."""
FOREIGN = frozenset({"parameters", "invokeai_metadata", "sd-metadata"})
"""Texts of other programs. No graph is looked for in them; that they are there explains why nothing else is."""

_NAMED = re.compile(r"\s*(prompt|workflow)\s*:\s*(?=[{\[])", re.IGNORECASE)
_SETTINGS = re.compile(r"\bSteps: \d+, ")


class Tag(NamedTuple):
    """One named text; bytes where the format does not say how they are encoded."""

    key: str
    value: bytes | str


def known_key(name: bytes | str) -> str | None:
    """The key in lower case when it is one that matters; Matroska writes PROMPT, others Prompt."""
    words = name.decode("latin-1") if isinstance(name, bytes) else name
    key = words.strip("\0 ").lower()
    return key if key in TEXTS or key in WRAPPERS or key in FOREIGN else None


def named_tag(words: str) -> Tag:
    """The text of a comment, which may begin with what it is: ``workflow:{…}``. Or it is another program's settings."""
    named = _NAMED.match(words)
    if named is not None:
        return Tag(named[1].lower(), words[named.end() :])
    return Tag("parameters" if _SETTINGS.search(words) else "comment", words)
