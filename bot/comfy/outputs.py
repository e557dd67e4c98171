"""What a node made: files and texts, found in ``executed`` events, history entries and job records alike.

The key a file is listed under says nothing (videos come under ``images``, VideoHelperSuite's under ``gifs``), so
every key is walked and the kind is told by the extension. Texts come under ``text``, ``string``, ``tags`` and whatever
else a node pack chose: every list of strings is one of texts, and so is a bare string.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import PurePosixPath

from msgspec import Struct

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


class FileRef(Struct, frozen=True):
    """A file on the server, as ``/view`` and the upload routes name it."""

    filename: str
    subfolder: str = ""
    type: str = "output"
    """``output``, ``temp`` (wiped when the server starts) or ``input``."""

    @property
    def input_value(self) -> str:
        """How a LoadImage node names this file: ``"sub/name.png"``, ``"name.png [temp]"``."""
        path = f"{self.subfolder}/{self.filename}" if self.subfolder else self.filename
        return path if self.type == "input" else f"{path} [{self.type}]"


class OutputFile(Struct, frozen=True):
    """A file that a node made."""

    node_id: str
    file: FileRef
    kind: OutputKind
    animated: bool
    """It moves: a video, a GIF, or an image that its node calls animated (WEBP, PNG)."""

    @property
    def is_preview(self) -> bool:
        """A temporary picture that does not move (PreviewImage)."""
        return self.file.type == TEMPORARY and _shown_as(self) is OutputKind.IMAGE


def output_files(node_id: str, output: JsonValue) -> tuple[OutputFile, ...]:
    """The files in one node's output, in the server's order, each once."""
    data = mapping(output)
    animated = any(items(data.get("animated")))
    files = {ref: _output_file(node_id, ref, animated=animated) for ref in _file_refs(data)}
    return tuple(files.values())


def output_texts(output: JsonValue) -> tuple[str, ...]:
    """The texts in one node's output (``{"text": ["…"], "tags": ["…"]}``), in order, each once. They can be very long."""
    listed = ([value] if isinstance(value, str) else items(value) for value in mapping(output).values())
    found = (item for values in listed for item in values if isinstance(item, str) and item)
    return tuple(dict.fromkeys(found))


def preferred(outputs: Iterable[OutputFile]) -> tuple[OutputFile, ...]:
    """The results among all that nodes reported, in order.

    Saved files are. A temporary one is, if no file of its kind was saved: VideoHelperSuite with ``save_output`` off leaves
    nothing else. Temporary pictures that do not move (PreviewImage) are results only where there are no others.
    """
    everything = tuple(outputs)
    saved = {_shown_as(output) for output in everything if output.file.type != TEMPORARY}
    results = tuple(
        output for output in everything if output.file.type != TEMPORARY or _is_result(output, saved)
    )
    return results or everything


def _is_result(temporary: OutputFile, saved: set[OutputKind]) -> bool:
    return not temporary.is_preview and _shown_as(temporary) not in saved


def _shown_as(output: OutputFile) -> OutputKind:
    """What moves is watched like a video, whatever its format."""
    return OutputKind.VIDEO if output.animated else output.kind


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
