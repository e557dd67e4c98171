"""Tell a job's end, what it made or why it failed, exactly once, at the first destination that takes it.

Never by a follow-up to the interaction: those have no nonce, and Discord takes them twice.
"""

import logging
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from bot.delivery.destinations import SOON_SECONDS, Outlook, Place, places
from bot.delivery.discord_errors import (
    DiscordError,
    EditedTooOften,
    MessageGone,
    NoAccess,
    Rejected,
    TokenExpired,
)
from bot.delivery.marks import WHOLE
from bot.delivery.messages import Messages
from bot.delivery.outputs import OutputFetcher
from bot.delivery.post_rates import PostRates
from bot.delivery.posts import Posts
from bot.delivery.result_layout import about, failure_layout
from bot.delivery.result_posting import Held, Result, ResultPoster, Shown, Undeliverable, look_at_channel
from bot.delivery.result_style import USUAL, Style
from bot.delivery.review_posts import ReviewPosts
from bot.delivery.status_layout import Broken, Withheld
from bot.delivery.statuses import StatusKeeper
from bot.delivery.upload_limits import UploadLimits
from bot.jobs.job import Job

log = logging.getLogger(__name__)


class Results:
    def __init__(
        self,
        *,
        messages: Messages,
        statuses: StatusKeeper,
        fetcher: OutputFetcher,
        rates: PostRates,
        limits: UploadLimits,
    ) -> None:
        self.originals = fetcher.originals
        """The files, for whoever looks at them before they are shown."""
        self._messages = messages
        self._statuses = statuses
        self._rates = rates
        self._poster = ResultPoster(messages=messages, statuses=statuses, fetcher=fetcher, limits=limits)

    async def show(self, result: Result, posts: Posts) -> Shown:
        """Show what was made; a part that was shown before is not shown again.

        Raises:
            TryAgain, Held, CannotLook, NotWholeYet, ServersAway: try later. HeldBack, OutputsGone, Undeliverable: never.
        """
        in_status = not posts.left_to_another  # only a message of its own has a nonce that holds for both
        outlook = replace(
            self.outlook(result.job, result.made.shown, result.style, in_status=in_status),
            begun_in_status=posts.begun_in_status,
            perhaps_posted=posts.perhaps_posted,
        )
        return await self._at_first(
            result.job, outlook, lambda place: self._show_at(place, result, posts, outlook)
        )

    async def tell_failure(self, job: Job, broken: Broken | Withheld, posts: Posts) -> Shown:
        """Tell in a message of its own that a job failed, or that nothing of it is shown.

        Raises:
            TryAgain, CannotLook: try later. HeldBack, Undeliverable: never.
        """
        outlook = self.outlook(job, 0, in_status=False)
        return await self._at_first(job, outlook, lambda place: self._tell_at(place, job, broken, posts))

    async def show_moderators(self, result: Result, posts: ReviewPosts, channel_id: int) -> None:
        """Show what was made to moderators alone; a part that they were shown before is not shown again.

        Raises:
            DiscordError: it was not shown to them. And whatever keeps files from being shown, see :meth:`show`.
        """
        await self._poster.to_moderators(result, posts, channel_id)

    def outlook(self, job: Job, outputs: int, style: Style = USUAL, *, in_status: bool = True) -> Outlook:
        channel_id = job.place.channel_id
        return Outlook(
            standing=self._messages.standing(channel_id),
            wait_seconds=self._rates.wait_seconds(channel_id),
            token_lives=in_status and self._statuses.token_lives(job),
            one_message=outputs <= style.files_a_message,
            private=job.private and not job.place.is_direct,
            guest=job.place.is_guest,
            threads=style.threads and job.status_message is not None and not job.has_moved,
        )

    async def _at_first(self, job: Job, outlook: Outlook, tell: Callable[[Place], Awaitable[Shown]]) -> Shown:
        """Tell it at the first place that takes it."""
        why: DiscordError | None = None
        for place in places(job, outlook):
            try:
                return await tell(place)
            except (NoAccess, TokenExpired, MessageGone, EditedTooOften) as error:
                log.info("job %s: cannot be told in its %s (%s)", job.id, place, error)
                why = why or error
            except Rejected as error:
                log.exception("job %s: Discord calls what is told in its %s wrong", job.id, place)
                why = error
        raise Undeliverable(why)

    async def _show_at(self, place: Place, result: Result, posts: Posts, outlook: Outlook) -> Shown:
        match place:
            case Place.THREAD:
                return await self._poster.in_thread(result, posts)
            case Place.CHANNEL:
                await look_at_channel(result.job, posts)
                if posts.status_with_result is not None:
                    return Shown(posts.status_with_result, Place.STATUS)
                if outlook.wait_seconds > SOON_SECONDS and not posts.parts:
                    raise Held(outlook.wait_seconds)
                return await self._poster.in_channel(result, posts)
            case Place.STATUS:
                return await self._poster.in_status(result, posts, outlook)
            case Place.DIRECT:
                return await self._poster.directly(result, posts)

    async def _tell_at(self, place: Place, job: Job, broken: Broken | Withheld, posts: Posts) -> Shown:
        channel_id = job.place.channel_id
        if place is Place.DIRECT:
            channel_id = await self._messages.direct_channel(job.place.user_id)
            await posts.look(channel_id, direct=True)
        else:
            await look_at_channel(job, posts)
        if not posts.parts:
            view = failure_layout(about(job), broken)
            await posts.post(channel_id, WHOLE, view, (), place=f"{place}:failure:")
        return Shown(posts.first, place)
