"""Changes that people make to a command: each gives another template, to be written as ``command.toml``. Pure."""

import dataclasses
from collections.abc import Collection, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from bot.errors import NotThere, Refused
from bot.texts import Text, text
from bot.workflows.discord_rules import MAX_CHOICE, wrong_description, wrong_name
from bot.workflows.shapes import HEIGHT, WIDTH
from bot.workflows.template import OptionKind, OptionSpec, Template

MAX_NAMES = 200
"""That an option may be narrowed to: what is written in a form has to be read by people."""


class Asked(StrEnum):
    """Whether and where people are asked for an option; in the order in which they see them."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORM = "form"
    """Only in the form behind 🎛."""
    NEVER = "never"
    """Its default is sent."""


def asked_of(option: OptionSpec) -> Asked:
    if option.required:
        return Asked.REQUIRED
    if option.hidden:
        return Asked.NEVER
    return Asked.FORM if option.advanced else Asked.OPTIONAL


def in_order(template: Template) -> tuple[OptionSpec, ...]:
    """All options, as people are asked for them."""
    order = list(Asked)
    return tuple(sorted(template.options, key=lambda option: order.index(asked_of(option))))


def option_in(template: Template, name: str) -> OptionSpec:
    """
    Raises:
        NotThere: it has none of that name.
    """  # noqa: D205, D212  # the name says the rest
    found = next((each for each in template.options if each.name == name), None)
    if found is None:
        raise NotThere(text("workflow-edit-option-gone", option=name))
    return found


def renamed(template: Template, option: str, name: str) -> Template:
    """In all languages: nobody can tell what the new word would be in the others.

    Raises:
        Refused: Discord takes no such name, another option has it, or a shape needs the old one.
    """
    old = option_in(template, option)
    if name == old.name:
        return template
    problem = wrong_name(name)
    if problem is not None:
        raise _wrong(name, problem)
    for each in template.options:
        if each is not old and name in {each.name, *each.name_localisations.values()}:
            raise Refused(text("workflow-edit-name-taken", name=name))
    if option in {WIDTH, HEIGHT} and any(each.kind is OptionKind.SIZE for each in template.options):
        raise Refused(text("workflow-edit-size-needs", option=option))
    options = tuple(
        replace(each, of=name if each.of == option else each.of)
        if each is not old
        else replace(each, name=name, name_localisations=MappingProxyType({}))
        for each in template.options
    )
    return dataclasses.replace(
        template, options=options, prompt=name if template.prompt == option else template.prompt
    )


def described(template: Template, option: str, description: str) -> Template:
    """In all languages.

    Raises:
        Refused: it is empty, or too long.
    """
    words = _one_line(description)
    _check_description(option, words)
    return _changed(
        template, option, description=words, description_localisations=MappingProxyType[str, str]({})
    )


def moved(template: Template, option: str, place: int) -> Template:
    """To a place, counting from 1, among those that people are asked for in the same way."""
    same = asked_of(option_in(template, option))
    ordered = list(in_order(template))
    group = [each for each in ordered if asked_of(each) is same]
    others = [each for each in group if each.name != option]
    others.insert(max(0, place - 1), option_in(template, option))
    before = ordered.index(group[0])
    return dataclasses.replace(
        template, options=(*ordered[:before], *others, *ordered[before + len(group) :])
    )


def place_of(template: Template, option: str) -> int:
    """See :func:`moved`."""
    same = asked_of(option_in(template, option))
    return 1 + [each.name for each in in_order(template) if asked_of(each) is same].index(option)


def asked(template: Template, option: str, how: Asked) -> Template:
    """
    Raises:
        Refused: a shape, which may always be left out, is to be required.
    """  # noqa: D205, D212  # the name says the rest
    spec = option_in(template, option)
    if how is Asked.REQUIRED and spec.kind is OptionKind.SIZE:
        raise Refused(text("workflow-edit-size-required", option=option))
    changed = _changed(
        template,
        option,
        required=how is Asked.REQUIRED,
        hidden=how is Asked.NEVER,
        advanced=how is Asked.FORM,
        default=None if how is Asked.REQUIRED else spec.default,
    )
    prompt = None if how is Asked.NEVER and template.prompt == option else template.prompt
    return dataclasses.replace(changed, options=in_order(changed), prompt=prompt)


def all_asked(template: Template, offered: Collection[str], hidden: Collection[str]) -> Template:
    """Of all options at once: those that are ``offered`` in the command, those that are ``hidden``, and the others in the form.

    What was required and is offered still, stays required. What is named in both is hidden.

    Raises:
        NotThere: there is no such option.
    """
    for name in (*offered, *hidden):
        option_in(template, name)
    for each in template.options:
        how = asked_of(each)
        if each.name in hidden:
            template = asked(template, each.name, Asked.NEVER)
        elif each.name not in offered:
            template = asked(template, each.name, Asked.FORM)
        elif how not in {Asked.REQUIRED, Asked.OPTIONAL}:
            template = asked(template, each.name, Asked.OPTIONAL)
    return template


def with_default(template: Template, option: str, value: str | float | None) -> Template:
    """``value``: of the option's kind, and allowed by it; None: what the workflow has.

    Raises:
        Refused: it is required, and so has none.
    """
    if value is not None and option_in(template, option).required:
        raise Refused(text("workflow-edit-required-default", option=option))
    return _changed(template, option, default=value)


def narrowed(
    template: Template,
    option: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    step: float | None = None,
) -> Template:
    """How far a number may go; None: as far as the servers let it.

    Raises:
        Refused: no number would be left.
    """
    if minimum is not None and maximum is not None and minimum > maximum:
        raise Refused(text("workflow-edit-min-max", option=option))
    if step is not None and step <= 0:
        raise Refused(text("workflow-edit-step", option=option))
    return _changed(template, option, minimum=minimum, maximum=maximum, step=step)


def with_names(template: Template, option: str, names: Sequence[str]) -> Template:
    """The only names that may be chosen, in this order; none: all that the servers have.

    Raises:
        Refused: there are too many, or one is too long.
    """
    kept = tuple(dict.fromkeys(each.strip() for each in names if each.strip()))
    if len(kept) > MAX_NAMES or any(len(each) > MAX_CHOICE for each in kept):
        raise Refused(
            text("workflow-edit-names", option=option, most=str(MAX_NAMES), longest=str(MAX_CHOICE))
        )
    return _changed(template, option, choices=kept or None)


def command_described(template: Template, description: str) -> Template:
    """In all languages.

    Raises:
        Refused: it is empty, or too long.
    """
    words = _one_line(description)
    _check_description(template.name, words)
    return dataclasses.replace(template, description=words, description_localisations=MappingProxyType({}))


def for_adults(template: Template, *, nsfw: bool) -> Template:
    return dataclasses.replace(template, nsfw=nsfw)


def _changed(template: Template, option: str, **changes: Any) -> Template:
    spec = option_in(template, option)
    made = replace(spec, **changes)
    return dataclasses.replace(
        template, options=tuple(made if each is spec else each for each in template.options)
    )


def _check_description(name: str, words: str) -> None:
    problem = wrong_description(words)
    if problem is not None:
        raise _wrong(name, problem)


def _wrong(name: str, problem: Text) -> Refused:
    return Refused(text("workflow-edit-wrong", name=name, problem=problem))


def _one_line(words: str) -> str:
    return " ".join(words.split())
