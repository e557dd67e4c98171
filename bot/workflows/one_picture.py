"""Workflows that make something of one picture and a few words: what a short form can ask for. Pure."""

from collections.abc import Iterator

from msgspec import Struct

from bot.workflows.template import OptionKind
from bot.workflows.workflow import Option, Workflow

_STRENGTH = "denoise"
"""What samplers call how much of the picture is to change."""


class OnePicture(Struct, frozen=True):
    """The options of such a workflow by what they are for; None: it has none for that."""

    picture: Option
    prompt: Option | None
    strength: Option | None
    area: Option | None
    mask: Option | None


def one_picture(workflow: Workflow) -> OnePicture | None:
    """None: it starts from no picture or from several, or must be told more than such a form can ask."""
    pictures = [each for each in workflow.options if each.kind is OptionKind.IMAGE and each.required]
    if len(pictures) != 1:
        return None
    picture = pictures[0]
    laid_over = [each for each in workflow.options if each.of == picture.name]
    found = OnePicture(
        picture=picture,
        prompt=_first(each for each in workflow.options if each.name == (workflow.prompt_option or "prompt")),
        strength=_first(each for each in workflow.options if _is_strength(each)),
        area=_first(each for each in laid_over if each.kind is OptionKind.AREA),
        mask=_first(each for each in laid_over if each.kind is OptionKind.MASK),
    )
    asked = (found.picture, found.prompt, found.strength)
    return found if all(each in asked for each in workflow.options if each.required) else None


def _first(options: Iterator[Option]) -> Option | None:
    return next(options, None)


def _is_strength(option: Option) -> bool:
    return option.kind is OptionKind.NUMBER and any(each.input_name == _STRENGTH for each in option.targets)
