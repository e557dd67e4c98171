"""The places of a graph that take a LoRA, whatever their nodes call them: of loaders, and of loaders of several."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.template import InputRef, Scalar

_NAME = re.compile(r"lora(?:_name)?(?:_?([0-9]{1,3}))?(?:_name)?", re.IGNORECASE)
"""``lora_name``; ``lora_name_2``, ``lora_2_name``, ``lora_02`` of loaders of several."""
_STRENGTH = re.compile(
    r"(?:lora_)?(?:(?:model|clip)_)?(?:strength|str|weight|wt)|strength_(?:model|clip)", re.IGNORECASE
)
"""Without the number, of ``strength_model``, ``lora_wt_2``, ``model_str_2``, ``lora_2_strength``."""
_COUNTS = frozenset({"lora_count", "num_loras"})
_SPEEDS_UP = re.compile(
    r"lightning|lcm|(?<!z_image_)(?<!z-image-)turbo|hyper|lightx2v|causvid|dmd|distill|[0-9]+[-_ ]?steps?",
    re.IGNORECASE,
)


class LoraPlace(Struct, frozen=True):
    name: InputRef
    strengths: tuple[InputRef, ...]
    """The inputs that say, all alike, how strongly it acts."""


def speeds_up(lora: str) -> bool:
    """Whether its name says that few steps are possible by it: without it they give noise."""
    return _SPEEDS_UP.search(lora) is not None


def lora_places(anatomy: Anatomy) -> Iterator[LoraPlace]:
    """Those on the way to what is saved, the first to run first; also the free ones of a loader of several."""
    for node_id in reversed(anatomy.useful):
        if changes_the_model(anatomy, node_id):
            yield from _places(anatomy, node_id)


def changes_the_model(anatomy: Anatomy, node_id: str) -> bool:
    """Not so a loader of which only the text encoder is used: its LoRA is a part of that."""
    outputs = anatomy.outputs(node_id) or ()
    links = [anatomy.link(use) for use in anatomy.used(node_id)]
    return outputs[:1] != ("MODEL",) or not links or any(link and link.slot == 0 for link in links)


def _places(anatomy: Anatomy, node_id: str) -> Iterator[LoraPlace]:
    values = {target.input_name: value for target, value in anatomy.literals(node_id)}
    if values.get("toggle") is False:
        return
    most = next((value for name, value in values.items() if name in _COUNTS and isinstance(value, int)), None)
    for name, value in values.items():
        match = _NAME.fullmatch(name)
        if not isinstance(value, str) or match is None or not _is_chosen(anatomy, InputRef(node_id, name)):
            continue
        number = match[1] or ""
        is_off = values.get(f"switch_{number}") == "Off"
        if is_off or (number and most is not None and int(number) > most):
            continue
        strengths = _strengths(values, number)
        if strengths:
            yield LoraPlace(InputRef(node_id, name), tuple(InputRef(node_id, each) for each in strengths))


def _is_chosen(anatomy: Anatomy, target: InputRef) -> bool:
    """From the servers' list; while no server has answered, what most loaders call it is believed."""
    spec = anatomy.spec(target)
    return target.input_name == "lora_name" if spec is None else spec.options is not None


def _strengths(values: Mapping[str, Scalar], number: str) -> Sequence[str]:
    """All, where they say the same; else those of the model, whose text encoder is weighed apart."""
    found = {
        name: value
        for name, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and _is_strength(name, number)
    }
    of_model = {name: value for name, value in found.items() if "clip" not in name}
    alike = found if len({*found.values()}) == 1 else of_model
    return [*alike] if len({*alike.values()}) == 1 else [*alike][:1]


def _is_strength(name: str, number: str) -> bool:
    bare = re.sub(rf"_?{number}(?![0-9])", "", name, count=1) if number else name
    return (not number or bare != name) and _STRENGTH.fullmatch(bare) is not None
