"""Answer an interaction within its three seconds, whatever happens to an answer on its way.

discord.py repeats nothing when a connection is dropped, and Discord says "already acknowledged" when the dropped
answer had arrived; both are sorted out here. Nothing in here does any work of its own.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from typing import TypeAlias

import discord
from discord.ui import LayoutView

from bot.delivery.discord_errors import (
    ALREADY_ACKNOWLEDGED,
    DiscordError,
    MessageGone,
    TokenExpired,
    TryAgain,
    retry_if_dropped,
    translated,
)
from bot.delivery.messages import Attached
from bot.jobs.job import MessageRef

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Answers on their way at the same time: more only wait for each other's connections."""

DEFER_AFTER_SECONDS = 1.5
"""Work that takes longer is announced ("thinking…"): Discord waits three seconds for a first answer."""

ANSWER_SECONDS = 3.0
"""An answer that was not taken by then never will be."""

AGAIN_AFTER_SECONDS = (0.0, 0.1, 0.4, 1.0)
"""After a first answer that was lost or not understood: nobody knows whether it had arrived."""

AnyInteraction: TypeAlias = discord.Interaction[discord.Client]
Response: TypeAlias = discord.InteractionResponse[discord.Client]
Callback: TypeAlias = discord.InteractionCallbackResponse[discord.Client]

Send: TypeAlias = Callable[[Response], Awaitable[Callback | None]]


class _SeenBy(StrEnum):
    """For whose eyes the first answer was; kept in ``interaction.extras`` once there is one."""

    ALL = "all"
    ONE = "one"
    NOBODY = "nobody"
    """It only said that the message will change whose control was used."""


_SEEN_BY = "first answer seen by"
_ELSEWHERE = "answered elsewhere"


class TooLate(Exception):
    """Discord takes no answer to this interaction any more; if it has none, the person sees that."""


