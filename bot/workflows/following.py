"""Which workflow makes what of a picture that another one made: told from the workflows themselves. Pure."""

import re
from collections.abc import Iterator, Mapping

from bot.comfy import Graph
from bot.errors import Refused
from bot.workflows.after import OF_A_PICTURE, After, Button
from bot.workflows.answers import check
from bot.workflows.attachment_settling import is_attached
from bot.workflows.key import is_same
from bot.workflows.one_picture import OnePicture, one_picture
from bot.workflows.recipe import is_model
from bot.workflows.template import OptionKind, Scalar
from bot.workflows.typed import typed_value
from bot.workflows.workflow import Option, Workflow

_MOVING = re.compile(r"save.*(video|webm|webp|animated|gif|apng)|video_?combine|create_?video", re.IGNORECASE)
"""Classes that save or make something that moves."""
_STILL = frozenset({"SaveWEBP", "SaveImageWebp"})
_ENLARGING = re.compile(r"upscale.*model|ultimate.*upscale|supir|seedvr|upscaler", re.IGNORECASE)
"""Classes that draw details into a larger picture; plain scaling stands in many a workflow for other ends."""


def following(source: Workflow | None, workflows: Mapping[str, Workflow]) -> Mapping[Button, str]:
    """For each button that starts a workflow the key of the one that the source's author names, or of the first that fits.

    ``workflows``, by key, are what is offered now. A named one that is not offered, or takes no single picture, is nobody's turn.
    """
    named = (After() if source is None else source.after).workflows
    keys = {workflow.command: key for key, workflow in workflows.items()} | {key: key for key in workflows}
    found: dict[Button, str] = {}
    for key, workflow in workflows.items():
        if (button := fitting(workflow)) is not None:
            found.setdefault(button, key)
    for button, name in named.items():
        found.pop(button, None)
        if (key := keys.get(name)) is not None and can_follow(button, workflows[key]):
            found[button] = key
    return {button: found[button] for button in OF_A_PICTURE if button in found}


def fitting(workflow: Workflow) -> Button | None:
    """What the workflow does with one picture; None: it takes none, or nobody can tell."""
    options = one_picture(workflow)
    if options is None:
        return None
    if moves(workflow):
        return Button.ANIMATE
    if options.mask is not None or options.area is not None:
        return Button.INPAINT
    if any(_ENLARGING.search(each) for each in _classes(workflow.graph)):
        return Button.UPSCALE
    return Button.VARY if options.strength is not None else None


def can_follow(button: Button, workflow: Workflow) -> bool:
    """Whether a workflow that is named for a button can be started by it."""
    options = one_picture(workflow)
    return options is not None and (button is not Button.VARY or options.strength is not None)


def moves(workflow: Workflow) -> bool:
    """Whether a video or an animation comes out."""
    return any(_MOVING.search(each) and each not in _STILL for each in _classes(workflow.graph))


def needs_words(workflow: Workflow) -> bool:
    options = one_picture(workflow)
    return options is not None and options.prompt is not None and options.prompt.required


def carried_over(
    source: Workflow | None, before: Mapping[str, str], target: Workflow, options: OnePicture
) -> Mapping[str, Scalar]:
    """What of a job's values the next one takes over: its words always, all else where it runs on the same models.

    A number of steps that suits one model spoils another's picture. The seed, and how much is to change, are chosen anew.
    """
    shared = dict(_shared(before, target, options))
    same = source is not None and is_same(source.name, target.name)
    models = {option.name for option in target.options if is_model(str(option.default or ""))}
    if same or (models and models <= shared.keys()):
        return shared
    texts = {option.name for option in target.options if option.kind is OptionKind.TEXT}
    return {name: value for name, value in shared.items() if name in texts}


def _shared(before: Mapping[str, str], target: Workflow, options: OnePicture) -> Iterator[tuple[str, Scalar]]:
    for option in target.options:
        if (
            option.name in before
            and not is_attached(option.kind)
            and option.kind is not OptionKind.SEED
            and option is not options.strength
            and (value := _allowed(option, before[option.name])) is not None
        ):
            yield option.name, value


def _allowed(option: Option, words: str) -> Scalar | None:
    try:
        return check(option, typed_value(option, words))
    except Refused:
        return None


def _classes(graph: Graph) -> Iterator[str]:
    return (node.class_type for node in graph.values())
