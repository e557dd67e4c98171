"""Where something is told: values, and which of them a job's end is told at. Pure."""

from enum import StrEnum

from msgspec import Struct

from bot.delivery.messages import Standing
from bot.delivery.rights import lacking
from bot.jobs.job import Job

SOON_SECONDS = 2.0
"""A result that Discord would hold up for longer than this goes in place of the status message."""


class Place(StrEnum):
    THREAD = "thread"
    """A message in the job's own thread, which begins with its status message: Discord lets a message begin one, once."""
    CHANNEL = "channel"
    """A message of its own in the channel or thread where the job was asked for."""
    STATUS = "status"
    """In place of the status message, which is the reply to the interaction: an edit, that can be repeated."""
    DIRECT = "direct"
    """A direct message to the person who asked."""


class Outlook(Struct, frozen=True):
    """What is known of the ways to a job's reader before anything is tried."""

    standing: Standing | None
    """None: unknown, or a direct message with the bot."""
    wait_seconds: float
    """How long Discord would hold up a message in the channel."""
    token_lives: bool
    """Whether the interaction's token can still be used."""
    one_message: bool
    """Whether there is no more to show than one message takes."""
    begun_in_status: bool = False
    """Whether an earlier try may have shown it in place of the status message."""
    perhaps_posted: bool = False
    """Whether an earlier try may have posted it in the channel."""
    private: bool = False
    """Whether nobody else may see it."""
    guest: bool = False
    """Whether the bot is no member where it was asked for."""

    threads: bool = False
    """Whether each job is to have a thread of its own, and this one has a message that can begin it."""

    @property
    def may_open_thread(self) -> bool:
        """Whether it may be told in a thread of its own; never in one of a thread, for Discord knows none."""
        rights = None if self.standing is None else self.standing.permissions
        return (
            self.threads
            and self.may_post
            and self.standing is not None
            and self.standing.has_threads
            and rights is not None
            and rights.create_public_threads
            and rights.send_messages_in_threads
        )

    @property
    def may_post(self) -> bool:
        """Whether it may be told in the channel."""
        return not (self.private or self.guest) and (
            self.standing is None or not lacking(self.standing.permissions, in_thread=self.standing.in_thread)
        )


def places(job: Job, outlook: Outlook) -> tuple[Place, ...]:
    """Where to tell the end of ``job``, the first choice first; what is refused there is told at the next."""
    chosen = [Place.CHANNEL] if outlook.may_post else []
    if outlook.may_open_thread:
        chosen.insert(0, Place.THREAD)
    if outlook.token_lives:
        held_up = (
            outlook.wait_seconds > SOON_SECONDS
            and outlook.one_message
            and not outlook.may_open_thread
            and not outlook.perhaps_posted
        )
        chosen.insert(0 if held_up or outlook.begun_in_status else len(chosen), Place.STATUS)
    if not job.place.is_direct:  # else the channel is the direct message
        chosen.append(Place.DIRECT)
    return tuple(chosen)
