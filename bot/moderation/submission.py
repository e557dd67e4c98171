"""What stands between a filled job and the ledger: the checks of a submission, and their order."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from bot.jobs.job import NewJob
from bot.moderation.people import ChannelFacts, Requester
from bot.workflows import Workflow


@dataclass(frozen=True, slots=True)
class Submission:
    """One job that somebody asks for; each member of a group is one."""

    job: NewJob
    workflow: Workflow
    requester: Requester
    channel: ChannelFacts
    added: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Option → words that the guild put behind the person's own."""


Check: TypeAlias = Callable[[Submission], Awaitable[Submission]]
"""Lets a submission through, as it came or changed.

It answers from memory wherever it can: somebody waits for the acknowledgement.

Raises:
    UserError: it is refused, in words for the person.
"""


async def unchanged(submission: Submission) -> Submission:
    return submission


@dataclass(frozen=True, slots=True)
class Checks:
    """All of them, in the order in which they are made: who, where, what, and last what others make of it.

    How much somebody may ask for is checked after them, where the job is committed.
    """

    person: Check = unchanged
    """Blocked here, or timed out."""
    place: Check = unchanged
    """This channel and these roles may use the bot, and this workflow."""
    age: Check = unchanged
    """A workflow for adults, in a place for adults."""
    words: Check = unchanged
    hooks: Check = unchanged

    async def passed(self, submission: Submission) -> Submission:
        """The submission as all of them left it.

        Raises:
            UserError: the first refusal.
        """
        for check in (self.person, self.place, self.age, self.words, self.hooks):
            submission = await check(submission)
        return submission


NO_CHECKS = Checks()
