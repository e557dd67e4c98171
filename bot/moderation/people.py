"""Who asks for something, and where, as far as rules look at it: told with each interaction, nothing is asked for."""

from msgspec import Struct


class Requester(Struct, frozen=True):
    """A person at the moment of an interaction. Where no guild's rules hold they have no roles and joined nothing."""

    user_id: int
    role_ids: frozenset[int] = frozenset()
    """With the one that everybody has, whose id is the guild's."""
    joined_at: float | None = None
    """The guild, in Unix seconds."""
    timed_out_until: float | None = None
    """Unix seconds by Discord's clock; it may lie in the past."""
    is_moderator: bool = False
    is_administrator: bool = False


class ChannelFacts(Struct, frozen=True):
    """The channel of an interaction."""

    channel_id: int
    parent_id: int | None = None
    """The channel that a thread, or a forum's post, belongs to."""
    nsfw: bool = False
    """Whether it is age-restricted; a thread is where its channel is. Private messages never are."""

    @property
    def ids(self) -> frozenset[int]:
        """What a rule may name to mean this channel: a channel stands for its threads."""
        return frozenset({self.channel_id} if self.parent_id is None else {self.channel_id, self.parent_id})
