"""The workflows of a server as those see them who may change them: all, one, and the versions of one. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import discord
from discord import ui
from msgspec import Struct, field

from bot.delivery.words import escaped, moment, within
from bot.jobs.guild_workflow import MOST_WORKFLOWS, GuildWorkflow, ListedVersion, WorkflowState
from bot.moderation.access import Access
from bot.texts import Text, render, text
from bot.workflows.preview import Preview
from cogs._forms import choice
from cogs._notices import framed
from cogs._options import MAX_CHOICES
from cogs._preview_words import option_lines, reason_lines
from cogs._workflow_edit_panel import access_words

MAX_LINES = 3600
"""Within the 4,000 characters of a message, with room for what stands around them."""
_WORKFLOW = r"(?P<workflow>[0-9]{1,19})"
LIST_ID = re.compile(r"workflow-own-list")
PICK_ID = re.compile(r"workflow-own-pick:[0-9]")
SHOW_ID = re.compile(rf"workflow-own-show:{_WORKFLOW}")
CHANGE_ID = re.compile(rf"workflow-own-edit:{_WORKFLOW}")
SWITCH_ID = re.compile(rf"workflow-own-(?P<what>enable|disable):{_WORKFLOW}")
HISTORY_ID = re.compile(rf"workflow-own-history:{_WORKFLOW}")
ROLL_BACK_ID = re.compile(rf"workflow-own-rollback:{_WORKFLOW}")
EXPORT_ID = re.compile(rf"workflow-own-export:{_WORKFLOW}")
REMOVE_ID = re.compile(rf"workflow-own-remove:{_WORKFLOW}")
REMOVED_ID = re.compile(rf"workflow-own-removed:{_WORKFLOW}")


def list_panel(workflows: Sequence[GuildWorkflow], locale: str) -> ui.LayoutView:
    """All of them, one of which can be chosen."""
    if not workflows:
        return framed(ui.TextDisplay(render(text("workflow-list-none"), locale)))
    head = render(text("workflow-list-head", count=len(workflows), most=MOST_WORKFLOWS), locale)
    lines = [f"### {head}", *within(MAX_LINES, (_line(each, locale) for each in workflows))]
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("\n".join(lines))]
    for start in range(0, len(workflows), MAX_CHOICES):
        part = workflows[start : start + MAX_CHOICES]
        menu = ui.Select[ui.LayoutView](
            custom_id=f"workflow-own-pick:{start // MAX_CHOICES}",
            placeholder=render(text("workflow-list-pick"), locale),
            options=[choice(str(each.id), f"/{each.name}", render(_state(each), locale)) for each in part],
        )
        items.append(ui.ActionRow(menu))
    return framed(*items)


class Shown(Struct, frozen=True):
    """What is shown of one workflow."""

    workflow: GuildWorkflow
    versions: Sequence[ListedVersion]
    preview: Preview
    """Of its current version; of a draft that was never published, the draft's."""
    access: Access = field(default_factory=Access)
    no_room: Text | None = None
    """Why it is offered without a command of its own."""


def one_panel(shown: Shown, locale: str) -> ui.LayoutView:
    """What is offered, what it needs, and what can be done with it."""
    workflow, preview = shown.workflow, shown.preview
    lines = [f"### /{workflow.name}"]
    if about := preview.description_localisations.get(locale, preview.description):
        lines.append(escaped(about))
    lines.append(f"-# {render(_state(workflow), locale)}")
    lines += [f"-# 🔒 {words}" for words in access_words(shown.access, locale)]
    lines += [f"-# {line}" for line in _standing(shown, locale)]
    parts = ["\n".join(lines)]
    if reasons := (*preview.refused, *preview.lacks, *(each.words for each in preview.missing)):
        why = render(text("workflow-list-cannot-run"), locale)
        parts.append(f"**{why}**\n{reason_lines(reasons, locale)}")
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(part) for part in parts]
    if preview.options:
        head = render(text("preview-options", count=len(preview.options)), locale)
        options = option_lines(preview.options, MAX_LINES - sum(map(len, parts)), locale)
        items += [ui.Separator(), ui.TextDisplay(f"**{head}**\n{options}")]
    items += [ui.ActionRow(*row) for row in _buttons(workflow, locale)]
    return framed(*items)


def history_panel(workflow: GuildWorkflow, versions: Sequence[ListedVersion], locale: str) -> ui.LayoutView:
    """The versions that are kept, newest first, one of which can be offered again."""
    lines = [f"### {render(text('workflow-list-history', workflow=workflow.name), locale)}"]
    lines += [_version_line(each, workflow, locale) for each in versions]
    former = [each for each in versions if each.published_at is not None and each.number != workflow.current]
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("\n".join(lines))]
    if former:
        menu = ui.Select[ui.LayoutView](
            custom_id=f"workflow-own-rollback:{workflow.id}",
            placeholder=render(text("workflow-list-roll-back"), locale),
            options=[
                choice(str(each.number), version_words(each, workflow, locale))
                for each in former[:MAX_CHOICES]
            ],
        )
        items.append(ui.ActionRow(menu))
    else:
        items.append(ui.TextDisplay(f"-# {render(text('workflow-list-no-former'), locale)}"))
    back = _button(f"workflow-own-show:{workflow.id}", "↩️", text("workflow-list-back"), locale)
    items.append(ui.ActionRow(back))
    return framed(*items)


