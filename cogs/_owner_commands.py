"""What all commands of ``/owner`` have in common: who may use them, how they are offered, and how they answer."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from discord import app_commands
from msgspec import Struct

from bot.client import localised
from bot.delivery.acknowledging import Acknowledger
from bot.errors import NotAllowed
from bot.texts import Text
from cogs._errors import Choices, Errors
from cogs._notices import words_in_frame
from cogs._options import MAX_CHOICES
from cogs._owner import Owners
from cogs._service import AnyInteraction, Subcommand


class OwnerCommands(Struct, frozen=True):
    owners: Owners
    acknowledger: Acknowledger
    errors: Errors

    async def answer(self, interaction: AnyInteraction, told: Callable[[], Awaitable[str]]) -> None:
        """What ``told`` says after it did what is wanted, for the operator alone; somebody else gets a sentence."""
        async with self.errors.answered(interaction):
            async with self.acknowledger.in_time(interaction, ephemeral=True):
                await self.owners.check(interaction.user.id)
                words = await told()
            await self.acknowledger.answer(interaction, words_in_frame(words), ephemeral=True)

    async def suggested(
        self, interaction: AnyInteraction, typed: str, offered: Callable[[], Awaitable[Choices]]
    ) -> list[app_commands.Choice[str]]:
        """Of what is offered that in which ``typed`` is; to somebody else, nothing."""

        async def fitting() -> Choices:
            try:
                await self.owners.check(interaction.user.id)
            except NotAllowed:
                return []
            found = [each for each in await offered() if typed.casefold() in each.name.casefold()]
            return found[:MAX_CHOICES]

        return await self.errors.suggested(interaction, fitting())


def subcommand(
    name: Text, description: Text, callback: Callable[..., Coroutine[Any, Any, None]]
) -> Subcommand:
    return app_commands.Command(name=localised(name), description=localised(description), callback=callback)


def choices(named: Sequence[tuple[Text, str]]) -> list[app_commands.Choice[str]]:
    """Of a short list: what people read, and what is meant."""
    return [app_commands.Choice(name=localised(words), value=value) for words, value in named]
