"""The LoRAs of a graph that people may choose: ``lora`` and ``lora-strength``, ``lora-2`` and so on."""

from collections.abc import Iterator, Sequence

from bot.texts import text
from bot.workflows.inference.anatomy import Anatomy
from bot.workflows.inference.candidate import Candidate
from bot.workflows.inference.lora_places import LoraPlace, lora_places, speeds_up
from bot.workflows.inference.option_role import OptionRole

MOST_SLOTS = 3
_NO_LORA = "None"
"""What loaders of several call a place that is free."""


def lora_slots(anatomy: Anatomy) -> list[Candidate]:
    """The first to run first. What loads the same LoRA for another model goes along with it."""
    by_lora: dict[str, list[LoraPlace]] = {}
    for place in lora_places(anatomy):
        lora = str(anatomy.literal(place.name))
        if not speeds_up(lora):
            key = repr(place.name) if lora == _NO_LORA else lora
            by_lora.setdefault(key, []).append(place)
    chosen = [*by_lora.values()][:MOST_SLOTS]
    return [
        each
        for number, places in enumerate(chosen, start=1)
        for each in _slot(anatomy, places, number, is_only=len(chosen) == 1)
    ]


def _slot(
    anatomy: Anatomy, places: Sequence[LoraPlace], number: int, *, is_only: bool
) -> Iterator[Candidate]:
    own = str(anatomy.literal(places[0].name))
    tells = not is_only and own != _NO_LORA
    shown = own.replace("\\", "/").rpartition("/")[2].removesuffix(".safetensors")
    yield Candidate(
        tuple(place.name for place in places),
        role=OptionRole.LORA,
        about=text("option-lora-instead", lora=shown) if tells else None,
        slot=number,
    )
    strengths = tuple(target for place in places for target in place.strengths)
    if len({anatomy.literal(target) for target in strengths}) == 1:
        yield Candidate(
            strengths,
            role=OptionRole.LORA_STRENGTH,
            about=text("option-lora-strength-of", lora=shown) if tells else None,
            slot=number,
        )