def remove_panel(workflow: GuildWorkflow, locale: str) -> ui.LayoutView:
    """Whether it is really to be removed."""
    asked = render(text("workflow-list-remove-asked", workflow=workflow.name), locale)
    about = render(text("workflow-list-remove-about"), locale)
    yes = _button(f"workflow-own-removed:{workflow.id}", "🗑️", text("workflow-list-remove"), locale)
    yes.style = discord.ButtonStyle.danger
    no = _button(f"workflow-own-show:{workflow.id}", "↩️", text("workflow-list-back"), locale)
    return framed(ui.TextDisplay(f"### {asked}\n{about}"), ui.ActionRow(yes, no))


def version_words(version: ListedVersion, workflow: GuildWorkflow, locale: str) -> str:
    """For a menu, which shows no mentions and counts no times."""
    day = datetime.fromtimestamp(version.published_at or version.created_at, UTC).strftime("%Y-%m-%d %H:%M")
    words = render(text("workflow-list-version", number=version.number, day=day), locale)
    is_current = version.number == workflow.current
    return f"{words} · {render(text('workflow-list-current'), locale)}" if is_current else words


def _version_line(version: ListedVersion, workflow: GuildWorkflow, locale: str) -> str:
    if version.published_at is None:
        state = text("workflow-list-drafted", when=moment(version.created_at))
    else:
        state = text("workflow-list-published", when=moment(version.published_at))
    parts = [
        f"**{version.number}**",
        f"/{version.name}",
        render(state, locale),
        _by(version.created_by, locale),
    ]
    if version.number == workflow.current:
        parts.insert(1, f"**{render(text('workflow-list-current'), locale)}**")
    return " · ".join(parts)


def _line(workflow: GuildWorkflow, locale: str) -> str:
    return f"**/{workflow.name}** · {render(_state(workflow), locale)} · {_by(workflow.created_by, locale)}"


def _by(user_id: int, locale: str) -> str:
    return f"<@{user_id}>" if user_id else render(text("workflow-list-by-nobody"), locale)


def _state(workflow: GuildWorkflow) -> Text:
    if workflow.taken_away:
        return text("workflow-list-state-taken-away")
    match workflow.state:
        case WorkflowState.PUBLISHED:
            return text("workflow-list-state-published", number=workflow.current or 0)
        case WorkflowState.DISABLED:
            return text("workflow-list-state-disabled")
        case _:
            return text("workflow-list-state-draft")


def _standing(shown: Shown, locale: str) -> Iterator[str]:
    workflow = shown.workflow
    if shown.no_room is not None:
        yield render(shown.no_room, locale)
    if workflow.current is not None and workflow.draft is not None:
        yield render(text("workflow-list-also-draft"), locale)
    if workflow.shared:
        yield render(text("workflow-list-shared"), locale)
    added = text("workflow-list-added", when=moment(workflow.created_at), count=len(shown.versions))
    yield f"{render(added, locale)} · {_by(workflow.created_by, locale)}"


def _buttons(workflow: GuildWorkflow, locale: str) -> Iterator[list[ui.Button[ui.LayoutView]]]:
    of = workflow.id
    first = [_button(f"workflow-own-edit:{of}", "✏️", text("workflow-list-change"), locale)]
    if workflow.state is WorkflowState.PUBLISHED:
        first.append(_button(f"workflow-own-disable:{of}", "⏸️", text("workflow-list-disable"), locale))
    if workflow.state is WorkflowState.DISABLED:
        first.append(_button(f"workflow-own-enable:{of}", "▶️", text("workflow-list-enable"), locale))
    first += [
        _button(f"workflow-own-history:{of}", "🕘", text("workflow-list-versions"), locale),
        _button(f"workflow-own-export:{of}", "📦", text("workflow-list-export"), locale),
    ]
    remove = _button(f"workflow-own-remove:{of}", "🗑️", text("workflow-list-remove"), locale)
    remove.style = discord.ButtonStyle.danger
    yield [*first, remove]
    yield [_button("workflow-own-list", "↩️", text("workflow-list-all"), locale)]


def _button(custom_id: str, sign: str, label: Text, locale: str) -> ui.Button[ui.LayoutView]:
    return ui.Button(label=render(label, locale), emoji=sign, custom_id=custom_id)
