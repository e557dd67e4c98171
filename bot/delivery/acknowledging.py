"""Answer an interaction within its three seconds, whatever happens to the first answer on its way.

discord.py repeats nothing when a connection is dropped, and Discord says "already acknowledged" when the dropped
answer had arrived; both are sorted out here. Nothing in here does any work of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress

import aiohttp
import discord
from discord.ui import LayoutView

from bot.delivery.discord_errors import ALREADY_ACKNOWLEDGED, Busy, TokenSpent, once_more, translated

AT_ONCE = 100
"""Answers on their way at the same time: more only wait for each other's connections."""

PATIENCE_SECONDS = 2.0
"""So long work waits at most for others' acknowledgements, which are given up after three seconds anyway."""

AGAIN_AFTER_SECONDS = (0.0, 0.1, 0.4, 1.0)
"""After dropped connections, which leave open whether the answer had arrived. Discord waits three seconds."""

_ACKNOWLEDGED = "acknowledged"

AnyInteraction = discord.Interaction[discord.Client]


class TooLate(Exception):
    """Discord does not wait for this interaction any more; the person sees that the bot did not respond."""


class Acknowledger:
    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._unanswered = 0
        self._calm = asyncio.Event()
        self._calm.set()

    async def defer(self, interaction: AnyInteraction, *, ephemeral: bool) -> None:
        """Promise an answer. Given later by :meth:`answer`, or by whoever edits the original response."""
        await self._deliver(
            interaction, lambda: interaction.response.defer(ephemeral=ephemeral, thinking=True)
        )

    async def calm(self) -> None:
        """Return when nobody waits for an acknowledgement any more: work comes after answers. Soon, in any case."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._calm.wait()

    async def answer(self, interaction: AnyInteraction, view: LayoutView) -> None:
        """Say something: in place of what was promised, or at once and to this person only.

        Raises:
            TooLate, DiscordError: nobody hears it.
        """
        view.stop()
        if interaction.response.is_done() or _ACKNOWLEDGED in interaction.extras:
            await once_more(lambda: interaction.edit_original_response(view=view))
        else:
            await self._deliver(
                interaction, lambda: interaction.response.send_message(view=view, ephemeral=True)
            )

    async def _deliver(self, interaction: AnyInteraction, send: Callable[[], Awaitable[object]]) -> None:
        with self._counted():
            try:
                async with self._room:
                    await _until_told(lambda: _unless_known(send))
            except (Busy, TokenSpent) as error:
                raise TooLate from error
        interaction.extras[_ACKNOWLEDGED] = True

    @contextmanager
    def _counted(self) -> Generator[None]:
        self._unanswered += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._unanswered -= 1
            if not self._unanswered:
                self._calm.set()


async def _until_told(send: Callable[[], Awaitable[object]]) -> None:
    """Answer until Discord says whether it knows: taken now, taken before, or too late."""
    with translated():
        for seconds in AGAIN_AFTER_SECONDS:
            try:
                await send()
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(seconds)
            else:
                return
        await send()


async def _unless_known(send: Callable[[], Awaitable[object]]) -> None:
    try:
        await send()
    except discord.HTTPException as error:
        # the dropped answer had arrived; or another process was given the same interaction,
        # and then the ledger sees to it that it stays one job
        if error.code != ALREADY_ACKNOWLEDGED:
            raise
