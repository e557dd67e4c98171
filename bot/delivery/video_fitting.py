"""Make a video or a sound fit Discord's limit with ffmpeg: two passes to the size, the sound kept, the recipe in its tags."""

import asyncio
import logging
import math
import os
import re
from pathlib import Path

from msgspec import Struct

from bot.delivery.contents import Content, Scratch, on_disk, size_of
from bot.delivery.ffmpeg import THREADS, Ffmpeg, FfmpegFailed, Media, Source
from bot.delivery.fitted import CannotFit, Fitted, Room
from bot.delivery.recipes import Recipe
from bot.delivery.words import megabytes
from bot.texts import text

log = logging.getLogger(__name__)

ENCODE_SECONDS = 100.0
"""For one file, with all its passes."""
TRIES = 3
_SHARE = 0.95
"""Of the limit that is aimed at: containers and rate control need a little."""
_AGAIN = 0.9
_LEAST_VIDEO_KBPS = 40
_BITS_A_PIXEL = 0.04
"""Of one frame: with less it is blurred, and smaller looks better."""
_SMALLEST_SIDE = 128
_SOUND_KBPS = (128, 96, 64, 48)
_SOUND_SHARE = 0.2
_MP3_KBPS = (320, 256, 192, 160, 128, 96, 64, 48, 32)
_MUXERS = {
    ".mp4": "mp4", ".mov": "mov", ".webm": "webm", ".mkv": "matroska",
    ".mp3": "mp3", ".flac": "flac", ".ogg": "ogg", ".oga": "ogg", ".opus": "opus",
}  # fmt: skip
_ESCAPED = re.compile(r"([=;#\\\n])")


class Plan(Struct, frozen=True):
    """How a video is encoded."""

    size: tuple[int, int]
    video_kbps: int
    sound_kbps: int
    """0: there is none."""


def plan(media: Media, size: tuple[int, int], limit_bytes: int) -> Plan:
    """Rates and size for a video of ``size`` that shall have at most so many bytes.

    Raises:
        CannotFit: it is too long for that.
    """
    kbps = max(0, limit_bytes) * 8 * _SHARE / media.seconds / 1000
    sound = next((each for each in _SOUND_KBPS if each <= kbps * _SOUND_SHARE), _SOUND_KBPS[-1])
    sound = sound if media.has_sound else 0
    video = int(kbps - sound)
    if video < _LEAST_VIDEO_KBPS:
        raise CannotFit(text("file-too-long", seconds=round(media.seconds)))
    wanted = size[0] * size[1] * media.frames_a_second * _BITS_A_PIXEL / 1000
    scale = min(1.0, math.sqrt(video / wanted))
    scale = min(1.0, max(scale, _SMALLEST_SIDE / min(size)))
    return Plan((_even(size[0] * scale), _even(size[1] * scale)), video, sound)


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)


class VideoFitter:
    """One file at a time: ffmpeg itself uses several threads."""

    def __init__(self, ffmpeg: Ffmpeg | None, seconds: float = ENCODE_SECONDS) -> None:
        self._ffmpeg = ffmpeg
        self._seconds = seconds
        self._turn = asyncio.Lock()

    @property
    def is_installed(self) -> bool:
        return self._ffmpeg is not None

    async def fit(self, content: Content, suffix: str, recipe: Recipe, room: Room) -> Fitted:
        """The video or sound, small enough, by then.

        Raises:
            CannotFit: ffmpeg is missing, does not read it, takes too long, or it is too long itself.
        """
        if self._ffmpeg is None:
            raise CannotFit(text("file-needs-ffmpeg"))
        async with self._turn:
            source = await asyncio.to_thread(_prepared, content, suffix, recipe, room.scratch)
            longest = asyncio.get_running_loop().time() + self._seconds
            try:
                async with asyncio.timeout_at(min(room.until, longest)):
                    return await _Encoding(self._ffmpeg, source, room.limit_bytes, room.scratch).fit()
            except TimeoutError as error:
                raise CannotFit(text("file-takes-too-long")) from error
            except FfmpegFailed as error:
                log.info("ffmpeg cannot make a %s file smaller: %s", suffix, error)
                raise CannotFit(text("file-unreadable")) from error

    async def first_frame(self, content: Content, suffix: str, scratch: Scratch) -> Content | None:
        """A picture of it; None: that cannot be had."""
        if self._ffmpeg is None or not Ffmpeg.reads(suffix):
            return None
        out = scratch.new_path(".png")
        async with self._turn:
            path = await asyncio.to_thread(on_disk, content, scratch)
            try:
                async with asyncio.timeout(self._seconds):
                    await self._ffmpeg.run(
                        [
                            *Source(path, suffix).arguments,
                            "-frames:v",
                            "1",
                            "-f",
                            "image2",
                            "-update",
                            "1",
                            str(out),
                        ]
                    )
            except (TimeoutError, FfmpegFailed) as error:
                log.info("ffmpeg cannot make a picture of a %s file: %s", suffix, error)
                return None
        return out if out.exists() else None

    async def retagged(self, content: Content, suffix: str, recipe: Recipe, room: Room) -> Content | None:
        """The same video or sound with nothing but ``recipe`` in its tags; None: that cannot be done."""
        muxer = _MUXERS.get(suffix)
        if self._ffmpeg is None or muxer is None:
            return None
        out = room.scratch.new_path(suffix)
        async with self._turn:
            source = await asyncio.to_thread(_prepared, content, suffix, recipe, room.scratch)
            tags = ["-movflags", "use_metadata_tags"] if muxer in {"mp4", "mov"} else []
            try:
                async with asyncio.timeout(self._seconds):
                    await self._ffmpeg.run(
                        [*source.inputs, "-map", "0", "-c", "copy", *tags, "-f", muxer, str(out)]
                    )
            except (TimeoutError, FfmpegFailed) as error:
                log.info("ffmpeg cannot write the tags of a %s file anew: %s", suffix, error)
                return None
        return out


