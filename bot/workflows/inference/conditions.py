"""Inputs that exist only while something else is chosen."""

from collections.abc import Collection

from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.naming import from_input
from bot.workflows.template import InputRef

_MOST_NAMED = 3


def only_with(anatomy: Anatomy, candidate: Candidate, offered: Collection[InputRef]) -> tuple[str, ...]:
    """The choices that bring the input, as ``model: a``; none where all do, or where nobody can choose."""
    target = candidate.targets[0]
    owner, _, own = target.input_name.rpartition(".")
    combo = InputRef(target.node_id, owner)
    spec = anatomy.spec(combo) if owner and combo in offered else None
    if spec is None or spec.variants is None:
        return ()
    variants = spec.variants
    having = [choice for choice, inputs in variants.items() if own in inputs]
    if len(having) == len(variants):
        return ()
    named = [f"{from_input(combo.own_name)}: {having[0]}", *having[1:_MOST_NAMED]]
    return (*named, "…") if len(having) > _MOST_NAMED else tuple(named)
