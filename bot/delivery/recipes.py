"""What made a file, as ComfyUI writes it into the file: read, and freed of what is private. Pure but for reading.

A recipe is the graph that ran (``prompt``) and the UI graph that the editor opens (``workflow``). Paths of the
server's disk, its hosts and keys are taken out of every value; names of models and files stay.
"""

import ipaddress
import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlsplit

from bot.comfy import JsonValue
from bot.delivery.contents import Content, opened
from bot.generation.redaction import GONE, redacted
from bot.workflows.sources.document import parse_document
from bot.workflows.sources.found import SourceError
from bot.workflows.sources.sniffing import READERS, sniff
from bot.workflows.sources.tags import FOREIGN, TEXTS, Tag
from bot.workflows.sources.window import Window

PROMPT, WORKFLOW = "prompt", "workflow"

Recipe: TypeAlias = Mapping[str, str]
"""JSON in ASCII by name: ``prompt``, ``workflow``, or none of them."""


class Keep(StrEnum):
    """How much of what made it travels with a file."""

    FULL = "full"
    """The graph that ran and the UI graph."""
    RECIPE = "recipe"
    """Only the graph that ran."""
    NONE = "none"

    def within(self, other: "Keep") -> "Keep":
        """The one of both that lets less travel."""
        return min(self, other, key=[Keep.NONE, Keep.RECIPE, Keep.FULL].index)


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s'\"<>`]+")
_INSIDE = (".local", ".lan", ".home", ".internal", ".intranet", ".localdomain", ".arpa", ".corp")
_SECRET_KEY = re.compile(
    r"(?:api[_ -]?key|passw(?:or)?d|secret|authorization|(?:auth|access|bearer|hf|api|civitai)[_ -]?token)",
    re.IGNORECASE,
)
_SUSPICIOUS = re.compile(r"[/\\@=]|[-_][A-Za-z0-9_-]{16}|[A-Za-z0-9]{20}")
"""Only what has one of these can hold a path, an address or a key."""
_LONGEST_REDACTED = 4000
_PATH = re.compile(r"(?:[A-Za-z]:[\\/]|\\\\|~?/)[^\n]*[\\/]([^\\/\n]*)")


def tags_of(content: Content) -> tuple[Tag, ...]:
    """The named texts in a file that can hold a recipe, those of other programs too; as far as it can be read."""
    found: list[Tag] = []
    try:
        with opened(content) as file:
            window = Window(file)
            reader = READERS.get(sniff(window)) if window.size else None
            found.extend(reader(window) if reader else ())
    except SourceError:
        pass
    return tuple(found)


def recipe_of(content: Content, keep: Keep) -> Recipe:
    """What made the file, cleaned; empty where nothing is known or nothing is to be kept."""
    found: dict[str, str] = {}
    for tag in tags_of(content):
        for name, document in _documents(tag):
            if _is_kept(name, keep):
                found.setdefault(name, json.dumps(cleaned(document)))
    return found


def cleaned_value(tag: Tag, keep: Keep) -> JsonValue:
    """What may stay of one text of a file; None: nothing."""
    if keep is Keep.NONE or (tag.key in TEXTS and not _is_kept(tag.key, keep)):
        return None
    try:
        document = parse_document(tag.value)
    except SourceError:
        words = tag.value if isinstance(tag.value, str) else tag.value.decode("utf-8", "replace")
        return words if cleaned(words) == words else None
    if isinstance(document, dict) and tag.key not in TEXTS and keep is Keep.RECIPE:
        document = {name: value for name, value in document.items() if name != WORKFLOW}
    return cleaned(document)


def _is_kept(name: str, keep: Keep) -> bool:
    return keep is Keep.FULL or (keep is Keep.RECIPE and name == PROMPT)


def _documents(tag: Tag) -> Iterator[tuple[str, JsonValue]]:
    """The graphs in one text: itself, or both in one wrapper."""
    if tag.key in FOREIGN:
        return
    try:
        document = parse_document(tag.value)
        if tag.key in TEXTS:
            yield tag.key, document
        elif isinstance(document, dict):
            for name in (PROMPT, WORKFLOW):
                inner = document.get(name)
                if isinstance(inner, str):
                    inner = parse_document(inner)
                if isinstance(inner, dict):
                    yield name, inner
    except SourceError:
        return


def cleaned(value: JsonValue, key: str = "") -> JsonValue:
    """The value without paths, hosts and keys of the server."""
    match value:
        case dict():
            return {name: cleaned(inner, name) for name, inner in value.items()}
        case list():
            return [cleaned(inner, key) for inner in value]
        case str() if value:
            return "" if _SECRET_KEY.fullmatch(key) else _cleaned_words(value)
        case _:
            return value


def _cleaned_words(words: str) -> str:
    if not _SUSPICIOUS.search(words):
        return words
    if whole := _PATH.fullmatch(words.strip()):
        return whole[1]
    if (graph := _graph_in_words(words)) is not None:
        return graph
    words = _ADDRESS.sub(lambda found: GONE if _is_private(found[0]) else found[0], words)
    return redacted(words) if len(words) <= _LONGEST_REDACTED else words


def _graph_in_words(words: str) -> str | None:
    """JSON inside of a string, as wrappers have it, cleaned value by value."""
    if words[:1] not in "{[":
        return None
    try:
        document = parse_document(words)
    except SourceError:
        return None
    inner = cleaned(document)
    return words if inner == document else json.dumps(inner)


def _is_private(address: str) -> bool:
    """Whether an address names a machine of the operator's rather than a place that everybody knows."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or port is not None or host.endswith(_INSIDE)
    return True
