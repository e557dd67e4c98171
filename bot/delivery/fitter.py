"""Looks at files and fits them, off the event loop: in a few threads, and in ffmpeg where that is installed.

Pillow is loaded with the first file. Decoding one large picture takes seconds and 160 MB, so these go one at a time, and
small ones pass by.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.contents import IN_MEMORY_BYTES, Content, Scratch, size_of
from bot.delivery.ffmpeg import Ffmpeg
from bot.delivery.file_kinds import DECODED, SOUNDS, VIDEOS, is_cut_short, suffix_by_content
from bot.delivery.fitted import CannotFit, Fitted, Room
from bot.delivery.recipes import Keep, recipe_of
from bot.delivery.video_fitting import ENCODE_SECONDS, VideoFitter
from bot.delivery.zipping import zipped
from bot.texts import text

if TYPE_CHECKING:
    from bot.delivery.fitting import Look
    from bot.delivery.sheet_values import Drawn, Sheet

THREADS = 2
LARGE_PIXELS = 12_000_000

T = TypeVar("T")


class Examined(Struct, frozen=True):
    """A file that was looked at."""

    content: Content
    """Without what must not leave."""
    suffix: str | None
    """By its bytes. None: its name says what they are not."""
    cut_short: bool
    keeps_recipe: bool = False
    """What made it is in it, and could not be taken out."""
    look: "Look | None" = None
    """None: it is no picture, or not one that could be read."""


class Fitter:
    def __init__(
        self,
        keep: Keep = Keep.FULL,
        ffmpeg: Ffmpeg | None = None,
        *,
        encode_seconds: float = ENCODE_SECONDS,
    ) -> None:
        self._keep = keep
        self._videos = VideoFitter(ffmpeg, encode_seconds)
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="fitting")
        self._large = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fitting large")

    def __enter__(self) -> "Fitter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for threads in (self._threads, self._large):
            threads.shutdown(wait=False, cancel_futures=True)

    def can_shrink(self, suffix: str) -> bool:
        """Whether a file of that name, however large, may be made to fit."""
        return self._videos.is_installed or suffix not in VIDEOS | SOUNDS

    async def examine(
        self, content: Content, filename: str, scratch: Scratch, keep: Keep | None = None
    ) -> Examined:
        """Look at a file, and take out of it what must not leave; ``keep``: less than the fitter's own."""
        keep = self._keep if keep is None else keep
        found = await self._in(self._threads, lambda: _examined(content, filename, keep, scratch))
        if not found.keeps_recipe or found.suffix is None:
            return found
        recipe = await self._in(self._threads, lambda: recipe_of(content, keep))
        retagged = await self._videos.retagged(content, found.suffix, recipe, Room(0, scratch))
        return found if retagged is None else replace(found, content=retagged, keeps_recipe=False)

    async def fit(
        self, content: Content, suffix: str, name: str, room: Room, look: "Look | None" = None
    ) -> Fitted:
        """``content`` made small enough: untouched where it is, else smaller, saying what was done.

        ``name``: harmless, for a file inside of a zip. ``look``: where it was looked at already.

        Raises:
            CannotFit: with the reason.
        """
        looked = look
        if looked is None and suffix in DECODED:
            looked = await self._in(self._threads, lambda: _look(content))
        if size_of(content) <= room.limit_bytes:
            return Fitted(content, suffix, looked.size if looked else None)
        if suffix in DECODED:
            return await self._picture(content, suffix, looked, room)
        if suffix in VIDEOS | SOUNDS:
            return await self._video(content, suffix, room)
        return await self._in(self._threads, lambda: zipped(content, name, room.limit_bytes, room.scratch))

    async def sample(self, content: Content, suffix: str, scratch: Scratch) -> bytes | None:
        """A small JPEG of a picture, of the first frame where it moves; None: it shows nothing that could be read."""
        if suffix in DECODED:
            return await self._in(self._large, lambda: _sample(content))
        frame = await self._videos.first_frame(content, suffix, scratch) if suffix in VIDEOS else None
        return None if frame is None else await self._in(self._large, lambda: _sample(frame))

    async def draw(self, sheet: "Sheet") -> "Drawn":
        """A contact sheet, in the fonts of this machine."""
        return await self._in(self._large, lambda: _drawn(sheet))

    async def _picture(self, content: Content, suffix: str, looked: "Look | None", room: Room) -> Fitted:
        if looked is None:
            raise CannotFit(text("file-unreadable"))
        if not looked.animated:
            threads = self._large if looked.pixels > LARGE_PIXELS else self._threads
            return await self._in(threads, lambda: _fit(content, self._keep, room))
        try:
            return await self._in(self._large, lambda: _fit_animation(content, self._keep, room))
        except CannotFit:
            if not (self._videos.is_installed and Ffmpeg.reads(suffix)):
                raise
        return await self._video(content, suffix, room)

    async def _video(self, content: Content, suffix: str, room: Room) -> Fitted:
        recipe = await self._in(self._threads, lambda: recipe_of(content, self._keep))
        return await self._videos.fit(content, suffix, recipe, room)

    async def _in(self, threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, work)


# A bot that starts needs no Pillow yet: it is imported where it is used.


def _examined(content: Content, filename: str, keep: Keep, scratch: Scratch) -> Examined:
    from bot.delivery.recipe_writing import KeepsRecipe, with_recipe_cleaned  # noqa: PLC0415

    suffix = suffix_by_content(content, filename)
    cut_short = is_cut_short(content, suffix or "")
    looked = _look(content) if suffix in DECODED else None
    try:
        return Examined(with_recipe_cleaned(content, keep, scratch), suffix, cut_short, look=looked)
    except KeepsRecipe:
        return Examined(content, suffix, cut_short, keeps_recipe=True, look=looked)


def _look(content: Content) -> "Look | None":
    from bot.delivery.fitting import look  # noqa: PLC0415

    return look(content)


def _sample(content: Content) -> bytes | None:
    from bot.delivery.samples import sample_of  # noqa: PLC0415

    return sample_of(content)


def _drawn(sheet: "Sheet") -> "Drawn":
    from bot.delivery.fonts import installed  # noqa: PLC0415
    from bot.delivery.sheets import draw_sheet  # noqa: PLC0415

    return draw_sheet(sheet, installed())


def _fit(content: Content, keep: Keep, room: Room) -> Fitted:
    from bot.delivery.fitting import fit  # noqa: PLC0415

    return _spilled(fit(content, recipe_of(content, keep), room.limit_bytes), room.scratch)


def _fit_animation(content: Content, keep: Keep, room: Room) -> Fitted:
    from bot.delivery.animation_fitting import fit_animation  # noqa: PLC0415

    return _spilled(fit_animation(content, recipe_of(content, keep), room.limit_bytes), room.scratch)


def _spilled(fitted: Fitted, scratch: Scratch) -> Fitted:
    """With what is large on disk."""
    if isinstance(fitted.content, bytes) and len(fitted.content) > IN_MEMORY_BYTES:
        path = scratch.new_path(fitted.suffix)
        path.write_bytes(fitted.content)
        return replace(fitted, content=path)
    return fitted
