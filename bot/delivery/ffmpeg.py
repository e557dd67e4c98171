"""Run ffmpeg on a file of our own, within limits of memory and threads, and killed where nobody waits for it. Knows no Discord and no limit of it.

Arguments are numbers and paths of ours, never words of a person. The demuxer is named and nothing but local files may be
opened, so that a file cannot make ffmpeg read others or ask the net.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from msgspec import Struct

from bot.comfy import JsonValue

NOT_USED = "none"
THREADS = "2"
MEMORY_BYTES = 2 * 1024**3
FILE_BYTES = 1024**3
NICENESS = 10

_DEMUXERS = {
    ".mp4": "mov", ".m4v": "mov", ".mov": "mov", ".m4a": "mov", ".webm": "matroska", ".mkv": "matroska",
    ".avi": "avi", ".gif": "gif", ".wav": "wav", ".flac": "flac", ".mp3": "mp3", ".ogg": "ogg", ".oga": "ogg",
    ".opus": "ogg", ".aac": "aac",
}  # fmt: skip
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
"""The rest is not its business: the bot's own environment holds tokens."""


class FfmpegFailed(Exception):
    """It could not read the file, or ran into one of the limits."""


class Source(Struct, frozen=True):
    """A file to be read."""

    path: Path
    suffix: str
    """Of its kind, as its bytes tell it."""

    @property
    def arguments(self) -> list[str]:
        return ["-protocol_whitelist", "file", "-f", _DEMUXERS[self.suffix], "-i", str(self.path)]


@dataclass(frozen=True, slots=True)
class Media:
    """What is in a file."""

    seconds: float
    size: tuple[int, int] | None
    """Of the picture; None: there is only sound."""
    frames_a_second: float
    has_sound: bool


class Ffmpeg(Struct, frozen=True):
    program: str
    probe: str

    @classmethod
    def named(cls, program: str) -> "Ffmpeg | None":
        """``program``: a name on the search path or a path; ``ffprobe`` stands beside it. None: it is not installed."""
        found = shutil.which(program) if program not in {"", NOT_USED} else None
        if found is None:
            return None
        path = Path(found)
        probe = shutil.which(str(path.with_name(path.name.replace("ffmpeg", "ffprobe"))))
        return None if probe is None else cls(found, probe)

    @staticmethod
    def reads(suffix: str) -> bool:
        return suffix in _DEMUXERS

    async def measure(self, source: Source) -> Media:
        """What is in the file.

        Raises:
            FfmpegFailed: nothing that could be read.
        """
        entries = "format=duration:stream=codec_type,width,height,avg_frame_rate,duration"
        command = [self.probe, "-v", "fatal", *source.arguments, "-show_entries", entries, "-of", "json"]
        said = await _run(command)
        try:
            return _media(cast("Mapping[str, JsonValue]", json.loads(said)))
        except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:
            raise FfmpegFailed(f"ffprobe said nothing of use: {error}") from error

    async def run(self, arguments: Sequence[str]) -> None:
        """One run; inputs first, the outputs behind. How long it may take is for the caller to say.

        Raises:
            FfmpegFailed: it did not end well.
        """
        await _run([self.program, "-y", "-nostdin", "-v", "fatal", *arguments])


def _media(said: Mapping[str, JsonValue]) -> Media:
    streams = cast("list[dict[str, str | int]]", said["streams"])
    video = next((each for each in streams if each.get("codec_type") == "video"), None)
    whole = cast("dict[str, str]", said.get("format") or {})
    durations = [whole.get("duration"), *(each.get("duration") for each in streams)]
    seconds = next((float(each) for each in durations if each is not None and str(each) != "N/A"), 0.0)
    if not 0 < seconds < 10**6:
        raise ValueError("no duration")
    size, rate = None, 0.0
    if video is not None:
        size = (int(video["width"]), int(video["height"]))
        above, _, below = str(video.get("avg_frame_rate") or "0/1").partition("/")
        rate = float(above) / float(below or 1) if float(below or 1) else 0.0
    has_sound = any(each.get("codec_type") == "audio" for each in streams)
    return Media(seconds, size, rate or 25.0, has_sound)


async def _run(command: Sequence[str]) -> bytes:
    """What it wrote. It does not outlive this call, whatever happens."""
    process = await _started(command)
    try:
        _bound(process)
        said, complaints = await process.communicate()
    finally:
        await _ended(process)
    if process.returncode:
        raise FfmpegFailed(
            f"it ended with {process.returncode}: {complaints[-300:].decode(errors='replace')}"
        )
    return said


async def _started(command: Sequence[str]) -> Process:
    """The running program. Who is cancelled meanwhile waits until it can be stopped with all that it has started."""
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=environment, start_new_session=True
        )
    )
    try:
        return await asyncio.shield(starting)
    except OSError as error:
        raise FfmpegFailed(f"{command[0]} does not start: {error.strerror}") from error
    except asyncio.CancelledError:
        await _ended(await starting)
        raise


async def _ended(process: Process) -> None:
    if process.returncode is None:
        _kill(process)
        await process.communicate()


def _bound(process: Process) -> None:
    """Limits of the running program, where the system has them; to be nice is for the bot that runs beside it."""
    try:
        if sys.platform == "linux":
            import resource  # noqa: PLC0415  # not on Windows

            for kind, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, FILE_BYTES)):
                resource.prlimit(process.pid, kind, (most, most))
        if sys.platform != "win32":
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    except (ProcessLookupError, PermissionError):
        pass  # it is over already


def _kill(process: Process) -> None:
    """The program and what it has started."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
