"""Post a result at a place: as messages in the channel, in place of the status message, or as direct messages.

What Discord finds too large is cut into halves and made smaller until it is taken.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing

from discord.ui import LayoutView
from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.actions import NOTHING, Offered
from bot.delivery.contents import Scratch
from bot.delivery.destinations import Outlook, Place
from bot.delivery.discord_errors import DiscordError, MessageGone, NoAccess, TokenExpired, TooLarge
from bot.delivery.group_controls import controls_of
from bot.delivery.made import Made
from bot.delivery.marks import WHOLE, Part, covered, short_id
from bot.delivery.message_files import FILES_A_MESSAGE, MessageFiles
from bot.delivery.messages import Messages
from bot.delivery.outputs import OutputFetcher
from bot.delivery.posts import Posts
from bot.delivery.result_layout import About, ResultMessage, about, result_layout
from bot.delivery.result_style import USUAL, Style
from bot.delivery.review_layout import reviewed_layout
from bot.delivery.review_posts import ReviewPosts
from bot.delivery.status_layout import link_from
from bot.delivery.statuses import StatusKeeper
from bot.delivery.upload_limits import DEFAULT_FILE_BYTES, UploadLimit, UploadLimits
from bot.delivery.words import shortened
from bot.jobs.job import Delivery, Job, MessageRef
from bot.texts import Text, text

log = logging.getLogger(__name__)

SHRINKS = 3
MAX_THREAD_NAME = 100
TRIES_WITH_PATIENCE = 2
"""In so many tries a file that is not whole is waited for."""


class Shown(Struct, frozen=True):
    """Where a result can be read."""

    message: MessageRef | None
    """None: it was posted, and somebody deleted it."""
    place: Place
    notes: tuple[Text, ...] = ()
    nothing: Text | None = None
    """Why no file and no words could be shown, where that is so."""


class Result(Struct, frozen=True):
    """What is to be shown, of which delivery."""

    delivery: Delivery
    made: Made
    scratch: Scratch
    """Where its large files lie while it is shown."""
    failure: Text | None = None
    """Why the job failed after it had made this."""
    offered: Offered = NOTHING
    """What can be done with it."""
    lineage: Text | None = None
    """What it was made of."""
    members: Sequence[Job] = ()
    """All of the group for which the job speaks."""
    style: Style = USUAL

    @property
    def job(self) -> Job:
        return self.delivery.job

    @property
    def about(self) -> About:
        return about(self.job, self.members)


class Held(Exception):
    """The channel takes no message for some seconds; nothing was tried."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the channel takes no message for {seconds:.1f} s")
        self.seconds = seconds


