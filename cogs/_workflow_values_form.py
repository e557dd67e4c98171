"""The form for the values of an option: its default, how far it goes, what may be chosen. Pure."""

import re
from collections.abc import Iterator

from discord import ui
from msgspec.structs import replace

from bot.errors import NotThere
from bot.texts import Text, render, text
from bot.workflows.discord_rules import MAX_CHOICE, can_be_choice
from bot.workflows.edited import Edited
from bot.workflows.edited_values import NAMED, NUMERIC, VALUED, valued, words_of
from bot.workflows.editing import option_in
from bot.workflows.kinds import shown
from bot.workflows.template import OptionKind, OptionSpec, Template
from bot.workflows.workflow import Option
from cogs._forms import MAX_ABOUT, MAX_WORDS, Field, Submitted, choice, choice_field, form, words_field
from cogs._options import MAX_CHOICES
from cogs._workflow_edit_panel import DRAFT, OPTION
from cogs._workflow_preview import DraftRef

VALUES_FORM = re.compile(rf"workflow-edit-values-form:{DRAFT}:{OPTION}")
_DEFAULT, _MINIMUM, _MAXIMUM, _STEP, _NAMES = "default", "minimum", "maximum", "step", "names"


def values_form(ref: DraftRef, command: Edited, name: str, locale: str) -> ui.Modal:
    """
    Raises:
        NotThere: the option is gone.
    """  # noqa: D205, D212  # the name says the rest
    spec, whole = option_in(command.template, name), _whole(command, name)
    title = render(
        text("workflow-edit-option-title", option=spec.name_localisations.get(locale, spec.name)), locale
    )
    return form(f"workflow-edit-values-form:{ref}:{name}", title, _value_fields(command, spec, whole, locale))


def with_values(command: Edited, name: str, sent: Submitted) -> Template:
    """
    Raises:
        Refused, NotThere: why not.
    """  # noqa: D205, D212  # the name says the rest
    words = words_of(option_in(command.template, name))
    asked = {
        each: sent.words[each] for each in (_DEFAULT, _MINIMUM, _MAXIMUM, _STEP, _NAMES) if each in sent.words
    }
    return valued(command.template, _whole(command, name), replace(words, **asked))


def _whole(command: Edited, name: str) -> Option:
    whole = command.whole.get(name)
    if whole is None or whole.kind not in VALUED:
        raise NotThere(text("workflow-edit-option-gone", option=name))
    return whole


def _value_fields(command: Edited, spec: OptionSpec, whole: Option, locale: str) -> Iterator[Field]:
    """What is too long for a form is not asked for, and stays as it is."""
    words, own = words_of(spec), _own_value(command, spec)
    names = spec.choices or (whole.choices if whole.kind is OptionKind.CHOICE else None) or ()
    if not spec.required and len(words.default) <= MAX_WORDS:
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
    if whole.kind in NAMED and len(words.names) <= MAX_WORDS:
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
    if 0 < len(names) <= MAX_CHOICES and all(map(can_be_choice, names)):
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
