"""The form of **Use as input**: what it asks, and what its answers mean for the workflow that was chosen. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import discord
from discord import ui
from msgspec import Struct

from bot.errors import NotThere, Refused
from bot.jobs.inputs import Attachment
from bot.texts import Text, render, text
from bot.workflows import Option, Workflow
from bot.workflows.one_picture import OnePicture, one_picture
from bot.workflows.typed import typed_value
from cogs._command_line import Value, command_line_for
from cogs._forms import Field, Submitted, area_field, choice, choice_field, file_field, form, words_field

WORKFLOW, PICTURE = "workflow", "picture"
_PROMPT, _STRENGTH, _AREA, _MASK = "prompt", "strength", "area", "mask"

_LABELS: Mapping[str, Text] = {
    _PROMPT: text("form-prompt"),
    _STRENGTH: text("form-strength"),
    _AREA: text("form-area"),
    _MASK: text("form-mask"),
}


class Offer(Struct, frozen=True):
    """The workflows that start from one picture, by key."""

    workflows: Mapping[str, Workflow]
    options: Mapping[str, OnePicture]

    @staticmethod
    def of(workflows: Mapping[str, Workflow]) -> "Offer":
        found = {name: one_picture(each) for name, each in workflows.items()}
        options = {name: each for name, each in found.items() if each is not None}
        return Offer({name: workflows[name] for name in options}, options)


class Answers(Struct, frozen=True):
    """What is to be done with the picture; ``picture`` is the option that takes it."""

    picture: str
    values: Mapping[str, Value]
    files: Mapping[str, Attachment] = {}


def input_form(custom_id: str, offer: Offer, pictures: Mapping[str, Attachment], locale: str) -> ui.Modal:
    """``pictures`` by their identity; one needs no choice."""
    return form(custom_id, render(text("menu-use-as-input"), locale), _fields(offer, pictures, locale))


def typed_again(
    workflow: Workflow,
    options: OnePicture,
    submitted: Submitted,
    pictures: Mapping[str, Attachment],
    locale: str,
) -> str:
    """The command that says the same as the form, as far as it is known."""
    picture = _chosen(submitted, pictures)
    given: dict[str, Value] = {} if picture is None else {options.picture.name: picture.filename}
    for name, option in _by_field(options).items():
        file = submitted.files.get(name)
        if words := submitted.words.get(name) or (file.filename if file else ""):
            given[name if option is None else option.name] = words
    return command_line_for(workflow, given, locale)


def answers(workflow: Workflow, options: OnePicture, submitted: Submitted) -> Answers:
    """What the fields say.

    Raises:
        Refused: something was filled in that this workflow has no option for.
    """
    values: dict[str, Value] = {}
    files: dict[str, Attachment] = {}
    for name, option in _by_field(options).items():
        words, file = submitted.words.get(name, "").strip(), submitted.files.get(name)
        if not words and file is None:
            continue
        if option is None:
            raise Refused(text("form-not-taken", workflow=workflow.command, field=_LABELS[name]))
        if file is not None:
            files[option.name] = file
        else:
            values[option.name] = typed_value(option, words)
    return Answers(options.picture.name, values, files)


def chosen_picture(submitted: Submitted, pictures: Mapping[str, Attachment]) -> Attachment:
    """The one that was chosen, or the only one.

    Raises:
        NotThere: the message does not show it any more.
    """
    found = _chosen(submitted, pictures)
    if found is None:
        raise NotThere(text("menu-picture-gone"))
    return found


def _chosen(submitted: Submitted, pictures: Mapping[str, Attachment]) -> Attachment | None:
    chosen = submitted.words.get(PICTURE)
    return pictures.get(chosen) if chosen else next(iter(pictures.values()), None)


def _by_field(options: OnePicture) -> Mapping[str, Option | None]:
    return {
        _PROMPT: options.prompt,
        _STRENGTH: options.strength,
        _AREA: options.area,
        _MASK: options.mask,
    }


def _fields(offer: Offer, pictures: Mapping[str, Attachment], locale: str) -> Iterator[Field]:
    """Where there is not room for all, a mask can still be told as an area."""
    yield choice_field(
        WORKFLOW, render(text("form-workflow"), locale), "", _workflows(offer, locale), required=True
    )
    if len(pictures) > 1:
        label = render(text("form-picture"), locale)
        yield choice_field(PICTURE, label, "", _pictures(pictures), required=True)
    makers: Mapping[str, Callable[[str, str], Field]] = {
        _PROMPT: lambda label, about: words_field(_PROMPT, label, about, in_lines=True),
        _STRENGTH: lambda label, about: words_field(_STRENGTH, label, about),
        _AREA: lambda label, about: area_field(_AREA, label, about, locale),
        _MASK: lambda label, about: file_field(_MASK, label, about),
    }
    for name, make in makers.items():
        takers = [each for each, options in offer.options.items() if _by_field(options)[name] is not None]
        if takers:
            label = render(_LABELS[name], locale)
            yield make(label, _only_for(takers, offer, locale))


def _workflows(offer: Offer, locale: str) -> list[discord.SelectOption]:
    return [
        choice(
            name,
            workflow.called(locale),
            workflow.description_localisations.get(locale, workflow.description),
            chosen=index == 0,
        )
        for index, (name, workflow) in enumerate(offer.workflows.items())
    ]


def _pictures(pictures: Mapping[str, Attachment]) -> list[discord.SelectOption]:
    return [
        choice(identity, f"{number} · {picture.filename}", chosen=number == 1)
        for number, (identity, picture) in enumerate(pictures.items(), start=1)
    ]


def _only_for(takers: Sequence[str], offer: Offer, locale: str) -> str:
    """Nothing, where all take it."""
    if len(takers) == len(offer.workflows):
        return ""
    names = ", ".join(offer.workflows[each].called(locale) for each in takers)
    return render(text("form-only-for", workflows=names), locale)
