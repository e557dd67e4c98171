"""What was found in a file, and what can be wrong with one. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.comfy import Graph, JsonValue
from bot.texts import Text
from bot.workflows.template import WorkflowError


class Origin(StrEnum):
    """The form of a file, told by its content; the value is what people call it."""

    API_GRAPH = "API JSON"
    UI_GRAPH = "workflow JSON"
    APP = ".app.json"
    JSON = "JSON"
    PNG = "PNG"
    WEBP = "WebP"
    JPEG = "JPEG"
    AVIF = "AVIF"
    HEIC = "HEIC"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"
    SVG = "SVG"
    EXR = "EXR"
    MP4 = "MP4"
    MATROSKA = "WebM/MKV"
    FLAC = "FLAC"
    OGG = "Opus/Ogg"
    MP3 = "MP3"
    WAV = "WAV"
    GLB = "GLB"
    SAFETENSORS = "safetensors/latent"
    ZIP = "zip"
    UNKNOWN = "unknown"


JSON_ORIGINS = frozenset({Origin.API_GRAPH, Origin.UI_GRAPH, Origin.APP, Origin.JSON})
"""Files that are nothing but the workflow."""


@dataclass(frozen=True, slots=True)
class Found:
    """At least one of the two: what ran, and what the editor showed."""

    prompt: Graph | None
    """The graph in API format: what ran, seeds and wildcards resolved."""
    workflow: Mapping[str, JsonValue] | None
    """The UI graph as the file has it: titles, App mode, and what the editor opens. Not converted, hardly checked."""
    origin: Origin
    is_bare: bool = field(default=True, compare=False)
    """Of JSON: the file is the graph and nothing else. Otherwise something was around it, or had to be passed over."""
    settings: str | None = field(default=None, compare=False)
    """What another program noted beside it, as people read it: prompt, steps, sampler and seed."""


class SourceError(WorkflowError):
    """A file gives no workflow."""


class NothingFound(SourceError):
    """The file is sound and has no workflow in it; the sentence says how to send it so that it has."""


class OnlySettings(NothingFound):
    """The file was made by another program, which noted how."""

    def __init__(self, message: Text, settings: str) -> None:
        super().__init__(message)
        self.settings = settings


class Damaged(SourceError):
    """The file ends too early or contradicts itself."""


class TooMuch(SourceError):
    """The file goes beyond a limit that keeps a hostile one from hurting."""
