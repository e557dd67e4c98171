"""What stands under a result of several files: one of a comparison to take, and all originals at once. Pure."""

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

import discord
from discord import ui
from msgspec import Struct

from bot.delivery.group_words import label_of
from bot.delivery.made import Made
from bot.delivery.words import shortened
from bot.jobs.job import Job
from bot.texts import render, text

TAKE_ID = re.compile(r"take:(?P<group>[0-9a-f]{32})")
ZIP_ID = re.compile(r"zip:(?P<job>[0-9a-f]{32})")
MAX_LABEL = 100
ZIP = "📦"


class GroupControls(Struct, frozen=True):
    job_id: UUID
    """Of a group its first one."""
    takes: tuple[tuple[int, str], ...] = ()
    """Members that can be taken: their numbers and labels."""
    files: int = 0
    """How many there are in all."""


def controls_of(job: Job, made: Made, members: Sequence[Job]) -> GroupControls | None:
    """None: one file needs nothing of this."""
    takes = tuple((each.group.number, label_of(each)) for each in members if each.group and each.outputs)
    if made.sheet is None:
        takes = ()
    if len(made.outputs) < 2 and not takes:
        return None
    return GroupControls(job.id, takes, len(made.outputs))


def take_id(group_id: UUID) -> str:
    return f"take:{group_id.hex}"


def zip_id(job_id: UUID) -> str:
    return f"zip:{job_id.hex}"


def rows_of(controls: GroupControls, locale: str) -> Iterator[ui.ActionRow[ui.LayoutView]]:
    if controls.takes:
        select = ui.Select[ui.LayoutView](
            custom_id=take_id(controls.job_id),
            placeholder=shortened(render(text("take-one"), locale), MAX_LABEL),
            options=[
                discord.SelectOption(label=shortened(label, MAX_LABEL) or f"#{number}", value=str(number))
                for number, label in controls.takes
            ],
        )
        yield ui.ActionRow(select)
    if controls.files > 1:
        label = render(text("button-zip", count=controls.files), locale)
        button = ui.Button[ui.LayoutView](label=label, emoji=ZIP, custom_id=zip_id(controls.job_id))
        yield ui.ActionRow(button)
