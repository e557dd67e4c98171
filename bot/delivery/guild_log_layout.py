"""What an entry of a guild's log looks like, and the custom ids of its buttons. Pure; sends nothing."""

import re
from uuid import UUID, uuid4

import discord
from discord import ui
from msgspec import Struct, field

from bot.delivery.actions import custom_id
from bot.delivery.marks import short_id
from bot.delivery.status_layout import cancel_id, link_to
from bot.delivery.words import clipped, quoted
from bot.jobs.job import Job, MessageRef
from bot.jobs.report_store import Report
from bot.texts import Text, render, text

DELETE = "mod-delete"
DELETE_ID = re.compile(f"{DELETE}:(?P<job>[0-9a-f]{{32}})")
BLOCK_ID = re.compile(r"mod-block:(?P<user>[0-9]{1,20})")
"""Of the button and of its form."""

MAX_WORDS = 3500
MAX_REASON = 1000
_COLOUR = discord.Colour(0x9AA0A6)


class LogEntry(Struct, frozen=True):
    """Something that moderators should know; nobody is notified by name."""

    words: Text
    cancels: UUID | None = None
    """A job that can be cancelled by a button."""
    deletes: UUID | None = None
    """A job whose result can be deleted by a button."""
    blocks: int | None = None
    """A person who can be blocked by a button."""
    id: UUID = field(default_factory=uuid4)
    """Of an entry that comes twice one is shown."""


def block_id(user_id: int) -> str:
    return f"mod-block:{user_id}"


def report_entry(report: Report, job: Job | None) -> LogEntry:
    """``job``: what the reported message tells of, if that is known."""
    reported = report.reported
    message = MessageRef(reported.channel_id, reported.message_id)
    about = text("log-of-nobody") if reported.about_id is None else f"<@{reported.about_id}>"
    what = text("log-no-job") if job is None else text("log-job", workflow=job.command, id=short_id(job.id))
    words = text(
        "log-report",
        who=f"<@{reported.reported_by}>",
        link=link_to(message, reported.guild_id),
        about=about,
        what=what,
        when=str(int(report.reported_at)),
        reason=quoted(reported.reason, MAX_REASON) if reported.reason else text("log-no-reason"),
    )
    is_open = job is not None and not job.ended
    return LogEntry(
        words,
        cancels=job.id if job is not None and is_open else None,
        deletes=job.id if job is not None and not is_open else None,
        blocks=reported.about_id,
        id=UUID(int=report.number),
    )


def entry_layout(entry: LogEntry, locale: str) -> ui.LayoutView:
    frame = ui.Container[ui.LayoutView](accent_colour=_COLOUR)
    frame.add_item(ui.TextDisplay(clipped(render(entry.words, locale), MAX_WORDS)))
    buttons = [
        *([] if entry.cancels is None else [_button(text("log-cancel"), cancel_id(entry.cancels), locale)]),
        *(
            []
            if entry.deletes is None
            else [_button(text("log-delete"), custom_id(DELETE, entry.deletes), locale)]
        ),
        *([] if entry.blocks is None else [_button(text("log-block"), block_id(entry.blocks), locale)]),
    ]
    if buttons:
        frame.add_item(ui.ActionRow(*buttons))
    view = ui.LayoutView(timeout=None)
    view.add_item(frame)
    return view


def _button(label: Text, custom_id: str, locale: str) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=render(label, locale), custom_id=custom_id, style=discord.ButtonStyle.secondary)
