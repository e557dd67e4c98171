"""Where a graph says how much work it is: sizes, batches, steps, frames."""

from collections.abc import Iterator

from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.meaning import role_of
from bot.workflows.inference.numbers import pairs
from bot.workflows.inference.option_role import OptionRole
from bot.workflows.template import InputRef
from bot.workflows.workflow import Amounts

_MADE_AT_ONCE = frozenset({"LATENT", "IMAGE", "VIDEO"})
"""What a batch is of that takes a GPU's memory; other nodes only look at so many at once."""


def amounts(anatomy: Anatomy) -> Amounts:
    sizes = dict.fromkeys(pair for node_id in anatomy.useful for pair in pairs(anatomy, node_id))
    fps = [anatomy.literal(target) for target in _meaning(anatomy, OptionRole.FPS)]
    return Amounts(
        sizes=tuple(sizes),
        megapixels=tuple(_meaning(anatomy, OptionRole.MEGAPIXELS)),
        batch=tuple(_meaning(anatomy, OptionRole.BATCH_SIZE)),
        steps=tuple(_meaning(anatomy, OptionRole.STEPS)),
        frames=tuple(_meaning(anatomy, OptionRole.LENGTH)),
        seconds=tuple(_held_seconds(anatomy)),
        fps=next((value for value in fps if isinstance(value, int | float) and value > 0), None),
    )


def _meaning(anatomy: Anatomy, role: OptionRole) -> Iterator[InputRef]:
    for node_id in anatomy.useful:
        for name in anatomy.graph[node_id].inputs:
            target = InputRef(node_id, name)
            if role_of(anatomy, target) is role and _is_of_a_picture(anatomy, target, role):
                held = anatomy.behind(target)
                if held is not None:
                    yield held


def _is_of_a_picture(anatomy: Anatomy, target: InputRef, role: OptionRole) -> bool:
    outputs = anatomy.outputs(target.node_id)
    return role is not OptionRole.BATCH_SIZE or outputs is None or not _MADE_AT_ONCE.isdisjoint(outputs)


def _held_seconds(anatomy: Anatomy) -> Iterator[InputRef]:
    """Seconds that a node holds for arithmetic, of a graph whose frames are counted."""
    has_frames = any(True for _ in _meaning(anatomy, OptionRole.FPS))
    for node_id in anatomy.useful if has_frames else ():
        for target, value in anatomy.literals(node_id):
            if (
                not isinstance(value, str | bool)
                and anatomy.holds(target)
                and _is_called_seconds(anatomy, target)
            ):
                yield target


def _is_called_seconds(anatomy: Anatomy, target: InputRef) -> bool:
    title = (anatomy.graph[target.node_id].title or "").lower()
    return any(word in title for word in ("duration", "second", "时长", "秒"))
