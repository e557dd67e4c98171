"""The forms in which a command is changed, and what somebody made of them. Pure."""

import re
from collections.abc import Iterator

import discord
from discord import ui

from bot.moderation.access import Access
from bot.texts import Text, render, text
from bot.workflows.discord_rules import MAX_CHOICE, MAX_DESCRIPTION
from bot.workflows.edited import Edited
from bot.workflows.edited_values import NAMED, NUMERIC, ValueWords, valued, words_of
from bot.workflows.editing import (
    asked_of,
    command_described,
    described,
    for_adults,
    moved,
    option_in,
    place_of,
    renamed,
)
from bot.workflows.inference.naming import MAX_NAME
from bot.workflows.kinds import shown
from bot.workflows.template import OptionKind, OptionSpec, Template
from bot.workflows.workflow import Option
from cogs._forms import MAX_ABOUT, Field, Submitted, choice, choice_field, form, menu_field, words_field
from cogs._options import MAX_CHOICES
from cogs._settings_panel import CHANNEL_TYPES
from cogs._workflow_edit_panel import ASKED, DRAFT, OPTION
from cogs._workflow_preview import DraftRef

COMMAND_FORM = re.compile(rf"workflow-edit-command-form:{DRAFT}")
ACCESS_FORM = re.compile(rf"workflow-edit-access-form:{DRAFT}")
WORDS_FORM = re.compile(rf"workflow-edit-words-form:{DRAFT}:{OPTION}")
VALUES_FORM = re.compile(rf"workflow-edit-values-form:{DRAFT}:{OPTION}")
MOST_PICKED = 25
_NAME, _ABOUT, _PLACE, _ADULTS = "name", "about", "place", "adults"
_DEFAULT, _MINIMUM, _MAXIMUM, _STEP, _NAMES = "default", "minimum", "maximum", "step", "names"
_CHANNELS, _ROLES = "channels", "roles"
_YES, _NO = "yes", "no"


def command_form(ref: DraftRef, template: Template, locale: str) -> ui.Modal:
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


def words_form(ref: DraftRef, template: Template, name: str, locale: str) -> ui.Modal:
    """
    Raises:
        NotThere: the option is gone.
    """  # noqa: D205, D212  # the name says the rest
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


def values_form(ref: DraftRef, command: Edited, name: str, locale: str) -> ui.Modal:
    """
    Raises:
        NotThere: the option is gone.
    """  # noqa: D205, D212  # the name says the rest
    spec, whole = option_in(command.template, name), command.whole[name]
    title = render(text("workflow-edit-option-title", option=_named(spec, locale)[0]), locale)
    return form(f"workflow-edit-values-form:{ref}:{name}", title, _value_fields(command, spec, whole, locale))


def with_values(command: Edited, name: str, sent: Submitted) -> Template:
    """
    Raises:
        Refused, NotThere: why not.
    """  # noqa: D205, D212  # the name says the rest
    names = (_DEFAULT, _MINIMUM, _MAXIMUM, _STEP, _NAMES)
    option_in(command.template, name)
    return valued(
        command.template, command.whole[name], ValueWords(*(sent.words.get(each, "") for each in names))
    )


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


def _value_fields(command: Edited, spec: OptionSpec, whole: Option, locale: str) -> Iterator[Field]:
    words, own = words_of(spec), _own_value(command, spec)
    names = spec.choices or (whole.choices if whole.kind is OptionKind.CHOICE else None) or ()
    if not spec.required:
        yield _default_field(whole, words.default, own, names, locale)
    if whole.kind in NUMERIC:
        limits = {
            _MINIMUM: (text("workflow-edit-field-minimum"), words.minimum, whole.minimum),
            _MAXIMUM: (text("workflow-edit-field-maximum"), words.maximum, whole.maximum),
            _STEP: (text("workflow-edit-field-step"), words.step, whole.step),
        }
        for field, (label, value, servers) in limits.items():
            hint = (
                "" if servers is None else render(text("workflow-edit-servers", value=shown(servers)), locale)
            )
            yield words_field(field, render(label, locale), value=value, hint=hint, most=MAX_CHOICE)
    if whole.kind in NAMED:
        about = text("workflow-edit-field-names-about")
        if whole.kind is OptionKind.TEXT:
            about = text("workflow-edit-field-names-text")
        yield words_field(
            _NAMES,
            render(text("workflow-edit-field-names"), locale),
            render(about, locale),
            value=words.names,
            hint=next(iter(whole.choices or ()), ""),
            in_lines=True,
        )


def _default_field(whole: Option, value: str, own: str, names: tuple[str, ...], locale: str) -> Field:
    label, about = render(text("workflow-edit-field-default"), locale), render(_left_empty(whole), locale)
    hint = "" if not own else render(text("workflow-edit-own", value=own), locale)
    if whole.kind is OptionKind.BOOLEAN:
        answers = {"true": text("form-yes"), "false": text("form-no")}
        listed = [
            choice(each, render(words, locale), chosen=each == value) for each, words in answers.items()
        ]
        return choice_field(_DEFAULT, label, about, listed, hint=hint)
    if 0 < len(names) <= MAX_CHOICES and all(0 < len(each) <= MAX_CHOICE for each in names):
        listed = [choice(each, each, chosen=each == value) for each in names]
        return choice_field(_DEFAULT, label, about, listed, hint=hint)
    in_lines = whole.kind is OptionKind.TEXT
    return words_field(_DEFAULT, label, about, value=value, hint=hint[:MAX_ABOUT], in_lines=in_lines)


def _left_empty(whole: Option) -> Text:
    if whole.kind is OptionKind.SEED:
        return text("workflow-edit-field-default-seed")
    return text("workflow-edit-field-default-about")


def _own_value(command: Edited, spec: OptionSpec) -> str:
    """What the workflow itself has."""
    first = spec.targets[0] if spec.targets else None
    value = None if first is None else command.template.graph[first.node_id].inputs.get(first.input_name)
    return shown(value) if isinstance(value, str | int | float) else ""


def _named(spec: OptionSpec, locale: str) -> tuple[str, str]:
    return (
        spec.name_localisations.get(locale, spec.name),
        spec.description_localisations.get(locale, spec.description),
    )


def _line(name: str, label: Text, locale: str, value: str, *, most: int, required: bool = False) -> Field:
    return words_field(name, render(label, locale), value=value, required=required, most=most)


def _menu(
    name: str, label: Text, about: Text, locale: str, menu: ui.RoleSelect[ui.View] | ui.ChannelSelect[ui.View]
) -> Field:
    return menu_field(name, render(label, locale), render(about, locale), menu)
