"""The panel on which a command is changed: all of its options, and one of them by itself. Pure.

All that its controls need to go on stands in their custom ids, so that it outlives the process.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import discord
from discord import ui

from bot.delivery.words import escaped, shortened, within
from bot.moderation.access import Access
from bot.moderation.kinds import written_channels, written_roles
from bot.texts import Text, render, text
from bot.workflows.discord_rules import MAX_OPTIONS
from bot.workflows.edited import Edited
from bot.workflows.edited_values import VALUED
from bot.workflows.editing import Asked, asked_of, in_order, option_in, place_of
from bot.workflows.template import OptionKind, OptionSpec
from cogs._forms import choice
from cogs._notices import framed
from cogs._options import MAX_CHOICES
from cogs._preview_words import option_line
from cogs._workflow_preview import DraftRef

DRAFT = r"(?P<workflow>[0-9]{1,19})\.(?P<number>[0-9]{1,9})"
OPTION = r"(?P<option>[^:\s]{1,32})"
BACK_ID = re.compile(rf"workflow-edit-back:{DRAFT}")
PICK_ID = re.compile(rf"workflow-edit-pick:{DRAFT}:[0-9]")
CHOOSE_ID = re.compile(rf"workflow-edit-choose:{DRAFT}")
COMMAND_ID = re.compile(rf"workflow-edit-command:{DRAFT}")
ACCESS_ID = re.compile(rf"workflow-edit-access:{DRAFT}")
ASKED_ID = re.compile(rf"workflow-edit-asked:{DRAFT}:{OPTION}")
MOVE_ID = re.compile(rf"workflow-edit-(?P<way>up|down):{DRAFT}:{OPTION}")
WORDS_ID = re.compile(rf"workflow-edit-words:{DRAFT}:{OPTION}")
VALUES_ID = re.compile(rf"workflow-edit-values:{DRAFT}:{OPTION}")
MAX_LINES = 3800
"""Within the 4,000 characters of a message, with room for what stands around them."""

ASKED: Mapping[Asked, Text] = {
    Asked.REQUIRED: text("workflow-edit-required"),
    Asked.OPTIONAL: text("workflow-edit-optional"),
    Asked.FORM: text("workflow-edit-form"),
    Asked.NEVER: text("workflow-edit-never"),
}
_ABOUT: Mapping[Asked, Text] = {
    Asked.REQUIRED: text("workflow-edit-required-about"),
    Asked.OPTIONAL: text("workflow-edit-optional-about"),
    Asked.FORM: text("workflow-edit-form-about"),
    Asked.NEVER: text("workflow-edit-never-about"),
}


def command_panel(ref: DraftRef, command: Edited, access: Access, locale: str) -> ui.LayoutView:
    """All options, each to be chosen, and what is said of the command itself. ``access``: where and by whom it may be used."""
    template = command.template
    head = render(text("workflow-edit-head", workflow=template.name), locale)
    about = template.description_localisations.get(locale, template.description)
    lines = [f"### {head}", escaped(about)]
    if template.nsfw:
        lines.append(f"-# 🔞 {render(text('workflow-edit-for-adults'), locale)}")
    lines += [f"-# 🔒 {words}" for words in access_words(access, locale)]
    lines.append(f"-# {render(text('workflow-edit-note'), locale)}")
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("\n".join(lines)), ui.Separator()]
    room = MAX_LINES - sum(map(len, lines))
    items.append(ui.TextDisplay("\n".join(within(room, _groups(command, locale)))))
    items += _menus(ref, command, locale)
    choosing = [_button(f"workflow-edit-choose:{ref}", "☑️", text("workflow-edit-choose"), locale)]
    if not template.options:
        choosing.clear()
    buttons = [
        _button(f"workflow-edit-command:{ref}", "✏️", text("workflow-edit-command"), locale),
        *choosing,
        _button(f"workflow-edit-access:{ref}", "🔒", text("workflow-edit-access"), locale),
        _button(f"preview-look:{ref}", "👁️", text("workflow-edit-preview"), locale, primary=True),
    ]
    return framed(*items, ui.ActionRow(*buttons))


def access_words(access: Access, locale: str) -> Iterator[str]:
    """Nothing where everybody may use it everywhere."""
    if access.is_off:
        yield render(text("workflow-edit-off"), locale)
    if access.channels:
        yield render(text("workflow-edit-only-in", channels=written_channels(access.channels)), locale)
    if access.roles:
        yield render(text("workflow-edit-only-for", roles=written_roles(access.roles)), locale)


def option_panel(ref: DraftRef, command: Edited, name: str, locale: str) -> ui.LayoutView:
    """One option: what can be changed of it.

    Raises:
        NotThere: it is gone.
    """
    spec = option_in(command.template, name)
    option = command.options.get(name)
    label, about = _named(spec, locale)
    lines = [f"### /{command.template.name} · {escaped(label)}", escaped(about)]
    if option is not None:
        lines.append(option_line(option, locale))
    if name in command.problems:
        lines.append(f"⚠️ {_problem(command, name, locale)}")
    lines += _places(command, spec, locale)
    how = asked_of(spec)
    menu = ui.Select[ui.LayoutView](
        custom_id=f"workflow-edit-asked:{ref}:{name}",
        placeholder=render(text("workflow-edit-asked"), locale),
        options=[
            choice(each, render(words, locale), render(_ABOUT[each], locale), chosen=each is how)
            for each, words in ASKED.items()
            if each is not Asked.REQUIRED or spec.kind is not OptionKind.SIZE
        ],
    )
    return framed(
        ui.TextDisplay("\n".join(lines)),
        ui.ActionRow(menu),
        ui.ActionRow(*_buttons(ref, command, spec, locale)),
    )


def _groups(command: Edited, locale: str) -> Iterator[str]:
    options = in_order(command.template)
    if not options:
        yield render(text("preview-no-options"), locale)
    for how, group in groupby(options, asked_of):
        of_group = tuple(group)
        yield f"**{render(ASKED[how], locale)}**"
        yield from (_line(command, spec, locale) for spec in of_group)
        if how is Asked.OPTIONAL and len(options) > MAX_OPTIONS and _shown(options) > MAX_OPTIONS:
            yield f"-# {render(text('workflow-edit-beyond', most=MAX_OPTIONS), locale)}"


def _shown(options: Sequence[OptionSpec]) -> int:
    return sum(asked_of(each) in {Asked.REQUIRED, Asked.OPTIONAL} for each in options)


def _line(command: Edited, spec: OptionSpec, locale: str) -> str:
    option = command.options.get(spec.name)
    line = f"`{_named(spec, locale)[0]}`" if option is None else option_line(option, locale)
    return f"⚠️ {line}" if spec.name in command.problems else line


def _problem(command: Edited, name: str, locale: str) -> str:
    return escaped(shortened(render(command.problems[name], locale), 300))


def _places(command: Edited, spec: OptionSpec, locale: str) -> Iterator[str]:
    """Which inputs it sets."""
    graph = command.template.graph
    places = [
        f"{each.input_name} ({graph[each.node_id].title or graph[each.node_id].class_type})"
        for each in spec.targets
    ]
    if places:
        names = escaped(shortened(", ".join(places), 200))
        yield f"-# {render(text('workflow-edit-sets', inputs=names), locale)}"


def _menus(ref: DraftRef, command: Edited, locale: str) -> Iterator[ui.Item[ui.LayoutView]]:
    """To choose an option with: as many menus as it takes."""
    options = in_order(command.template)
    parts = [options[start : start + MAX_CHOICES] for start in range(0, len(options), MAX_CHOICES)]
    for number, part in enumerate(parts):
        last = number * MAX_CHOICES + len(part)
        hint = text("workflow-edit-pick")
        if len(parts) > 1:
            hint = text("workflow-edit-pick-part", first=number * MAX_CHOICES + 1, last=last)
        yield ui.ActionRow(
            ui.Select[ui.LayoutView](
                custom_id=f"workflow-edit-pick:{ref}:{number}",
                placeholder=render(hint, locale),
                options=[choice(each.name, *_named(each, locale)) for each in part],
            )
        )


def _buttons(
    ref: DraftRef, command: Edited, spec: OptionSpec, locale: str
) -> Iterator[ui.Button[ui.LayoutView]]:
    of_option = f"{ref}:{spec.name}"
    yield _button(f"workflow-edit-words:{of_option}", "✏️", text("workflow-edit-words"), locale)
    whole = command.whole.get(spec.name)
    if whole is not None and whole.kind in VALUED:
        yield _button(f"workflow-edit-values:{of_option}", "🔢", text("workflow-edit-values"), locale)
    place = place_of(command.template, spec.name)
    alike = sum(asked_of(each) is asked_of(spec) for each in command.template.options)
    yield _arrow(f"workflow-edit-up:{of_option}", "⬆️", disabled=place == 1)
    yield _arrow(f"workflow-edit-down:{of_option}", "⬇️", disabled=place == alike)
    yield _button(f"workflow-edit-back:{ref}", "↩️", text("workflow-edit-back"), locale)


def _named(spec: OptionSpec, locale: str) -> tuple[str, str]:
    return (
        spec.name_localisations.get(locale, spec.name),
        spec.description_localisations.get(locale, spec.description),
    )


def _button(
    custom_id: str, sign: str, label: Text, locale: str, *, primary: bool = False
) -> ui.Button[ui.LayoutView]:
    style = discord.ButtonStyle.primary if primary else discord.ButtonStyle.secondary
    return ui.Button(label=render(label, locale), emoji=sign, style=style, custom_id=custom_id)


def _arrow(custom_id: str, sign: str, *, disabled: bool) -> ui.Button[ui.LayoutView]:
    return ui.Button(emoji=sign, custom_id=custom_id, disabled=disabled)
