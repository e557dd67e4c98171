"""Seeds, sizes, lengths, steps and models: found by the names of inputs, which nodes agree on better than on all else."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from bot.comfy import InputSpec
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.lora_slots import lora_slots
from bot.workflows.inference.meaning import role_of, suits
from bot.workflows.inference.option_role import ORDER, OptionRole
from bot.workflows.template import InputRef

_BATCHED = frozenset({"batch_size", "length", "video_frames"})
"""Beside a width and a height, these tell a node that makes latents, for while no server has answered."""
_OF_LATENTS = ("", "empty_latent_")
"""What stands before a width: loaders that begin a picture, too, call it ``empty_latent_width``."""
_SEED_END = "seed"
_SIZE = (OptionRole.WIDTH, OptionRole.HEIGHT)

_Pair: TypeAlias = tuple[InputRef, InputRef]


def seeds(anatomy: Anatomy, fixed: frozenset[InputRef]) -> list[Candidate]:
    """One seed for the whole graph. Those that the author fixed stay, unless that leaves none."""
    found = dict.fromkeys(
        held
        for node_id in anatomy.useful
        for name in anatomy.graph[node_id].inputs
        if _is_seed(anatomy, InputRef(node_id, name))
        and (held := anatomy.behind(InputRef(node_id, name))) is not None
        and _is_whole(anatomy, held)
    )
    loose = [target for target in found if target not in fixed]
    return [Candidate(tuple(loose or found), role=OptionRole.SEED)] if found else []


def sizes(anatomy: Anatomy) -> list[Candidate]:
    """Width and height where the picture begins; nodes that have the same two numbers are kept in step with it."""
    by_values: dict[tuple[object, ...], list[_Pair]] = {}
    begun: dict[tuple[object, ...], None] = {}
    for node_id in anatomy.useful:
        for pair in pairs(anatomy, node_id):
            values = tuple(map(anatomy.literal, pair))
            by_values.setdefault(values, []).append(pair)
            if _begins(anatomy, node_id):
                begun[values] = None
    return [
        Candidate(tuple(dict.fromkeys(pair[side] for pair in by_values[values])), role=role)
        for values in begun
        for side, role in enumerate(_SIZE)
    ]


def others(anatomy: Anatomy) -> list[Candidate]:
    """Everything else with a name that says what it is; equal values under one name are one option."""
    groups: dict[tuple[OptionRole, object], dict[InputRef, None]] = {}
    for node_id in anatomy.useful:
        for role, target in _roles_of(anatomy, node_id):
            groups.setdefault((role, anatomy.literal(target)), {})[target] = None
    named = [Candidate(tuple(targets), role=role) for (role, _), targets in groups.items()]
    return sorted([*lora_slots(anatomy), *named], key=_place)


def _place(candidate: Candidate) -> int:
    """A LoRA's strength goes with the LoRA."""
    return ORDER[OptionRole.LORA if candidate.slot else candidate.role or OptionRole.PROMPT]


def pairs(anatomy: Anatomy, node_id: str) -> Iterator[_Pair]:
    """The widths with their heights of a node, also those that a choice brings."""
    inputs = anatomy.graph[node_id].inputs
    for name in inputs:
        before, _, own = name.rpartition("width")
        if own == "" and name.endswith("width") and (before in _OF_LATENTS or before.endswith(".")):
            ends = (InputRef(node_id, name), InputRef(node_id, f"{before}height"))
            held = [anatomy.behind(each) for each in ends if each.input_name in inputs]
            match held:
                case [InputRef() as width, InputRef() as height] if _all_whole(anatomy, (width, height)):
                    yield width, height
                case _:
                    pass


def _roles_of(anatomy: Anatomy, node_id: str) -> Iterator[tuple[OptionRole, InputRef]]:
    for name in anatomy.graph[node_id].inputs:
        role = role_of(anatomy, InputRef(node_id, name))
        if role is None or role in _SIZE:
            continue
        held = anatomy.behind(InputRef(node_id, name))
        if held is not None and suits(role, anatomy.literal(held), anatomy.spec(held)):
            yield role, held


def _is_seed(anatomy: Anatomy, target: InputRef) -> bool:
    """A value that a node only holds is one where an input takes it that is; the editor can count anything up."""
    spec: InputSpec | None = anatomy.spec(target)
    if spec is not None and spec.type != "INT":
        return False
    if target.own_name.endswith(_SEED_END):
        return True
    return spec is not None and spec.control_after_generate and not anatomy.holds(target)


def _is_whole(anatomy: Anatomy, target: InputRef) -> bool:
    value = anatomy.literal(target)
    return isinstance(value, int) and not isinstance(value, bool)


def _all_whole(anatomy: Anatomy, targets: Iterable[InputRef]) -> bool:
    return all(_is_whole(anatomy, target) for target in targets)


def _begins(anatomy: Anatomy, node_id: str) -> bool:
    """Whether a picture begins at the node: it makes a latent, or makes pictures of no other picture."""
    outputs = anatomy.outputs(node_id)
    if outputs is None:
        return not _BATCHED.isdisjoint(anatomy.graph[node_id].inputs)
    if "LATENT" in outputs or "empty_latent_width" in anatomy.graph[node_id].inputs:
        return True
    takes = {
        spec.type for name, _ in anatomy.links(node_id) if (spec := anatomy.spec(InputRef(node_id, name)))
    }
    if takes & {"IMAGE", "VIDEO", "LATENT", "MASK"}:
        return False
    return bool({"IMAGE", "VIDEO"} & set(outputs)) or anatomy.gives_on(node_id, "width")
