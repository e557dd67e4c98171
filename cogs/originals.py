"""📦 under a result of several files: all originals as one zip, for the eyes of whoever pressed."""

import re
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from discord import ui

from bot.delivery.acknowledging import Acknowledger
from bot.delivery.contents import Scratch
from bot.delivery.group_controls import ZIP_ID
from bot.delivery.messages import Attached
from bot.errors import NotThere
from bot.jobs.job import Job
from bot.texts import text
from cogs._buttons import AnyItem, job_id_in, pressed_button
from cogs._errors import Errors
from cogs._notices import framed
from cogs._service import AnyInteraction, Service, actor_of


class Packer(Protocol):
    async def packed(self, members: Sequence[Job], limit_bytes: int, scratch: Scratch) -> Attached: ...


class Originals:
    def __init__(self, service: Service, zips: Packer, acknowledger: Acknowledger, errors: Errors) -> None:
        self._service = service
        self._zips = zips
        self._acknowledger = acknowledger
        self._errors = errors

    async def show(self, interaction: AnyInteraction, job_id: UUID) -> None:
        async with self._errors.answered(interaction), Scratch() as scratch:
            job = await seen_result(self._service, interaction, job_id)
            await self._acknowledger.announce(interaction, ephemeral=True)
            members = await self._service.members(job)
            packed = await self._zips.packed(members, interaction.filesize_limit, scratch)
            view = framed(ui.File[ui.LayoutView](f"attachment://{packed.name}", spoiler=job.spoiler))
            await self._acknowledger.answer(interaction, view, (packed,))


async def seen_result(service: Service, interaction: AnyInteraction, job_id: UUID) -> Job:
    """The job of a result under which something was pressed.

    Raises:
        NotThere: the ledger has forgotten it, or it is not for this person.
    """
    try:
        return await service.seen(job_id, actor_of(interaction))
    except NotThere as error:
        raise NotThere(text("result-forgotten")) from error


def zip_button(originals: Originals, errors: Errors) -> AnyItem:
    async def pressed(interaction: AnyInteraction, match: re.Match[str]) -> None:
        await originals.show(interaction, job_id_in(match))

    return pressed_button(ZIP_ID, pressed, errors)
