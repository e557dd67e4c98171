"""A conversation in one window: what has to be told, so that the page shows what the person would see now."""

from bot.sandbox.discord import Channel, Message, Person, Version
from bot.sandbox.discord.wire import Json

SHOWN_MESSAGES = 200


class Conversation:
    """Remembers which version of which message was told. Only the newest state is ever told, never a backlog."""

    def __init__(self, person: Person, channel: Channel) -> None:
        self._person = person
        self._channel = channel
        self._told: dict[int, Version] = {}
        self._begun = False

    def news(self) -> list[Json]:
        visible = self._person.sees(self._channel)[-SHOWN_MESSAGES:]
        if not self._begun:
            return [self._begin(visible)]
        there = {message.id for message in visible}
        gone = [identity for identity in self._told if identity not in there]
        for identity in gone:
            del self._told[identity]
        changed = [message for message in visible if self._told.get(message.id) is not message.now]
        self._remember(changed)
        return [
            *({"type": "gone", "id": str(identity)} for identity in gone),
            *({"type": "message", "message": self._shown(message)} for message in changed),
        ]

    def _begin(self, visible: list[Message]) -> Json:
        self._begun = True
        self._remember(visible)
        return {
            "type": "conversation",
            "channel": str(self._channel.id),
            "messages": [self._shown(message) for message in visible],
        }

    def _remember(self, messages: list[Message]) -> None:
        for message in messages:
            self._told[message.id] = message.now

    def _shown(self, message: Message) -> Json:
        """As REST answers it, and what only the client knows."""
        return {
            **message.to_json(),
            "only_you": message.ephemeral,
            "thinking": message.now.is_thinking,
            "may_delete": self._person.may_delete(message),
        }
