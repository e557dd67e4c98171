"""What a node made: files and texts, found in ``executed`` events, history entries and job records alike.

The shapes are those of T 57, 64 and 65. The key a file is listed under says nothing (videos come under
``images``), so every key is walked and the kind is told by the extension.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from .json_value import JsonValue, items, mapping

TEMPORARY = "temp"


class OutputKind(StrEnum):
    """What to do with a file, told by its extension."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    OTHER = "other"


_EXTENSIONS: Mapping[OutputKind, frozenset[str]] = {
    OutputKind.IMAGE: frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".avif", ".tif", ".tiff"}),
    OutputKind.VIDEO: frozenset({".mp4", ".webm", ".mov", ".mkv", ".avi", ".m4v"}),
    OutputKind.AUDIO: frozenset({".flac", ".mp3", ".opus", ".ogg", ".wav", ".m4a", ".aac"}),
}


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file on the server, as ``/view`` and the upload routes name it."""

    filename: str
    subfolder: str = ""
    type: str = "output"
    """``output``, ``temp`` (wiped when the server starts) or ``input``."""

    @property
    def input_value(self) -> str:
        """How a LoadImage node names this file: ``"sub/name.png"``, ``"name.png [temp]"`` (T 50)."""
        path = f"{self.subfolder}/{self.filename}" if self.subfolder else self.filename
        return path if self.type == "input" else f"{path} [{self.type}]"


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that a node made."""

    node_id: str
    file: FileRef
    kind: OutputKind
    animated: bool
    """It moves: a video, a GIF, or an image that its node calls animated (WEBP, PNG)."""


def output_files(node_id: str, output: JsonValue) -> tuple[OutputFile, ...]:
    """The files in one node's output, in the server's order, each once."""
    data = mapping(output)
    animated = any(items(data.get("animated")))
    files = {ref: _output_file(node_id, ref, animated=animated) for ref in _file_refs(data)}
    return tuple(files.values())


def output_texts(output: JsonValue) -> tuple[str, ...]:
    """The texts in one node's output (``{"text": ["…"]}``, T 64). They can be very long."""
    found = mapping(output).get("text")
    candidates = [found] if isinstance(found, str) else items(found)
    return tuple(item for item in candidates if isinstance(item, str))


def preferred(outputs: Iterable[OutputFile]) -> tuple[OutputFile, ...]:
    """The saved files; the temporary ones (previews) only where nothing was saved."""
    everything = tuple(outputs)
    return tuple(output for output in everything if output.file.type != TEMPORARY) or everything


def _file_refs(output: Mapping[str, JsonValue]) -> Iterator[FileRef]:
    for listed in output.values():
        for item in items(listed):
            entry = mapping(item)
            filename, subfolder, type_ = (entry.get(key) for key in ("filename", "subfolder", "type"))
            if isinstance(filename, str) and filename:
                yield FileRef(
                    filename,
                    subfolder if isinstance(subfolder, str) else "",
                    type_ if isinstance(type_, str) and type_ else "output",
                )


def _output_file(node_id: str, ref: FileRef, *, animated: bool) -> OutputFile:
    extension = PurePosixPath(ref.filename).suffix.lower()
    kind = next((kind for kind, known in _EXTENSIONS.items() if extension in known), OutputKind.OTHER)
    moves = kind is OutputKind.VIDEO or extension == ".gif" or (animated and kind is OutputKind.IMAGE)
    return OutputFile(node_id, ref, kind, moves)
