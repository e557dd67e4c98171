"""Buttons that outlive the process: their custom id holds all that is needed to serve them."""

import re
from typing import Any
from uuid import UUID

import discord
from discord.ui import Button, DynamicItem, Item

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.status_layout import CANCEL_ID, cancel_id
from cogs._errors import Errors
from cogs._notices import notice
from cogs._service import Service
from cogs.cancel import cancelled


def cancel_button(
    service: Service, acknowledger: Acknowledger, errors: Errors
) -> type[DynamicItem[Button[Any]]]:
    """The Cancel button of every status message, bound to what serves it."""

    class CancelButton(DynamicItem[Button[Any]], template=CANCEL_ID):
        def __init__(self, job_id: UUID) -> None:
            super().__init__(Button(custom_id=cancel_id(job_id)))
            self.job_id = job_id

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction[Any], _item: Item[Any], match: re.Match[str], /
        ) -> "CancelButton":
            return cls(UUID(match["job"]))

        async def callback(self, interaction: discord.Interaction[Any]) -> None:
            async with errors.answered(interaction):
                async with acknowledger.in_time(interaction, ephemeral=True):
                    done = await cancelled(service, interaction, self.job_id)
                await acknowledger.answer(interaction, notice(done, interaction.locale))

    return CancelButton
