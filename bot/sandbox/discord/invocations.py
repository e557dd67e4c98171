"""One thing that a person did, with everything that comes of it."""

import asyncio

from msgspec import Struct

from bot.sandbox.discord.interaction import Interaction
from bot.sandbox.discord.interactions import Interactions
from bot.sandbox.discord.messages import Message, Version
from bot.sandbox.discord.wire import Json


class NotAcknowledged(Exception):
    """The bot said nothing within three seconds."""


class Choice(Struct, frozen=True):
    """A suggestion of an autocompleted option."""

    name: str
    value: str | float


class Invocation:
    """One thing that a person did, and what the bot answered so far."""

    def __init__(self, interaction: Interaction, interactions: Interactions) -> None:
        self.interaction = interaction
        self._interactions = interactions

    @property
    def response(self) -> Message | None:
        """The original response as it stands; None before there is one and after it was deleted."""
        original = self.interaction.original
        return None if original is None or original.deleted else original

    @property
    def versions(self) -> tuple[Version, ...]:
        """Everything that the original response ever said, oldest first."""
        original = self.interaction.original
        return () if original is None else tuple(original.versions)

    @property
    def ephemeral(self) -> bool:
        return self.interaction.original is not None and self.interaction.original.ephemeral

    @property
    def follow_ups(self) -> tuple[Message, ...]:
        return tuple(message for message in self.interaction.follow_ups if not message.deleted)

    @property
    def modal(self) -> Json | None:
        """The form that the bot opened."""
        return self.interaction.modal

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(Choice(each["name"], each["value"]) for each in self.interaction.choices or ())

    async def acknowledged(self) -> None:
        """Wait for the first response, as long as Discord would."""
        interaction = self.interaction
        if interaction.answered_at is None:
            answer = asyncio.ensure_future(
                interaction.changed.until(lambda: interaction.answered_at is not None)
            )
            expiry = asyncio.ensure_future(self._interactions.expired(interaction))
            try:
                await asyncio.wait({answer, expiry}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                answer.cancel()
                expiry.cancel()
        if interaction.answered_at is None:
            raise NotAcknowledged

    async def answered(self, timeout_seconds: float = 10) -> Message:
        """Wait until there is a response that says something; TimeoutError when none comes."""
        await self.acknowledged()
        message = self.interaction.original
        if message is None:
            raise NotAcknowledged("the first response was no message")
        await message.changed.until(lambda: message.deleted or not message.now.is_thinking, timeout_seconds)
        return message
