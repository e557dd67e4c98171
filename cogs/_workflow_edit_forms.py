"""The forms in which a command is changed, and what somebody made of them. Pure."""

import re

import discord
from discord import ui

from bot.moderation.access import Access
from bot.texts import Text, render, text
from bot.workflows.discord_rules import MAX_DESCRIPTION
from bot.workflows.edited import Edited
from bot.workflows.editing import (
    Asked,
    all_asked,
    asked_of,
    command_described,
    described,
    for_adults,
    in_order,
    moved,
    option_in,
    place_of,
    renamed,
)
from bot.workflows.inference.naming import MAX_NAME
from bot.workflows.template import OptionSpec, Template
from cogs._forms import Field, Submitted, choice, choice_field, form, menu_field, words_field
from cogs._options import MAX_CHOICES
from cogs._settings_panel import CHANNEL_TYPES
from cogs._workflow_edit_panel import ASKED, DRAFT, OPTION
from cogs._workflow_preview import DraftRef

CHOOSE_FORM = re.compile(rf"workflow-edit-choose-form:{DRAFT}")
COMMAND_FORM = re.compile(rf"workflow-edit-command-form:{DRAFT}")
ACCESS_FORM = re.compile(rf"workflow-edit-access-form:{DRAFT}")
WORDS_FORM = re.compile(rf"workflow-edit-words-form:{DRAFT}:{OPTION}")
MOST_PICKED = 25
_NAME, _ABOUT, _PLACE, _ADULTS = "name", "about", "place", "adults"
_CHANNELS, _ROLES = "channels", "roles"
_OFFERED, _HIDDEN = "offered", "hidden"
MOST_CHOSEN = 50
"""Of whose place a form can ask: two menus of 25 for each of two answers."""
_YES, _NO = "yes", "no"


def command_form(ref: DraftRef, command: Edited, _option: str, locale: str) -> ui.Modal:
    template = command.template
    about = template.description_localisations.get(locale, template.description)
    answers = {_NO: text("workflow-edit-for-all"), _YES: text("workflow-edit-adults-only")}
    listed = [
        choice(value, render(words, locale), chosen=(value == _YES) is template.nsfw)
        for value, words in answers.items()
    ]
    adults = render(text("workflow-edit-field-adults"), locale)
    about_adults = render(text("workflow-edit-field-adults-about"), locale)
    fields = [
        _line(_NAME, text("workflow-edit-field-name"), locale, template.name, most=MAX_NAME, required=True),
        _line(_ABOUT, text("workflow-edit-field-about"), locale, about, most=MAX_DESCRIPTION, required=True),
        choice_field(_ADULTS, adults, about_adults, listed, required=True),
    ]
    title = render(text("workflow-edit-command-title", workflow=template.name), locale)
    return form(f"workflow-edit-command-form:{ref}", title, fields)


def name_in(sent: Submitted) -> str:
    """Of the workflow, or of the option."""
    return sent.words.get(_NAME, "").strip()


def command_of(template: Template, sent: Submitted, locale: str) -> Template:
    """As the form has it, but for its name. What was not changed keeps its translations.

    Raises:
        Refused: why not.
    """
    about = " ".join(sent.words.get(_ABOUT, "").split())
    if about != template.description_localisations.get(locale, template.description):
        template = command_described(template, about)
    return for_adults(template, nsfw=sent.words.get(_ADULTS) == _YES)


def choose_form(ref: DraftRef, command: Edited, _option: str, locale: str) -> ui.Modal:
    """Which options are in the command, and which are hidden; the others are in the form."""
    template = command.template
    options = in_order(template)[:MOST_CHOSEN]
    parts = [options[start : start + MAX_CHOICES] for start in range(0, len(options), MAX_CHOICES)]
    asked_for = (
        (_OFFERED, Asked.OPTIONAL, text("workflow-edit-field-offered"), {Asked.REQUIRED, Asked.OPTIONAL}),
        (_HIDDEN, Asked.NEVER, text("workflow-edit-field-hidden"), {Asked.NEVER}),
    )
    fields = [
        _of_many(
            f"{name}-{number}",
            (render(ASKED[how], locale), render(about, locale)),
            [choice(each.name, *_named(each, locale), chosen=asked_of(each) in chosen) for each in part],
        )
        for name, how, about, chosen in asked_for
        for number, part in enumerate(parts)
    ]
    title = render(text("workflow-edit-choose-title", workflow=template.name), locale)
    return form(f"workflow-edit-choose-form:{ref}", title, fields)