class Acknowledger:
    def __init__(self, *, defer_after_seconds: float = DEFER_AFTER_SECONDS) -> None:
        self._defer_after = defer_after_seconds
        self._room = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def in_time(
        self, interaction: AnyInteraction, *, ephemeral: bool, in_place: bool = False
    ) -> AsyncGenerator[None]:
        """While the block works out the answer: if that takes long, Discord is told that one will come.

        ``ephemeral``: whether only this person sees that, and the answer in its place. ``in_place``: the answer will be an
        :meth:`update`, and nothing is seen until then.
        """
        if _SEEN_BY in interaction.extras:  # a block before this one has told it
            yield
            return
        deferrals: list[asyncio.Task[None]] = []

        def defer() -> None:
            deferring = self._defer(interaction, ephemeral=ephemeral, in_place=in_place)
            deferrals.append(asyncio.create_task(deferring, name=f"deferral {interaction.id}"))

        timer = asyncio.get_running_loop().call_later(self._defer_after, defer)
        try:
            yield
        finally:
            timer.cancel()
            if deferrals:  # where the answer goes depends on it
                await asyncio.wait(deferrals)

    async def announce(self, interaction: AnyInteraction, *, ephemeral: bool) -> None:
        """Tell Discord at once that an answer will come: for one that takes long on its way, with a large file."""
        if _SEEN_BY not in interaction.extras:
            await self._defer(interaction, ephemeral=ephemeral, in_place=False)

    async def answer(
        self,
        interaction: AnyInteraction,
        view: LayoutView,
        files: Sequence[Attached] = (),
        *,
        ephemeral: bool = True,
    ) -> MessageRef | None:
        """Answer with a message, or put it in the place of what :meth:`in_time` announced.

        Returns the message; None: Discord has an answer, and which message that is was lost on its way here.

        Raises:
            TooLate, DiscordError: nobody hears it.
        """
        view.stop()  # discord.py is not to remember it: clicks reach the DynamicItems, which survive a restart
        if _SEEN_BY in interaction.extras:
            edited = await retry_if_dropped(
                lambda: interaction.edit_original_response(view=view, attachments=_files(files))
            )
            return MessageRef(edited.channel.id, edited.id)
        return await self._first(
            interaction,
            lambda response: _say(response, view, files, ephemeral=ephemeral),
            ephemeral=ephemeral,
        )

    async def open_form(self, interaction: AnyInteraction, form: discord.ui.Modal) -> None:
        """Answer with a form; nothing else may have been answered, nor announced.

        Raises:
            TooLate, DiscordError: nobody sees it.
        """
        form.stop()  # discord.py is not to remember it: what comes back is read by whichever process hears it
        await self._first(interaction, lambda response: response.send_modal(form), ephemeral=True)

    async def update(
        self, interaction: AnyInteraction, view: LayoutView, files: Sequence[Attached] = ()
    ) -> None:
        """Put ``view`` in the place of the message whose control was used, or from which the form was opened.

        ``files`` replace those of before.

        Raises:
            TooLate, DiscordError: nobody sees it.
        """
        view.stop()
        if _SEEN_BY in interaction.extras:
            await retry_if_dropped(
                lambda: interaction.edit_original_response(view=view, attachments=_files(files))
            )
        else:
            await self._first(
                interaction,
                lambda response: response.edit_message(view=view, attachments=_files(files)),
                ephemeral=True,
            )

    async def take_away(self, interaction: AnyInteraction) -> None:
        """Delete the message whose control was used, by the right of whoever used it.

        Nothing else may have been announced but that it will change.

        Raises:
            TooLate, DiscordError: it is still there.
        """
        if _SEEN_BY not in interaction.extras:
            await self._first(interaction, lambda response: response.defer(), ephemeral=True)
            interaction.extras[_SEEN_BY] = _SeenBy.NOBODY
        await _taken_back(interaction)

    @staticmethod
    def announced_to_all(interaction: AnyInteraction) -> bool:
        """Whether everybody sees already that an answer will come."""
        return interaction.extras.get(_SEEN_BY) is _SeenBy.ALL

    @staticmethod
    def answered_elsewhere(interaction: AnyInteraction) -> bool:
        """Whether another process on this token was told of the same interaction, and answered it before us."""
        return _ELSEWHERE in interaction.extras

    async def refuse(
        self, interaction: AnyInteraction, view: LayoutView, files: Sequence[Attached] = ()
    ) -> None:
        """Answer to this person alone; what was announced to all is taken back.

        Raises:
            TooLate, DiscordError: nobody hears it.
        """
        view.stop()
        match interaction.extras.get(_SEEN_BY):
            case _SeenBy.ALL:
                await _taken_back(interaction)
                await retry_if_dropped(
                    lambda: interaction.followup.send(view=view, files=_files(files), ephemeral=True)
                )
            case _SeenBy.NOBODY:
                await retry_if_dropped(
                    lambda: interaction.followup.send(view=view, files=_files(files), ephemeral=True)
                )
            case _SeenBy.ONE:
                await retry_if_dropped(
                    lambda: interaction.edit_original_response(view=view, attachments=_files(files))
                )
            case _:
                await self._first(
                    interaction,
                    lambda response: _say(response, view, files, ephemeral=True),
                    ephemeral=True,
                )

    async def _defer(self, interaction: AnyInteraction, *, ephemeral: bool, in_place: bool) -> None:
        try:
            await self._first(
                interaction,
                lambda response: response.defer(ephemeral=ephemeral, thinking=not in_place),
                ephemeral=ephemeral,
            )
            if in_place:
                interaction.extras[_SEEN_BY] = _SeenBy.NOBODY
        except (TooLate, DiscordError) as error:
            log.warning("interaction %d could not be deferred: %s", interaction.id, error)

    async def _first(self, interaction: AnyInteraction, send: Send, *, ephemeral: bool) -> MessageRef | None:
        try:
            async with self._room, asyncio.timeout(ANSWER_SECONDS):
                callback = await _until_taken(interaction, send)
        except (TryAgain, TokenExpired, TimeoutError) as error:
            raise TooLate(str(error) or "no answer within three seconds") from error
        interaction.extras[_SEEN_BY] = _SeenBy.ONE if ephemeral else _SeenBy.ALL
        if callback is None or callback.message_id is None or interaction.channel_id is None:
            return None
        return MessageRef(interaction.channel_id, callback.message_id)


async def _until_taken(interaction: AnyInteraction, send: Send) -> Callback | None:
    """Answer until Discord says whether it knows: taken now, taken before (None), or too late."""
    for tries, seconds in enumerate(AGAIN_AFTER_SECONDS):
        try:
            callback = await _sent(interaction, send)
        except TryAgain as error:
            log.debug("interaction %d: the answer may be lost: %s", interaction.id, error)
            await asyncio.sleep(seconds)
        else:
            if callback is None and not tries:  # there was no answer of ours that could have arrived
                interaction.extras[_ELSEWHERE] = True
            return callback
    return await _sent(interaction, send)


async def _sent(interaction: AnyInteraction, send: Send) -> Callback | None:
    with translated():
        try:
            # one of its own each time: discord.py takes it for given as soon as anything came back
            return await send(discord.InteractionResponse(interaction))
        except discord.HTTPException as error:
            # a lost answer had arrived; or another process was told of the same interaction, and answered it
            if error.code == ALREADY_ACKNOWLEDGED:
                return None
            raise


async def _taken_back(interaction: AnyInteraction) -> None:
    with suppress(MessageGone):
        await retry_if_dropped(interaction.delete_original_response)


async def _say(
    response: Response, view: LayoutView, attached: Sequence[Attached], *, ephemeral: bool
) -> Callback | None:
    files = _files(attached)
    try:
        return await response.send_message(view=view, files=files, ephemeral=ephemeral)
    finally:
        for file in files:  # of a first answer discord.py closes none
            file.close()


def _files(attached: Sequence[Attached]) -> list[discord.File]:
    return [each.to_file() for each in attached]
