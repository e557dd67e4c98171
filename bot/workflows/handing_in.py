"""What a person hands in with a command: files, and where their pictures are to change. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.errors import Refused
from bot.jobs.inputs import Area, KeptInput, Masking, NewInput, Source
from bot.texts import text
from bot.workflows.answers import check
from bot.workflows.attachment_settling import is_attached
from bot.workflows.discord_rules import whole_characters
from bot.workflows.needs import value_need
from bot.workflows.template import ATTACHED, OptionKind, Scalar
from bot.workflows.workflow import Option, Workflow

MAX_SHOWN = 100
"""Characters of a file's name that people are shown."""


class HandedIn(Struct, frozen=True):
    inputs: tuple[NewInput, ...]
    shown: Mapping[str, str]
    """Option → the file's name or the area; the workflow's own file where the person left it out."""
    needs: frozenset[str]
    """The workflow's own files that a backend must have."""


def hand_in(workflow: Workflow, values: Mapping[str, Scalar], attachments: Mapping[str, Source]) -> HandedIn:
    """The files of a job.

    Raises:
        Refused: one is missing, or is where none is taken; a mask has no picture, or there are two for one.
    """
    options = [option for option in workflow.options if is_attached(option.kind)]
    _refuse_files_elsewhere(options, attachments)
    areas = _areas(options, values)
    given = attachments.keys() | areas.keys()
    kept = {name for name, source in attachments.items() if isinstance(source, KeptInput)}
    for option in options:
        if option.of not in kept:  # the mask of then comes along
            _refuse_missing(option, given)
    _refuse_masks_astray(options, given)
    inputs = tuple(
        NewInput(
            option=option.name,
            kind=ATTACHED[option.kind],
            source=attachments[option.name],
            targets=tuple((target.node_id, target.input_name) for target in option.targets),
            masking=_masking(option, options, attachments, areas),
        )
        for option in options
        if option.name in attachments and option.of is None
    )
    own = {
        option.name: option for option in options if option.name not in given and option.default is not None
    }
    shown = {name: _named(attachment) for name, attachment in attachments.items()}
    shown |= {name: area.value for name, area in areas.items()}
    shown |= {name: str(option.default) for name, option in own.items()}
    needs = frozenset(need for option in own.values() for need in _needs(workflow, option))
    return HandedIn(inputs, shown, needs)


def _refuse_files_elsewhere(options: Sequence[Option], attachments: Mapping[str, Source]) -> None:
    """A command may be older than the workflow: a file where words are wanted now."""
    take_files = {option.name for option in options if option.kind in ATTACHED}
    for name in attachments:
        if name not in take_files:
            raise Refused(text("value-takes-no-file", option=name))


def _areas(options: Sequence[Option], values: Mapping[str, Scalar]) -> Mapping[str, Area]:
    given = {option.name: check(option, values[option.name]) for option in options if option.name in values}
    return {name: Area(area) for name, area in given.items()}


def _refuse_missing(option: Option, given: set[str]) -> None:
    if option.required and option.name not in given:
        raise Refused(text("value-missing", option=option.name))


def _refuse_masks_astray(options: Sequence[Option], given: set[str]) -> None:
    """Over a picture that is not the person's there is nothing to lay; and two ways to say where are one too many."""
    laid: dict[str, str] = {}
    for option in options:
        if option.of is None or option.name not in given:
            continue
        if option.of not in given:
            raise Refused(text("value-mask-without-picture", option=option.name, picture=option.of))
        other = laid.setdefault(option.of, option.name)
        if other != option.name:
            raise Refused(text("value-mask-twice", first=other, second=option.name))


def _masking(
    picture: Option,
    options: Sequence[Option],
    attachments: Mapping[str, Source],
    areas: Mapping[str, Area],
) -> Masking | None:
    partners = [option for option in options if option.of == picture.name]
    if not partners:
        return None
    painted = [attachments.get(option.name) for option in partners if option.kind is OptionKind.MASK]
    named = [areas.get(option.name) for option in partners if option.kind is OptionKind.AREA]
    return Masking(painted=next(iter(painted), None), area=next(iter(named), None))


def _named(source: Source) -> str:
    name = " ".join(whole_characters(source.filename).split())
    return name if len(name) <= MAX_SHOWN else name[: MAX_SHOWN - 1] + "…"


def _needs(workflow: Workflow, option: Option) -> Sequence[str]:
    nodes = [(workflow.graph[target.node_id], target.input_name) for target in option.targets]
    return [value_need(node.class_type, name, str(node.inputs[name])) for node, name in nodes]
