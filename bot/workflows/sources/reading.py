"""From the bytes of any file to the graphs in it, or to a sentence that says what to send instead."""

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from itertools import islice
from typing import BinaryIO

from bot.comfy import JsonValue
from bot.texts import Text, text
from bot.workflows.sources import archives
from bot.workflows.sources.document import MAX_DOCUMENT, parse_document, parse_loose_document
from bot.workflows.sources.found import (
    JSON_ORIGINS,
    Damaged,
    Found,
    NothingFound,
    OnlySettings,
    Origin,
    SourceError,
    TooMuch,
)
from bot.workflows.sources.graphs import Recognised, recognise
from bot.workflows.sources.sniffing import READERS, sniff
from bot.workflows.sources.tags import FOREIGN, TEXTS, Tag
from bot.workflows.sources.window import Window

_MAX_TAGS = 16
"""ComfyUI writes two, and a few more when people have added comments."""
_MAX_NAMES = 5
_MAX_SETTINGS = 600
"""Characters of another program's settings that a person is shown."""


def read_workflow(source: bytes | BinaryIO) -> Found:
    """What a file has of a workflow, whatever its name.

    Of a large file only the tags are read; it must be seekable. A hostile one can keep this busy for a second or two: call it in a thread.

    Raises:
        NothingFound: no workflow in it.
        Damaged: it is broken where the workflow should be.
        TooMuch: it goes beyond a limit.
    """
    file = BytesIO(source) if isinstance(source, bytes) else source
    window = Window(file)
    if not window.size:
        raise NothingFound(text("source-empty"))
    origin = sniff(window)
    return _read_archive(window, file) if origin is Origin.ZIP else _read_one(window, origin)


def _read_one(window: Window, origin: Origin) -> Found:
    if origin is Origin.JSON:
        return _read_json(window)
    reader = READERS.get(origin)
    return _gather(reader(window) if reader else (), origin)


def _read_archive(window: Window, file: BinaryIO) -> Found:
    """The only workflow in a zip, or the only JSON where pictures that it made lie beside it."""
    found: dict[str, Found] = {}
    problem: SourceError | None = None
    for name, content in archives.members(window, file):
        inner = window.over(content)
        try:
            if inner.size:
                found[name] = _read_one(inner, sniff(inner))
        except NothingFound:
            pass
        except SourceError as error:
            problem = problem or error
    documents = {name: each for name, each in found.items() if each.origin in JSON_ORIGINS}
    chosen = documents if len(documents) == 1 else found
    match list(chosen.values()):
        case [only]:
            return replace(only, is_bare=False)
        case []:
            raise problem or NothingFound(text("source-zip-nothing"))
        case _:
            raise NothingFound(text("source-zip-several", names=", ".join(list(chosen)[:_MAX_NAMES])))


def _read_json(window: Window) -> Found:
    if window.size > MAX_DOCUMENT:
        raise TooMuch(text("source-too-big", megabytes=MAX_DOCUMENT >> 20))
    content = window.all()
    try:
        document, is_json = parse_document(content), True
    except Damaged as damaged:
        document, is_json = _loosely(content, damaged), False
    found = recognise(document)
    if found == Recognised():
        raise NothingFound(text("source-nothing-json"))
    is_bare = is_json and isinstance(document, dict) and document.keys() == (found.prompt or document).keys()
    return Found(found.prompt, found.workflow, _json_origin(found), is_bare)


def _loosely(content: bytes, damaged: Damaged) -> JsonValue:
    """What people wrote around and into it is passed over; if that does not help, the first complaint stands."""
    try:
        return parse_loose_document(content)
    except Damaged:
        raise damaged from None


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
    found, problem, foreign = Recognised(), None, None
    try:
        for tag in islice(tags, _MAX_TAGS):
            if tag.key in FOREIGN:
                foreign = foreign or tag
                continue
            if found.prompt is not None and found.workflow is not None:
                continue
            try:
                found = found.filled_with(recognise(_document(tag)))
            except SourceError as error:
                problem = problem or error
    except SourceError as error:
        problem = problem or error
    if found == Recognised():
        raise problem or (NothingFound(_why(origin)) if foreign is None else _foreign(foreign))
    return Found(
        found.prompt, found.workflow, origin, settings=None if foreign is None else _settings(foreign)
    )


def _foreign(tag: Tag) -> NothingFound:
    """What another program noted, as far as people can read it, and that nothing here can run it."""
    settings = _settings(tag)
    if settings is None:
        return NothingFound(text("source-nothing-foreign"))
    return OnlySettings(text("source-nothing-settings", settings=_shortened(settings)), settings)


def _settings(tag: Tag) -> str | None:
    """None: they are not for people to read."""
    words = tag.value if isinstance(tag.value, str) else tag.value.decode("utf-8", "replace")
    settings = words.strip()
    return None if tag.key != "parameters" or not settings or settings.startswith("{") else settings


def _shortened(settings: str) -> str:
    """Beginning and end: the prompt, and the steps, sampler and seed that follow it."""
    if len(settings) <= _MAX_SETTINGS:
        return settings
    return f"{settings[: _MAX_SETTINGS // 2].rstrip()} … {settings[-_MAX_SETTINGS // 2 :].lstrip()}"


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
        case Origin.GIF | Origin.WAV | Origin.BMP | Origin.TIFF:
            return text("source-nothing-possible", form=origin, how=how)
        case Origin.JPEG:
            return text("source-nothing-jpeg", how=how)
        case Origin.PNG | Origin.WEBP | Origin.AVIF | Origin.HEIC | Origin.SVG | Origin.EXR:
            return text("source-nothing-picture", form=origin, how=how)
        case Origin.SAFETENSORS:
            return text("source-nothing-model", how=how)
        case _:
            return text("source-nothing-media", form=origin, how=how)