class _Prepared(Struct, frozen=True):
    source: Source
    size_bytes: int
    metadata: Path | None
    metadata_bytes: int

    @property
    def inputs(self) -> list[str]:
        """The file, and what is to be written into its tags."""
        if self.metadata is None:
            return [*self.source.arguments, "-map_metadata", "-1", "-map_metadata:s", "-1"]
        return [
            *self.source.arguments,
            "-f",
            "ffmetadata",
            "-i",
            str(self.metadata),
            "-map_metadata",
            "1",
            "-map_metadata:s",
            "-1",
        ]


def _prepared(content: Content, suffix: str, recipe: Recipe, scratch: Scratch) -> _Prepared:
    path = content if isinstance(content, Path) else scratch.new_path(suffix)
    if isinstance(content, bytes):
        path.write_bytes(content)
    metadata = scratch.new_path(".ffmetadata") if recipe else None
    if metadata is not None:
        lines = [f"{name}={_escaped(words)}" for name, words in recipe.items()]
        metadata.write_text("\n".join((";FFMETADATA1", *lines, "")), encoding="utf-8")
    metadata_bytes = 0 if metadata is None else size_of(metadata)
    return _Prepared(Source(path, suffix), size_of(path), metadata, metadata_bytes)


def _escaped(words: str) -> str:
    return _ESCAPED.sub(r"\\\1", words)


class _Encoding(Struct, frozen=True):
    ffmpeg: Ffmpeg
    prepared: _Prepared
    limit_bytes: int
    scratch: Scratch

    async def fit(self) -> Fitted:
        media = await self.ffmpeg.measure(self.prepared.source)
        aim = self.limit_bytes - self.prepared.metadata_bytes
        for _ in range(TRIES):
            made = (
                await self._sound(media, aim)
                if media.size is None
                else await self._video(media, media.size, aim)
            )
            size_bytes = size_of(made.content)
            if size_bytes <= self.limit_bytes:
                return made
            aim = int(aim * self.limit_bytes / size_bytes * _AGAIN)
        raise CannotFit(text("file-still-too-large"))

    async def _video(self, media: Media, size: tuple[int, int], aim_bytes: int) -> Fitted:
        chosen = plan(media, size, aim_bytes)
        out, log_path = self.scratch.new_path(".mp4"), self.scratch.new_path(".pass")
        encoder = [
            "-map", "0:v:0", "-vf", f"scale={chosen.size[0]}:{chosen.size[1]}:flags=bicubic,format=yuv420p",
            "-c:v", "libx264", "-preset", "veryfast", "-b:v", f"{chosen.video_kbps}k", "-threads", THREADS,
            "-passlogfile", str(log_path), "-sn", "-dn",
        ]  # fmt: skip
        sound = (
            ["-map", "0:a:0", "-c:a", "aac", "-b:a", f"{chosen.sound_kbps}k"]
            if chosen.sound_kbps
            else ["-an"]
        )
        tags = ["-movflags", "+faststart+use_metadata_tags"]
        first = [*self.prepared.source.arguments, *encoder, "-pass", "1", "-an", "-f", "null", os.devnull]
        await self.ffmpeg.run(first)
        second = [*self.prepared.inputs, *encoder, "-pass", "2", *sound, *tags, "-f", "mp4", str(out)]
        await self.ffmpeg.run(second)
        shape = f"{chosen.size[0]}×{chosen.size[1]}"
        return self._fitted(out, chosen.size, f"{size[0]}×{size[1]}", f"MP4 {shape}")

    async def _sound(self, media: Media, aim_bytes: int) -> Fitted:
        most = aim_bytes * 8 * _SHARE / media.seconds / 1000
        kbps = next((each for each in _MP3_KBPS if each <= most), None)
        if kbps is None:
            raise CannotFit(text("file-too-long", seconds=round(media.seconds)))
        out = self.scratch.new_path(".mp3")
        encoder = ["-map", "0:a:0", "-vn", "-c:a", "libmp3lame", "-b:a", f"{kbps}k", "-threads", THREADS]
        await self.ffmpeg.run([*self.prepared.inputs, *encoder, "-f", "mp3", str(out)])
        return self._fitted(out, None, "", f"MP3 {kbps} kbit/s")

    def _fitted(self, out: Path, size: tuple[int, int] | None, was: str, after: str) -> Fitted:
        kind = self.prepared.source.suffix[1:].upper()
        change = text(
            "fitted",
            limit=megabytes(self.limit_bytes),
            before=f"{f'{kind} {was}'.strip()}, {megabytes(self.prepared.size_bytes)}",
            after=f"{after}, {megabytes(size_of(out))}",
        )
        return Fitted(out, out.suffix, size, change)
