"""Fetch what jobs made, as it was made but for what must not leave, and tell what may be shown of it."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, contextmanager
from typing import Protocol

from msgspec import Struct, field

from bot.delivery.contents import Scratch, gathered, size_of
from bot.delivery.file_kinds import is_allowed
from bot.delivery.fitted import CannotFit
from bot.delivery.fitter import Examined, Fitter
from bot.delivery.recipes import Keep
from bot.delivery.words import megabytes, shortened
from bot.jobs.job import Job, Output, Place
from bot.jobs.retrying import when_available
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import METADATA
from bot.moderation.values import Metadata
from bot.texts import text

FETCH_BYTES = 256 * 1024 * 1024
"""The largest file that is fetched to be made smaller. It lies on disk meanwhile."""
FETCHES_AT_ONCE = 4
MAX_FILE_NAME = 60


class Files(Protocol):
    """What is wanted of :class:`bot.generation.Generation` here."""

    def fetch(self, job: Job, output: Output, *, max_bytes: int) -> AsyncGenerator[bytes]: ...


class Showing(Struct, frozen=True):
    """An operator's choices of what is shown."""

    max_outputs: int
    """Of one job; more are only told of."""
    file_kinds: frozenset[str]
    """Suffixes without their dots, or ``*`` for all."""
    keep: Keep = Keep.FULL
    """How much of what made it travels with a file."""
    ffmpeg: str = "ffmpeg"
    """The program's name or path; empty: not to be used."""


class OutputsGone(Exception):
    """Not one file of the job is left at its backend."""


class NotWholeYet(Exception):
    """A file has no bytes, or ends too early, perhaps because it is still being written."""


class DiskFull(Exception):
    """The disk of the bot takes no more files now."""


class Originals(Struct, frozen=True):
    generation: Files
    fitter: Fitter
    showing: Showing
    settings: GuildSettings | None = None
    """What guilds let travel with a file, which may be less than the operator lets; None: they have no say."""
    # what lies on disk is bounded by these: a gigabyte at the very worst, and as much made of it
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FETCHES_AT_ONCE))

    async def fetch(self, job: Job, output: Output, scratch: Scratch, *, max_bytes: int) -> Examined:
        """A file as the job's backend has it, but for what must not leave.

        Raises:
            ServersAway, FileGone, FileTooBig, DiskFull: see there.
        """
        keep = await self._keep(job.place)
        with disk_full_told():
            async with self.gate:
                async with aclosing(self.generation.fetch(job, output, max_bytes=max_bytes)) as chunks:
                    content = await gathered(chunks, scratch)
                return await self.fitter.examine(content, output.filename, scratch, keep)

    async def _keep(self, place: Place) -> Keep:
        settings = self.settings
        if settings is None:
            return self.showing.keep
        chosen = (await when_available(lambda: settings.at(place))).of(METADATA)
        wished = Keep.FULL if chosen is Metadata.OPERATOR else Keep(chosen.value)
        return wished.within(self.showing.keep)

    def suffix_to_show(self, examined: Examined, filename: str, *, patient: bool) -> str:
        """The suffix of a file that may be shown as it is.

        Raises:
            CannotFit: it may not.
            NotWholeYet: only where ``patient``.
        """
        name, size = shortened(filename, MAX_FILE_NAME), size_of(examined.content)
        if patient and (examined.cut_short or examined.suffix is None):
            raise NotWholeYet(name)
        if not size:
            raise CannotFit(text("file-empty", name=name))
        if examined.suffix is None:
            raise CannotFit(text("file-is-another", name=name, size=megabytes(size)))
        if not is_allowed(examined.suffix, self.showing.file_kinds):
            raise CannotFit(text("file-kind-not-shown", name=name, size=megabytes(size)))
        if examined.keeps_recipe:
            raise CannotFit(text("file-keeps-recipe", name=name, size=megabytes(size)))
        return examined.suffix


@contextmanager
def disk_full_told() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise DiskFull(f"a file finds no room beside the bot: {error.strerror}") from error
