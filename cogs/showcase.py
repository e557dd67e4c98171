"""⭐ **Show**: copy a result to the guild's showcase, once, with its maker's name."""

import logging
import re

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.discord_errors import HeldBack, NoAccess, TooLarge, TryAgain
from bot.delivery.showcase import Exhibited, Showcase
from bot.delivery.status_layout import link_to
from bot.errors import NotAllowed, NotThere, Refused
from bot.jobs.job import Job
from bot.moderation.chosen import Chosen
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import SHOWCASE_BY, SHOWCASE_CHANNEL
from bot.moderation.values import ShowcaseBy
from bot.texts import text
from cogs._buttons import job_id_in
from cogs._notices import notice
from cogs._service import AnyInteraction, Service, actor_of, who

log = logging.getLogger(__name__)


class Show:
    def __init__(
        self, service: Service, settings: GuildSettings, showcase: Showcase, acknowledger: Acknowledger
    ) -> None:
        self._service = service
        self._settings = settings
        self._showcase = showcase
        self._acknowledger = acknowledger

    async def press(self, interaction: AnyInteraction, match: re.Match[str]) -> None:
        async with self._acknowledger.in_time(interaction, ephemeral=True):
            job = await self._service.seen(job_id_in(match), actor_of(interaction))
            chosen = await self._settings.at(job.place)
            _refuse_others(interaction, job, chosen)
            channel_id = chosen.of(SHOWCASE_CHANNEL)
            if channel_id is None or job.private:
                raise NotThere(text("showcase-off"))
            await self._refuse_outside_adults(job, channel_id)
            if not job.outputs:
                raise NotThere(text("originals-gone"))
            shown = await self._copied(interaction, job, channel_id)
        link = link_to(shown.message, job.place.guild_id)
        done = text("showcase-done", link=link) if shown.now else text("showcase-before", link=link)
        await self._acknowledger.answer(interaction, notice(done, interaction.locale))

    async def _refuse_outside_adults(self, job: Job, channel_id: int) -> None:
        if self._showcase.is_for_adults(channel_id):
            return
        if await self._service.is_for_adults(job):
            raise Refused(text("showcase-age"))

    async def _copied(self, interaction: AnyInteraction, job: Job, channel_id: int) -> Exhibited:
        try:
            shown = await self._showcase.show(job, channel_id, interaction.filesize_limit)
        except NoAccess as error:
            raise Refused(text("showcase-gone")) from error
        except (TooLarge, HeldBack) as error:
            raise Refused(text("showcase-refused")) from error
        except TryAgain as error:
            raise Refused(text("discord-does-not-answer")) from error
        log.info("job %s: shown in channel %s by %s", job.id, channel_id, who(interaction))
        return shown


def _refuse_others(interaction: AnyInteraction, job: Job, chosen: Chosen) -> None:
    actor = actor_of(interaction)
    is_own = job.place.user_id == actor.user_id
    if chosen.of(SHOWCASE_BY) is ShowcaseBy.MODERATORS and not actor.may_moderate:
        raise NotAllowed(text("showcase-by-moderators"))
    if not is_own and not actor.may_moderate:
        raise NotAllowed(text("showcase-not-yours"))
