"""What a page of the audit looks like, and the file of it. Pure."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import discord
from discord import ui
from msgspec import Struct

from bot.delivery.marks import short_id
from bot.delivery.status_layout import link_to
from bot.delivery.words import clipped, escaped, shortened
from bot.jobs.audit_store import AuditAction, AuditFilter, AuditLine
from bot.jobs.guild_workflow import WorkflowChange
from bot.jobs.job import MessageRef
from bot.texts import Text, render, text
from cogs._notices import framed
from cogs._settings_words import change_words

ON_A_PAGE = 10
MAX_DETAIL = 120
MAX_LINES = 3900
"""Characters of a page, within the 4,000 of a message."""
_WHICH = r"(?P<actor>[0-9]{1,20}):(?P<user>[0-9]{1,20}):(?P<action>[a-z-]{1,30})"
PAGE_ID = re.compile(rf"audit:{_WHICH}:(?P<page>[0-9]{{1,6}})")
TABLE_ID = re.compile(rf"audit-file:{_WHICH}")
_ANY = "any"

ACTIONS: Mapping[AuditAction, Text] = {
    AuditAction.CANCEL: text("audit-cancel"),
    AuditAction.CANCEL_OF_PERSON: text("audit-cancel-of-person"),
    AuditAction.CANCEL_ALL: text("audit-cancel-all"),
    AuditAction.LEFT: text("audit-left"),
    AuditAction.PAUSE: text("audit-pause"),
    AuditAction.DRAIN: text("audit-drain"),
    AuditAction.RESUME: text("audit-resume"),
    AuditAction.BLOCK: text("audit-block"),
    AuditAction.UNBLOCK: text("audit-unblock"),
    AuditAction.DELETE: text("audit-delete"),
    AuditAction.REPORT: text("audit-report"),
    AuditAction.SETTING: text("audit-setting"),
    AuditAction.WORDS: text("audit-words"),
    AuditAction.WORKFLOW: text("audit-workflow"),
    AuditAction.APPROVE: text("audit-approve"),
    AuditAction.REJECT: text("audit-reject"),
}
"""What is done for one guild, in words."""

_DETAILS: Mapping[str, Text] = {
    "reason": text("audit-reason"),
    "until": text("audit-until"),
    "count": text("audit-count"),
    "rule": text("audit-rule"),
    "action": text("audit-rule-action"),
    "workflow": text("audit-workflow-name"),
    "version": text("audit-workflow-version"),
}

_CHANGES: Mapping[str, Text] = {
    WorkflowChange.ADD: text("audit-workflow-add"),
    WorkflowChange.PUBLISH: text("audit-workflow-publish"),
    WorkflowChange.ROLL_BACK: text("audit-workflow-roll-back"),
    WorkflowChange.ENABLE: text("audit-workflow-enable"),
    WorkflowChange.DISABLE: text("audit-workflow-disable"),
    WorkflowChange.REMOVE: text("audit-workflow-remove"),
    WorkflowChange.SHARE: text("audit-workflow-share"),
    WorkflowChange.UNSHARE: text("audit-workflow-unshare"),
    WorkflowChange.TAKE_AWAY: text("audit-workflow-take-away"),
    WorkflowChange.GIVE_BACK: text("audit-workflow-give-back"),
}
"""What was done to a workflow of the guild, in words."""


class AuditPage(Struct, frozen=True):
    which: AuditFilter
    lines: Sequence[AuditLine]
    number: int
    """From 0."""
    count: int
    """Of all lines."""


def filter_in(match: re.Match[str], guild_id: int) -> AuditFilter:
    """What a button shows, of this guild whatever stands in it."""
    return AuditFilter(
        guild_id,
        int(match["actor"]) or None,
        int(match["user"]) or None,
        None if match["action"] == _ANY else match["action"],
    )


def audit_layout(page: AuditPage, locale: str) -> ui.LayoutView:
    if not page.count:
        return framed(ui.TextDisplay(render(text("audit-empty"), locale)))
    pages = (page.count + ON_A_PAGE - 1) // ON_A_PAGE
    head = render(text("audit-title", page=page.number + 1, pages=pages, count=page.count), locale)
    lines = "\n".join([f"**{head}**", *(_line(each, locale) for each in page.lines)])
    which = _which_id(page.which)
    row = ui.ActionRow[ui.LayoutView](
        _turn("◀", which, page.number - 1, enabled=page.number > 0),
        _turn("▶", which, page.number + 1, enabled=page.number + 1 < pages),
        ui.Button(label="CSV", custom_id=f"audit-file:{which}"),
    )
    return framed(ui.TextDisplay(clipped(lines, MAX_LINES)), row)


def audit_table(lines: Sequence[AuditLine]) -> bytes:
    """Comma-separated, in UTF-8 with the mark that spreadsheets look for; times in UTC, ids as they are."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["number", "time", "actor_id", "action", "user_id", "job_id", "details"])
    for line in lines:
        writer.writerow(
            [
                line.number,
                datetime.fromtimestamp(line.at, UTC).isoformat(timespec="seconds"),
                line.actor_id,
                line.action,
                line.user_id or "",
                line.job_id or "",
                # begins with a brace: no spreadsheet takes it for a formula
                json.dumps(dict(line.details), ensure_ascii=False),
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def _line(line: AuditLine, locale: str) -> str:
    action = render(ACTIONS[AuditAction(line.action)], locale) if line.action in ACTIONS else line.action
    by = f"<@{line.actor_id}>" if line.actor_id else render(text("audit-nobody"), locale)
    told = " ".join([f"<t:{int(line.at)}:f> {by} **{action}**", *_about(line)])
    details = ", ".join(_details(line, locale))
    return f"{told}\n-# {details}" if details else told


def _details(line: AuditLine, locale: str) -> Iterator[str]:
    left = dict(line.details)
    channel_id, message_id = left.pop("channel", ""), left.pop("message", "")
    if line.action == AuditAction.SETTING:
        yield change_words(left.pop("key", ""), left.pop("value", None), locale)
    if left.get("change") in _CHANGES:
        yield render(_CHANGES[left.pop("change")], locale)
    for name, value in left.items():
        called = render(_DETAILS[name], locale) if name in _DETAILS else escaped(name)
        shown = f"<t:{value}:f>" if name == "until" else escaped(shortened(value, MAX_DETAIL))
        if value:
            yield f"{called}: {shown}"
    if channel_id and message_id:
        yield link_to(MessageRef(int(channel_id), int(message_id)), line.guild_id)
    elif channel_id:
        yield f"<#{channel_id}>"


def _about(line: AuditLine) -> Iterator[str]:
    if line.user_id is not None:
        yield f"<@{line.user_id}>"
    if line.job_id is not None:
        yield f"`{short_id(line.job_id)}`"


def _which_id(which: AuditFilter) -> str:
    return f"{which.actor_id or 0}:{which.user_id or 0}:{which.action or _ANY}"


def _turn(label: str, which: str, page: int, *, enabled: bool) -> ui.Button[ui.LayoutView]:
    custom_id = f"audit:{which}:{max(0, page)}"
    # both buttons need an id of their own, also on the first page
    custom_id = custom_id if enabled else f"{custom_id}:{label}"
    return ui.Button(
        label=label, custom_id=custom_id, disabled=not enabled, style=discord.ButtonStyle.secondary
    )
