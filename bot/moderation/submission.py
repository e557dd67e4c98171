"""What stands between a filled job and the ledger: the checks of a submission, and their order."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from bot.jobs.job import NewJob
from bot.jobs.limits import NO_MEMBER_LIMITS, MemberLimits
from bot.moderation.people import ChannelFacts, Requester
from bot.workflows import Workflow


class Submission(Struct, frozen=True):
    """One job that somebody asks for; each member of a group is one."""

    job: NewJob
    workflow: Workflow
    requester: Requester
    channel: ChannelFacts
    added: Mapping[str, str] = MappingProxyType({})
    """Option → words that the guild put behind the person's own."""


Check: TypeAlias = Callable[[Submission], Awaitable[Submission]]
"""Lets a submission through, as it came or changed.

It answers from memory wherever it can: somebody waits for the acknowledgement.

Raises:
    UserError: it is refused, in words for the person.
"""


async def unchanged(submission: Submission) -> Submission:
    return submission


async def unlimited(submission: Submission) -> MemberLimits:  # noqa: ARG001  # as every other answer
    return NO_MEMBER_LIMITS


class Checks(Struct, frozen=True):
    """All of them, in the order in which they are made: who, where, what, what others make of it, and how it is shown.

    How many jobs a person may have, and whether moderators keep them from asking, is looked at last, where the job is
    committed: two at once cannot slip past, and it costs no look of its own.
    """

    guild: Check = unchanged
    """This guild may have the bot."""
    person: Check = unchanged
    """Timed out."""
    place: Check = unchanged
    """This channel and these roles may use the bot, and this workflow."""
    age: Check = unchanged
    """A workflow for adults, in a place for adults."""
    words: Check = unchanged
    hooks: Check = unchanged
    showing: Check = unchanged
    """Whether its result is hidden, or a moderator looks at it first."""
    size: Check = unchanged
    """More work than this person may ask for at once, whatever the checks before made of it."""
    weight: Check = unchanged
    """How large this person's share is; it refuses nothing."""
    limits: Callable[[Submission], Awaitable[MemberLimits]] = unlimited
    """What is counted where the job is committed."""

    async def passed(self, submission: Submission) -> Submission:
        """The submission as all of them left it.

        Raises:
            UserError: the first refusal.
        """
        checks = (
            self.guild,
            self.person,
            self.place,
            self.age,
            self.words,
            self.hooks,
            self.showing,
            self.size,
            self.weight,
        )
        for check in checks:
            submission = await check(submission)
        return submission


NO_CHECKS = Checks()
