"""What came of something that a person did, as this person sees it: messages, and whether more is to come."""

from msgspec import Struct

from bot.sandbox.discord import (
    CallbackType,
    Channel,
    Invocation,
    Message,
    Person,
    Version,
    action_of,
    custom_ids_of,
)

_OPEN = "cancel"
"""A status that can still change can still be cancelled."""


class Outcome(Struct):
    person: Person
    channel: Channel
    invocation: Invocation
    jobs_before: frozenset[str]
    """By what the jobs of earlier could be cancelled: whoever looks at one of them waits for nothing."""
    _told: dict[int, Version] = {}
    """The last version of each message that was told."""

    @property
    def messages(self) -> list[Message]:
        """The response, and what the bot said since where this person sees it; oldest first."""
        since = self.invocation.interaction.id
        places = _places(self.person, self.channel)
        seen = [message for place in places for message in self.person.sees(place)]
        response = self.invocation.response
        found = {each.id: each for each in seen if each.author.bot and each.id > since}
        if response is not None:
            found[response.id] = response
        return [found[identity] for identity in sorted(found)]

    @property
    def results(self) -> list[Message]:
        """What was posted; or the response itself, where it carries files."""
        posted = [message for message in self.messages if self._is_result(message)]
        response = self.invocation.response
        carried = response is not None and self._versions(response) and response.attachments
        return posted or ([response] if response is not None and carried else [])

    @property
    def started_a_job(self) -> bool:
        return any(self._was_open(message) for message in self.messages)

    @property
    def deleted(self) -> bool:
        """The message under which the button was, or the response, was taken away."""
        pressed, original = self.invocation.interaction.message, self.invocation.interaction.original
        return any(each is not None and each.deleted for each in (pressed, original))

    @property
    def has_begun(self) -> bool:
        """Whether anything came but a promise to change the message."""
        kept = self.invocation.interaction.answer is CallbackType.DEFERRED_UPDATE
        return not kept or self.deleted or any(map(self._versions, self.messages))

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return not any(each.now.is_thinking or self._is_open(each.now) for each in self.messages)

    @property
    def has_news(self) -> bool:
        return any(self._untold(message) for message in self.messages if not self._is_result(message))

    def news(self) -> list[Version]:
        """Every version of what is no result that was not told yet."""
        fresh = [
            (message, version)
            for message in self.messages
            if not self._is_result(message)
            for version in self._untold(message)
        ]
        for message, version in fresh:
            self._told[message.id] = version
        return [version for _, version in fresh if not version.is_thinking]

    def _untold(self, message: Message) -> list[Version]:
        versions = self._versions(message)
        last = self._told.get(message.id)
        return versions if last is None else [each for each in versions if each.at > last.at]

    def _versions(self, message: Message) -> list[Version]:
        """Of a message that was there before, those that came since."""
        since = self.invocation.interaction.created_at
        return [version for version in message.versions if version.at >= since]

    def _is_result(self, message: Message) -> bool:
        """A private word is an answer, and what could be cancelled a status."""
        if message is self.invocation.response or self._was_open(message):
            return False
        return bool(not message.ephemeral or message.attachments)

    def _was_open(self, message: Message) -> bool:
        return any(map(self._is_open, self._versions(message)))

    def _is_open(self, version: Version) -> bool:
        return bool(_cancels(version) - self.jobs_before)


def known_jobs(person: Person, channel: Channel) -> frozenset[str]:
    """By what the jobs that this person was told of can be cancelled, or could be."""
    seen = [message for place in _places(person, channel) for message in place.timeline.values()]
    versions = (version for message in seen for version in message.versions)
    return frozenset[str]().union(*map(_cancels, versions))


def _places(person: Person, channel: Channel) -> list[Channel]:
    return list({place.id: place for place in (channel, person.direct)}.values())


def _cancels(version: Version) -> frozenset[str]:
    return frozenset(each for each in custom_ids_of(version.components) if action_of(each) == _OPEN)
