"""Where and by whom the bot, and each workflow, may be used: what the moderators of a guild allow."""

from collections.abc import Collection, Iterable, Mapping

from bot.errors import NotAllowed
from bot.moderation.access import Access
from bot.moderation.chosen import Chosen
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.keys import ALLOWED_CHANNELS, ALLOWED_ROLES, NSFW, WORKFLOW_ACCESS
from bot.moderation.people import ChannelFacts, Requester
from bot.moderation.submission import Submission
from bot.moderation.values import Nsfw
from bot.texts import Text, text
from bot.workflows import Workflow

MOST_NAMED = 10
"""Channels or roles in a refusal."""


class Places:
    """Answers from memory. Every method may raise ``StoreUnavailable``."""

    def __init__(self, settings: GuildSettings) -> None:
        self._settings = settings

    async def check(self, submission: Submission) -> Submission:
        """A :data:`bot.moderation.submission.Check`."""
        place, who, where = submission.job.place, submission.requester, submission.channel
        chosen = await self._settings.at(place)
        refusal = _refusal(chosen, who, where) or _refusal_of(
            submission.workflow.command, chosen.of(WORKFLOW_ACCESS), who, where
        )
        if refusal is not None:
            raise NotAllowed(refusal)
        return submission

    async def check_age(self, submission: Submission) -> Submission:
        """A :data:`bot.moderation.submission.Check`: a workflow for adults, where adults are by themselves.

        Discord offers its command nowhere else; forms, buttons and menus lead to it from anywhere. In private messages
        with the bot alone Discord asks the person's own settings.
        """
        if not submission.workflow.nsfw or submission.job.place.is_direct:
            return submission
        chosen = await self._settings.at(submission.job.place)
        name = submission.workflow.command
        if chosen.of(NSFW) is Nsfw.OFF:
            raise NotAllowed(text("age-off", workflow=name))
        if not submission.channel.nsfw:
            raise NotAllowed(text("age-restricted", workflow=name))
        return submission

    async def open_to(
        self, workflows: Mapping[str, Workflow], guild_id: int | None, who: Requester, where: ChannelFacts
    ) -> Mapping[str, Workflow]:
        """Of these, what a menu offers to this person in this channel: what a submission would not be refused for.

        Less those for adults, where the channel does not say that all are: Discord has not asked the person.

        Raises:
            NotAllowed: nothing is, in words for the person.
        """
        chosen = await self._settings.of(guild_id, where.channel_id, where.parent_id)
        if (refusal := _refusal(chosen, who, where)) is not None:
            raise NotAllowed(refusal)
        access, adults = chosen.of(WORKFLOW_ACCESS), where.nsfw and chosen.of(NSFW) is not Nsfw.OFF
        return {
            name: workflow
            for name, workflow in workflows.items()
            if (adults or not workflow.nsfw) and _refusal_of(workflow.command, access, who, where) is None
        }


def _refusal(chosen: Chosen, who: Requester, where: ChannelFacts) -> Text | None:
    """Why this person cannot use the bot in this channel; None: they can."""
    channels, roles = chosen.of(ALLOWED_CHANNELS), chosen.of(ALLOWED_ROLES)
    if channels and channels.isdisjoint(where.ids):
        return text("place-channels", channels=_channels(channels))
    if roles and roles.isdisjoint(who.role_ids):
        return text("place-roles", roles=_roles(roles))
    return None


def _refusal_of(
    workflow: str, by_workflow: Mapping[str, Access], who: Requester, where: ChannelFacts
) -> Text | None:
    access = by_workflow.get(workflow)
    if access is None:
        return None
    if access.is_off:
        return text("place-workflow-off", workflow=workflow)
    if not access.is_open_in(where.ids):
        return text("place-workflow-channels", workflow=workflow, channels=_channels(access.channels))
    if not access.is_open_to(who.role_ids):
        return text("place-workflow-roles", workflow=workflow, roles=_roles(access.roles))
    return None


def _channels(ids: Collection[int]) -> str:
    return _named(f"<#{channel_id}>" for channel_id in sorted(ids))


def _roles(ids: Collection[int]) -> str:
    return _named(f"<@&{role_id}>" for role_id in sorted(ids))


def _named(mentions: Iterable[str]) -> str:
    first, *others = list(mentions)
    shown = [first, *others[: MOST_NAMED - 1]]
    return ", ".join(shown) if len(others) < MOST_NAMED else f"{', '.join(shown)}, …"