class Again(Exception):
    """Everything was shown; the last edit is made again after some seconds, for an older one may come after it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"its end is shown, and once more in {seconds:.0f} s: an older edit may come in between"
        )
        self.seconds = seconds


class Undeliverable(Exception):
    """No destination takes it."""

    def __init__(self, why: DiscordError | None) -> None:
        super().__init__(str(why))
        self.why = why


class ResultPoster:
    def __init__(
        self, *, messages: Messages, statuses: StatusKeeper, fetcher: OutputFetcher, limits: UploadLimits
    ) -> None:
        self._messages = messages
        self._statuses = statuses
        self._fetcher = fetcher
        self._limits = limits

    async def in_thread(self, result: Result, posts: Posts) -> Shown:
        """In the thread that begins with the status message; what an earlier try posted in the channel stays there."""
        job, status = result.job, result.job.status_message
        if status is None:
            raise MessageGone("no message of the job can begin its thread")
        thread_id = await self._messages.open_thread(status, thread_name(job))
        await look_at_channel(job, posts, thread_id)
        if posts.status_with_result is not None:
            return Shown(posts.status_with_result, Place.STATUS)
        shown = await self.in_channel(result, posts, thread_id)
        return replace(shown, place=Place.THREAD)

    async def in_channel(self, result: Result, posts: Posts, thread_id: int | None = None) -> Shown:
        job = result.job
        limit = self._limits.of(job.place.guild_id, job.reply.attachment_limit_bytes)
        messages = self._fetcher.messages(
            job,
            result.made,
            limit,
            result.scratch,
            known=tuple(posts.parts),
            patient=_patient(result),
            files_a_message=result.style.files_a_message,
        )
        channel_id = thread_id or job.place.channel_id
        way = _Way(result, posts, channel_id, _Tally(result, known=bool(posts.parts)))
        async for message in messages:
            await self._post(message, way, limit)
        return Shown(posts.first, Place.CHANNEL, nothing=way.tally.nothing)

    async def to_moderators(self, result: Result, posts: ReviewPosts, channel_id: int) -> None:
        """Show moderators what would be posted."""
        limit = self._limits.of(result.job.place.guild_id, result.job.reply.attachment_limit_bytes)
        messages = self._fetcher.messages(
            result.job,
            result.made,
            limit,
            result.scratch,
            known=tuple(posts.parts),
            patient=_patient(result),
        )
        way = _Way(result, posts, channel_id, _Tally(result, known=True), layout=reviewed_layout)
        async for message in messages:
            await self._post(message, way, limit)

    async def _post(self, message: MessageFiles, way: "_Way", limit: UploadLimit) -> None:
        """Post one message, in halves or smaller each time that Discord finds it too large, at last without files."""
        result = way.result
        for shrinks in range(SHRINKS + 1):
            if shrinks == SHRINKS:
                message = message.without_files()
            view = way.layout(result.about, _layout(message, result))
            try:
                await way.posts.post(way.channel_id, message.part, view, message.files, place=way.place)
            except TooLarge as error:
                log.info("%s: %d files of %d bytes", error, len(message.files), sum(message.sizes))
                limit = self._limits.refused(result.job.place.guild_id, message.sizes, limit)
                if halves := message.halves(result.made.shown):
                    for half in halves:
                        await self._post(half, way, limit)
                    return
                message = await self._fetcher.smaller(message, limit.file_bytes, result.scratch)
            else:
                way.tally.count(message)
                return
        raise Undeliverable(None)

    async def in_status(self, result: Result, posts: Posts, outlook: Outlook) -> Shown:
        """By an edit through the interaction's token, to which the channel's limits do not apply."""
        job = result.job
        if outlook.may_post:
            await look_at_channel(job, posts)
        if outlook.may_post and posts.parts:
            return await self.in_channel(result, posts)
        if covered(posts.parts, 1):
            return await self.directly(result, posts)
        limit = self._limits.of(job.place.guild_id, job.reply.attachment_limit_bytes)
        if outlook.may_post:
            message = await self._whole(result, limit, outlook)
        else:
            message = await self._beginning(result, limit, posts)
        begun_before = posts.begun_in_status
        await posts.begin_in_status()
        await self._statuses.leave(job.id)
        tally = _Tally(result)
        for _ in range(SHRINKS):
            view = result_layout(result.about, _layout(message, result))
            try:
                reached = await self._messages.edit_reply(job.reply, view, message.files)
            except (NoAccess, TokenExpired, MessageGone):
                await posts.refused_in_status(before=begun_before)
                raise
            except TooLarge:
                limit = self._limits.refused(job.place.guild_id, message.sizes, limit)
                share = limit.request_bytes // max(1, len(message.files))
                message = await self._fetcher.smaller(message, min(limit.file_bytes, share), result.scratch)
            else:
                tally.count(message)
                return Shown(reached, Place.STATUS, nothing=tally.nothing)
        raise Undeliverable(None)

    async def _whole(self, result: Result, limit: UploadLimit, outlook: Outlook) -> MessageFiles:
        """What is shown, as it would be in the channel, where it is no more than one message."""
        found = self._fetcher.messages(
            result.job, result.made, limit, result.scratch, patient=_patient(result)
        )
        async with aclosing(found) as messages:
            async for message in messages:
                if message.part.is_whole:
                    return message
                break
        raise Held(outlook.wait_seconds)

    async def _beginning(self, result: Result, limit: UploadLimit, posts: Posts) -> MessageFiles:
        """What goes in place of the status. What one message does not take is sent directly before, where that is possible."""
        messages = await self._few(result, limit, tuple(posts.parts))
        first, *rest = messages or [MessageFiles(WHOLE)]
        try:
            if rest:
                way = await self._way_directly(result, posts)
                for message in rest:
                    if not covered(posts.parts, message.part.first):
                        await self._post(message, way, limit)
        except NoAccess:
            return first.with_note(text("files-left-out", count=sum(len(each.files) for each in rest)))
        count = sum(part.last - part.first + 1 for part in posts.parts)
        return first.with_note(text("rest-directly", count=count)) if count else first

    async def directly(self, result: Result, posts: Posts) -> Shown:
        job = result.job
        way = await self._way_directly(result, posts)
        limit = UploadLimits().of(None, DEFAULT_FILE_BYTES)
        if not (job.answered_by_token and posts.begun_in_status):
            messages = await self._few(result, limit, tuple(posts.parts))
        elif covered(posts.parts, 1):
            messages = []
        else:  # nobody but its reader can see whether it came there, and twice is worse than a word of it
            messages = [MessageFiles(WHOLE).with_note(_perhaps_shown(job))]
            way.tally.known = True
        for message in messages:
            await self._post(message, way, limit)
        notes = () if job.answered_by_token else (text("sent-directly"),)
        return Shown(posts.first, Place.DIRECT, notes, way.tally.nothing)

    async def _way_directly(self, result: Result, posts: Posts) -> "_Way":
        channel_id = await self._messages.direct_channel(result.job.place.user_id)
        await posts.look(channel_id, direct=True)
        return _Way(
            result,
            posts,
            channel_id,
            _Tally(result, known=bool(posts.parts)),
            place=f"{Place.DIRECT}:",
        )

    async def _few(self, result: Result, limit: UploadLimit, known: tuple[Part, ...]) -> list[MessageFiles]:
        """What is not ``known`` in as few messages as there can be: smaller where there is much."""
        count = max(1, min(FILES_A_MESSAGE, result.made.shown))
        share = UploadLimit(min(limit.file_bytes, limit.request_bytes // count), limit.request_bytes)
        found = self._fetcher.messages(
            result.job, result.made, share, result.scratch, known=known, patient=_patient(result)
        )
        return [message async for message in found]


class _Tally(Struct):
    """Whether anything came of a result but notes."""

    result: Result
    known: bool = False
    """An earlier try has shown something."""
    files: int = 0
    notes: tuple[Text, ...] = ()

    def count(self, message: MessageFiles) -> None:
        self.files += len(message.files)
        self.notes += message.notes

    @property
    def nothing(self) -> Text | None:
        if self.known or self.files or self.result.made.texts:
            return None
        return self.notes[0] if self.notes else text("failed-no-output")


class _Way(Struct, frozen=True):
    """Where the messages of a result are posted."""

    result: Result
    posts: Posts | ReviewPosts
    channel_id: int
    tally: _Tally
    place: str = ""
    """Keeps the nonces of places apart."""
    layout: Callable[[About, ResultMessage], LayoutView] = result_layout


async def look_at_channel(job: Job, posts: Posts, thread_id: int | None = None) -> None:
    await posts.look(job.place.channel_id, direct=job.place.is_direct, thread_id=thread_id)


def thread_name(job: Job) -> str:
    words = shortened(" ".join((job.prompt or "").split()), MAX_THREAD_NAME)
    return words or f"{job.command} · {short_id(job.id)}"


def _perhaps_shown(job: Job) -> Text:
    if job.status_message is None:
        return text("perhaps-shown")
    return text("perhaps-shown-link", link=link_from(job.place, job.status_message))


def _patient(result: Result) -> bool:
    return result.delivery.tries < TRIES_WITH_PATIENCE


def _layout(message: MessageFiles, result: Result) -> ResultMessage:
    made = result.made
    return ResultMessage(
        files=tuple(file.name for file in message.files),
        alts={file.name: file.alt for file in message.files if file.alt is not None},
        controls=controls_of(result.job, made, result.members) if message.part.begins else None,
        size=message.size,
        texts=result.made.texts if message.part.begins else (),
        notes=message.notes,
        part=message.part,
        failure=result.failure if message.part.begins else None,
        numbers=message.numbers,
        offered=result.offered,
        lineage=result.lineage if message.part.begins else None,
    )
