"""The preview of a workflow that is being added or changed, and what can be done with it. Pure.

All that its controls need to go on stands in their custom ids, so that it outlives the process.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

import discord
from discord import ui
from msgspec import Struct

from bot.delivery.words import escaped, shortened
from bot.texts import Text, render, text
from bot.workflows import InputRef, nearest
from bot.workflows.availability import MissingName
from bot.workflows.discord_rules import can_be_choice
from bot.workflows.preview import Preview
from cogs._forms import MAX_ABOUT, choice, named
from cogs._notices import BLUE, RED, framed
from cogs._options import MAX_CHOICES
from cogs._preview_words import option_lines, reason_lines, warning_lines

_OF = r"(?P<workflow>[0-9]{1,19})\.(?P<number>[0-9]{1,9})"
TRY_ID = re.compile(rf"preview-try:{_OF}")
PUBLISH_ID = re.compile(rf"preview-publish:{_OF}")
EDIT_ID = re.compile(rf"preview-edit:{_OF}")
LOOK_ID = re.compile(rf"preview-look:{_OF}")
DISCARD_ID = re.compile(rf"preview-discard:{_OF}")
DROP_ID = re.compile(rf"preview-drop:{_OF}")
"""Discard, once somebody was asked whether they mean it."""
REPLACE_ID = re.compile(rf"preview-replace:{_OF}:(?P<place>[0-9a-f]{{8}})")
MOST_REPLACED = 4
"""Menus at once: the next ones come when these are chosen."""
MAX_OUTPUTS = 150
MAX_ADVANCED = 300
MAX_WORDS = 3900
"""Within the 4,000 characters of a message, with room for a line about what is left out."""
_LIKENESS = 0.3
YELLOW = discord.Colour(0xE0A030)

_BUTTONS: Mapping[str, tuple[str, Text, discord.ButtonStyle]] = {
    "try": ("🧪", text("preview-try"), discord.ButtonStyle.primary),
    "publish": ("📣", text("preview-publish"), discord.ButtonStyle.success),
    "edit": ("✏️", text("preview-edit"), discord.ButtonStyle.secondary),
    "look": ("🔄", text("preview-look"), discord.ButtonStyle.secondary),
    "discard": ("🗑️", text("preview-discard"), discord.ButtonStyle.danger),
}


class DraftRef(Struct, frozen=True):
    """Which draft a control is about."""

    workflow_id: int
    number: int

    @staticmethod
    def of(match: re.Match[str]) -> "DraftRef":
        return DraftRef(int(match["workflow"]), int(match["number"]))

    def __str__(self) -> str:
        return f"{self.workflow_id}.{self.number}"


def place_of(target: InputRef) -> str:
    """By which an input is known again: eight hexadecimal digits."""
    words = f"{target.node_id}\0{target.input_name}"
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:8]


def preview_panel(ref: DraftRef, preview: Preview, locale: str) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    items = [*_items(ref, preview, locale), ui.ActionRow(*_buttons(ref, preview, locale))]
    view.add_item(ui.Container[ui.LayoutView](*items, accent_colour=_colour(preview)))
    return view


def discard_question(ref: DraftRef, name: str, locale: str) -> ui.LayoutView:
    """What stands in the place of the preview until somebody says whether they mean it."""
    words = ui.TextDisplay[ui.LayoutView](render(text("preview-discard-question", workflow=name), locale))
    yes = ui.Button[ui.LayoutView](
        label=render(text("preview-discard"), locale),
        style=discord.ButtonStyle.danger,
        custom_id=f"preview-drop:{ref}",
    )
    no = ui.Button[ui.LayoutView](label=render(text("preview-keep"), locale), custom_id=f"preview-look:{ref}")
    return framed(words, ui.ActionRow(yes, no))


def _colour(preview: Preview) -> discord.Colour:
    if preview.refused:
        return RED
    return BLUE if preview.can_run else YELLOW


def _items(ref: DraftRef, preview: Preview, locale: str) -> Sequence[ui.Item[ui.LayoutView]]:
    above, below = [*_above(ref, preview, locale)], [*_below(preview, locale)]
    others = (*above, *below)
    used = sum(len(each.content) for each in others if isinstance(each, ui.TextDisplay))
    options = _options(preview, MAX_WORDS - used, locale)
    return (*above, ui.Separator(), options, *below)


def _above(ref: DraftRef, preview: Preview, locale: str) -> Iterator[ui.Item[ui.LayoutView]]:
    """What it is, and what stands in its way."""
    head = render(text("preview-head", workflow=preview.name), locale)
    description = preview.description_localisations.get(locale, preview.description)
    about = f"\n{escaped(description)}" if description else ""
    yield ui.TextDisplay(f"### {head}{about}\n-# {render(_standing(preview), locale)}")
    if preview.refused:
        yield _part(text("preview-refused"), reason_lines(preview.refused, locale), locale)
    if preview.lacks:
        yield _part(text("preview-lacks"), reason_lines(preview.lacks, locale), locale)
    if preview.missing:
        reasons = [each.words for each in preview.missing]
        yield _part(text("preview-missing"), reason_lines(reasons, locale), locale)
    for each in preview.missing[:MOST_REPLACED]:
        if names := _names_for(each):
            yield ui.ActionRow(_replacing(ref, each, names, locale))


def _options(preview: Preview, room: int, locale: str) -> ui.TextDisplay[ui.LayoutView]:
    if not preview.has_known_options:
        return ui.TextDisplay(render(text("preview-options-unknown"), locale))
    if not preview.options:
        return ui.TextDisplay(render(text("preview-no-options"), locale))
    head = text("preview-options", count=len(preview.in_command))
    return _part(head, option_lines(preview.in_command, room, locale), locale)


def _below(preview: Preview, locale: str) -> Iterator[ui.Item[ui.LayoutView]]:
    if advanced := [named(option, locale)[0] for option in preview.in_form_alone]:
        names = escaped(shortened(", ".join(advanced), MAX_ADVANCED))
        yield ui.TextDisplay(render(text("preview-advanced", names=names), locale))
    if preview.outputs:
        names = shortened(", ".join(dict.fromkeys(preview.outputs)), MAX_OUTPUTS)
        yield ui.TextDisplay(render(text("preview-outputs", nodes=escaped(names)), locale))
    if preview.warnings:
        yield _part(text("preview-warnings"), warning_lines(preview, locale), locale)


def _part(heading: Text, lines: str, locale: str) -> ui.TextDisplay[ui.LayoutView]:
    return ui.TextDisplay(f"**{render(heading, locale)}**\n{lines}")


def _standing(preview: Preview) -> Text:
    if preview.refused:
        return text("preview-cannot")
    return text("preview-ready") if preview.can_run else text("preview-waits")


def _names_for(missing: MissingName) -> Sequence[str]:
    """The likeliest first."""
    names = [name for name in dict.fromkeys(missing.names) if can_be_choice(name)]
    likely = nearest(missing.name, names, count=MAX_CHOICES, likeness=_LIKENESS)
    return tuple(dict.fromkeys((*likely, *names)))[:MAX_CHOICES]


def _replacing(
    ref: DraftRef, missing: MissingName, names: Sequence[str], locale: str
) -> ui.Select[ui.LayoutView]:
    hint = render(text("preview-replace", name=shortened(missing.name, MAX_ABOUT // 2)), locale)
    return ui.Select(
        custom_id=f"preview-replace:{ref}:{place_of(missing.target)}",
        placeholder=shortened(hint, MAX_ABOUT),
        options=[choice(name, name) for name in names],
    )


def _buttons(ref: DraftRef, preview: Preview, locale: str) -> Iterator[ui.Button[ui.LayoutView]]:
    for what, (sign, label, style) in _BUTTONS.items():
        if (what == "edit" and not preview.has_known_options) or (what == "look" and preview.can_run):
            continue
        yield ui.Button(
            label=render(label, locale),
            emoji=sign,
            style=style,
            custom_id=f"preview-{what}:{ref}",
            disabled=what in {"try", "publish"} and not preview.can_run,
        )
