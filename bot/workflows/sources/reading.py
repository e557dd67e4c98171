"""From the bytes of any file to the graphs in it, or to a sentence that says what to send instead."""

from collections.abc import Iterable
from io import BytesIO
from itertools import islice
from typing import BinaryIO

from bot.comfy import JsonValue
from bot.texts import Text, text
from bot.workflows.sources.document import MAX_DOCUMENT, parse_document
from bot.workflows.sources.found import Damaged, Found, NothingFound, Origin, SourceError, TooMuch
from bot.workflows.sources.graphs import Recognised, recognise
from bot.workflows.sources.sniffing import READERS, sniff
from bot.workflows.sources.tags import FOREIGN, TEXTS, Tag
from bot.workflows.sources.window import Window

_MAX_TAGS = 16
"""ComfyUI writes two, and a few more when people have added comments."""


def read_workflow(source: bytes | BinaryIO) -> Found:
    """What a file has of a workflow, whatever its name.

    Of a large file only the tags are read; it must be seekable. A hostile one can keep this busy for a second or two: call it in a thread.

    Raises:
        NothingFound: no workflow in it.
        Damaged: it is broken where the workflow should be.
        TooMuch: it goes beyond a limit.
    """
    window = Window(BytesIO(source) if isinstance(source, bytes) else source)
    if not window.size:
        raise NothingFound(text("source-empty"))
    origin = sniff(window)
    if origin is Origin.JSON:
        return _read_json(window)
    reader = READERS.get(origin)
    return _gather(reader(window) if reader else (), origin)


def _read_json(window: Window) -> Found:
    if window.size > MAX_DOCUMENT:
        raise TooMuch(text("source-too-big", megabytes=MAX_DOCUMENT >> 20))
    found = recognise(parse_document(window.all()))
    if found == Recognised():
        raise NothingFound(text("source-nothing-json"))
    return Found(found.prompt, found.workflow, _json_origin(found))


def _json_origin(found: Recognised) -> Origin:
    if found.workflow is None:
        return Origin.API_GRAPH
    match found.workflow.get("extra"):
        case {"linearMode": True}:
            return Origin.APP
        case _:
            return Origin.UI_GRAPH


def _gather(tags: Iterable[Tag], origin: Origin) -> Found:
    """Both graphs if there are both. A tag that is broken matters only when no other has a graph."""
    found, problem, foreign = Recognised(), None, False
    try:
        for tag in islice(tags, _MAX_TAGS):
            foreign = foreign or tag.key in FOREIGN
            try:
                found = found.filled_with(recognise(_document(tag)))
            except SourceError as error:
                problem = problem or error
            if found.prompt is not None and found.workflow is not None:
                break
    except SourceError as error:
        problem = problem or error
    if found == Recognised():
        raise problem or NothingFound(text("source-nothing-foreign") if foreign else _why(origin))
    return Found(found.prompt, found.workflow, origin)


def _document(tag: Tag) -> JsonValue:
    """The tag's values. A comment may be just words; what is called a prompt or a workflow must be JSON."""
    try:
        return parse_document(tag.value)
    except Damaged:
        if tag.key in TEXTS:
            raise
        return None


def _why(origin: Origin) -> Text:
    how = text("source-how")
    match origin:
        case Origin.UNKNOWN:
            return text("source-unknown")
        case Origin.GIF | Origin.WAV:
            return text("source-nothing-possible", form=origin, how=how)
        case Origin.JPEG:
            return text("source-nothing-jpeg", how=how)
        case Origin.PNG | Origin.WEBP | Origin.AVIF | Origin.SVG | Origin.EXR:
            return text("source-nothing-picture", form=origin, how=how)
        case Origin.SAFETENSORS:
            return text("source-nothing-model", how=how)
        case _:
            return text("source-nothing-media", form=origin, how=how)
