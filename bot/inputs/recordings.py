"""Films and sounds that people hand in: recognised by their content and held to a length, never unpacked or changed."""

import struct
from collections.abc import Callable
from pathlib import Path

from bot.inputs.errors import InputRefused
from bot.inputs.mp4 import read_mp4
from bot.inputs.recording import Recording
from bot.inputs.sound_files import read_flac, read_mp3, read_ogg, read_wav
from bot.inputs.webm import read_webm
from bot.jobs.inputs import InputKind
from bot.texts import text
from bot.workflows.sources.containers import HEAD_BYTES, container_suffix
from bot.workflows.sources.found import Origin, SourceError
from bot.workflows.sources.sniffing import sniff
from bot.workflows.sources.window import Window


def _gif(_window: Window) -> Recording:
    """How long it is stands between its frames, and is not looked for."""
    return Recording(has_pictures=True)


_READERS: dict[Origin, tuple[Callable[[Window], Recording | None], str]] = {
    Origin.MP4: (read_mp4, ".mp4"),
    Origin.MATROSKA: (read_webm, ".webm"),
    Origin.GIF: (_gif, ".gif"),
    Origin.WAV: (read_wav, ".wav"),
    Origin.FLAC: (read_flac, ".flac"),
    Origin.OGG: (read_ogg, ".ogg"),
    Origin.MP3: (read_mp3, ".mp3"),
}


def checked_recording(file: Path, kind: InputKind, *, max_seconds: float) -> str:
    """The suffix by which it is known. A film serves as a sound, too, if it has one.

    Raises:
        InputRefused: something else, damaged, or longer than ``max_seconds``. What does not say how long it is, passes.
    """
    wanted = text("input-no-video") if kind is InputKind.VIDEO else text("input-no-audio")
    with file.open("rb") as content:
        window = Window(content)
        origin = sniff(window)
        found = _READERS.get(origin)
        if found is None:
            raise InputRefused(wanted)
        read, suffix = found
        try:
            recording = read(window)
        except (SourceError, ValueError, ArithmeticError, LookupError, struct.error) as error:
            raise InputRefused(text("input-recording-damaged")) from error
        # ComfyUI's lists are of names, by their suffixes: those of a container's kinds are told apart
        suffix = container_suffix(origin, window.peek(0, HEAD_BYTES)) or suffix
    if recording is None:
        raise InputRefused(text("input-recording-damaged"))
    if not (recording.has_pictures if kind is InputKind.VIDEO else recording.has_sound):
        raise InputRefused(wanted)
    if recording.seconds is not None and recording.seconds > max_seconds:
        raise InputRefused(text("input-too-long", seconds=round(recording.seconds), limit=round(max_seconds)))
    return suffix