def chosen_of(template: Template, sent: Submitted) -> Template:
    """As the form has it. Of more options than it can ask for, the last stay as they are.

    Raises:
        NotThere: an option is gone.
    """
    offered, hidden = (
        {name for field, names in sent.choices.items() if field.startswith(f"{which}-") for name in names}
        for which in (_OFFERED, _HIDDEN)
    )
    for each in in_order(template)[MOST_CHOSEN:]:
        if asked_of(each) is Asked.NEVER:
            hidden.add(each.name)
        elif asked_of(each) is not Asked.FORM:
            offered.add(each.name)
    return all_asked(template, offered, hidden)


def words_form(ref: DraftRef, command: Edited, name: str, locale: str) -> ui.Modal:
    """
    Raises:
        NotThere: the option is gone.
    """  # noqa: D205, D212  # the name says the rest
    template = command.template
    spec = option_in(template, name)
    label, about = _named(spec, locale)
    how = render(ASKED[asked_of(spec)], locale)
    fields = [
        _line(_NAME, text("workflow-edit-field-name"), locale, label, most=MAX_NAME, required=True),
        _line(_ABOUT, text("workflow-edit-field-about"), locale, about, most=MAX_DESCRIPTION, required=True),
        words_field(
            _PLACE,
            render(text("workflow-edit-field-place"), locale),
            render(text("workflow-edit-field-place-about", group=how), locale),
            value=str(place_of(template, name)),
            most=2,
        ),
    ]
    title = render(text("workflow-edit-option-title", option=label), locale)
    return form(f"workflow-edit-words-form:{ref}:{name}", title, fields)


def worded(template: Template, name: str, sent: Submitted, locale: str) -> Template:
    """The template as the form has it. What was not changed keeps its translations.

    Raises:
        Refused, NotThere: why not.
    """
    label, about = _named(option_in(template, name), locale)
    place = sent.words.get(_PLACE, "").strip()
    if place.isascii() and place.isdecimal():
        template = moved(template, name, int(place))
    if (written := " ".join(sent.words.get(_ABOUT, "").split())) != about:
        template = described(template, name, written)
    called = name_in(sent)
    return template if called == label else renamed(template, name, called)


def access_form(ref: DraftRef, workflow: str, access: Access, locale: str) -> ui.Modal:
    """Where and by whom a workflow may be used."""
    channels = ui.ChannelSelect[ui.View](
        required=False,
        min_values=0,
        max_values=MOST_PICKED,
        channel_types=list(CHANNEL_TYPES),
        default_values=[
            discord.SelectDefaultValue.from_channel(discord.Object(each)) for each in sorted(access.channels)
        ],
    )
    roles = ui.RoleSelect[ui.View](
        required=False,
        min_values=0,
        max_values=MOST_PICKED,
        default_values=[
            discord.SelectDefaultValue.from_role(discord.Object(each)) for each in sorted(access.roles)
        ],
    )
    fields = [
        _menu(
            _CHANNELS, text("settings-its-channels"), text("workflow-edit-channels-about"), locale, channels
        ),
        _menu(_ROLES, text("settings-its-roles"), text("workflow-edit-roles-about"), locale, roles),
    ]
    title = render(text("workflow-edit-access-title", workflow=workflow), locale)
    return form(f"workflow-edit-access-form:{ref}", title, fields)


def access_in(sent: Submitted) -> Access:
    channels, roles = (frozenset(map(int, sent.choices.get(each, ()))) for each in (_CHANNELS, _ROLES))
    return Access(channels, roles)


def _named(spec: OptionSpec, locale: str) -> tuple[str, str]:
    return (
        spec.name_localisations.get(locale, spec.name),
        spec.description_localisations.get(locale, spec.description),
    )


def _of_many(name: str, words: tuple[str, str], options: list[discord.SelectOption]) -> Field:
    menu = ui.Select[ui.View](options=options, required=False, min_values=0, max_values=len(options))
    return menu_field(name, *words, menu)


def _line(name: str, label: Text, locale: str, value: str, *, most: int, required: bool = False) -> Field:
    return words_field(name, render(label, locale), value=value, required=required, most=most)


def _menu(
    name: str, label: Text, about: Text, locale: str, menu: ui.RoleSelect[ui.View] | ui.ChannelSelect[ui.View]
) -> Field:
    return menu_field(name, render(label, locale), render(about, locale), menu)
