"""A person's own jobs, looked back at."""

import re
from collections.abc import Collection
from contextlib import aclosing
from uuid import UUID

from bot.errors import NotAllowed, NotThere
from bot.generation.orders import Actor
from bot.generation.output_files import FileGone, FileTooBig, OutputFiles, ServersAway
from bot.jobs.history_store import HistoryPage
from bot.jobs.job import Job, State
from bot.jobs.store import JobStore
from bot.texts import Text, text

THUMBNAIL = "webp;60"
MOST_THUMBNAIL_BYTES = 2 * 1024 * 1024
_PICTURE = re.compile(r".+\.(png|jpe?g|webp)", re.IGNORECASE)
_SHORT = re.compile(r"[0-9a-f]{8}")


class OwnJobs:
    def __init__(self, store: JobStore, files: OutputFiles) -> None:
        self._store = store
        self._files = files

    async def history(
        self, actor: Actor, *, states: Collection[State] = tuple(State), skip: int = 0, most: int = 10
    ) -> HistoryPage:
        """The actor's own jobs where they are."""
        return await self._store.history(actor.user_id, actor.guild_id, states=states, skip=skip, most=most)

    async def found(self, typed: str, actor: Actor) -> Job:
        """The job that a person means: by its whole id, or by the eight digits that people see of it.

        Raises:
            NotThere: there is none that the actor may see.
        """
        for job in await self._meant(typed.strip().lower()):
            if may_see(actor, job):
                return job
        raise NotThere(text("job-forgotten"))

    async def _meant(self, typed: str) -> list[Job]:
        if _SHORT.fullmatch(typed):
            return list(await self._store.jobs_called(typed))
        try:
            job = await self._store.job(UUID(typed))
        except ValueError:
            return []
        return [] if job is None else [job]

    async def parent(self, job: Job, actor: Actor) -> Job | None:
        """The job that it was made of; None: forgotten, or not for the actor to see."""
        if job.origin is None:
            return None
        found = await self._store.job(job.origin.job_id)
        return found if found is not None and may_see(actor, found) else None

    async def is_private(self, job_id: UUID) -> bool:
        """Whether only its requester sees it; not, where it is not known any more."""
        job = await self._store.job(job_id)
        return job is not None and job.private

    async def thumbnail(self, job: Job) -> bytes | None:
        """The first picture that it made, small; None: there is none, nobody has it now, or it waits for a moderator."""
        if job.is_held_back:
            return None
        pictures = [each for each in job.outputs if _PICTURE.fullmatch(each.filename)]
        if not pictures:
            return None
        chunks = self._files.chunks(job, pictures[0], MOST_THUMBNAIL_BYTES, preview=THUMBNAIL)
        try:
            async with aclosing(chunks) as found:
                return b"".join([chunk async for chunk in found])
        except (FileGone, FileTooBig, ServersAway):
            return None

    async def wants_mentions(self, user_id: int) -> bool:
        """Whether a person is to be notified of a result."""
        return await self._store.wants_mentions(user_id)

    async def set_mentions(self, user_id: int, *, wanted: bool) -> None:
        await self._store.set_mentions(user_id, wanted=wanted)


def seen_by(actor: Actor, job: Job | None, *, unknown: Text) -> Job:
    """The job, for somebody who acts on it.

    Raises:
        NotThere: there is none that the actor may see; ``unknown`` says so.
        NotAllowed: it is another's in a place where the bot is a guest.
    """
    if job is not None and may_see(actor, job):
        return job
    if job is not None and job.place.is_guest:
        raise NotAllowed(text("guest-not-yours"))
    raise NotThere(unknown)


def may_see(actor: Actor, job: Job) -> bool:
    """One guild never sees another's jobs; a private one, and a direct message's, is its person's alone.

    In direct messages a person sees their own jobs of any guild: results go there where a channel does not take them.
    """
    is_own, guilds = job.place.user_id == actor.user_id, {job.place.guild_id, actor.guild_id}
    if None in guilds or job.private:
        return is_own and (None in guilds or len(guilds) == 1)
    return len(guilds) == 1
