"""The rules of a guild, put together as what is asked of each job before it is written down."""

from bot.moderation.amounts import Amounts
from bot.moderation.fair_share import FairShare
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.places import Places
from bot.moderation.showing import ShowingRules
from bot.moderation.submission import Check, Checks, unchanged
from bot.moderation.time_out import not_timed_out


def checks_of(
    settings: GuildSettings,
    *,
    words: Check = unchanged,
    hooks: Check = unchanged,
    guild: Check = unchanged,
) -> Checks:
    """``words``, ``hooks``: what rules about words, and packages, make of a job. ``guild``: may it have the bot at all."""
    places, amounts = Places(settings), Amounts(settings)
    return Checks(
        guild=guild,
        person=not_timed_out,
        place=places.check,
        age=places.check_age,
        words=words,
        hooks=hooks,
        showing=ShowingRules(settings).check,
        size=amounts.check_size,
        weight=FairShare(settings).weigh,
        limits=amounts.of,
    )
