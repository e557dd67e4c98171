"""Which LoRA of a server's list a person means. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.workflows.spelling import nearest, same_file, slashed

_SUFFIX = re.compile(r"\.(safetensors|sft|ckpt|pt|pth|bin)$", re.IGNORECASE)
_LIKENESS = 0.6
_ENOUGH_LETTERS = 3
"""Of a part of a name that is to stand for the whole."""


class MeantLora(NamedTuple):
    name: str
    is_certain: bool
    """Nobody needs to be told: it was named, if without its folder or suffix."""


def meant_lora(name: str, names: Sequence[str]) -> MeantLora | None:
    """None: nothing resembles it."""
    if (there := same_file(name, names)) is not None:
        return MeantLora(there, is_certain=True)
    paths: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    for each in names:
        paths.setdefault(_path(each), []).append(each)
        stems.setdefault(_stem(each), []).append(each)
    wanted = _stem(name)
    for found in (paths.get(_path(name)), stems.get(wanted)):
        if found is not None:
            return MeantLora(found[0], is_certain=len(found) == 1)
    if len(wanted) >= _ENOUGH_LETTERS and (longer := [stem for stem in stems if wanted in stem]):
        nearer = min(longer, key=lambda stem: (not stem.startswith(wanted), len(stem)))
        return MeantLora(stems[nearer][0], is_certain=False)
    similar = nearest(wanted, stems, count=1, likeness=_LIKENESS)
    return MeantLora(stems[similar[0]][0], is_certain=False) if similar else None


def _path(name: str) -> str:
    return _SUFFIX.sub("", slashed(name)).casefold()


def _stem(name: str) -> str:
    return _path(name).rpartition("/")[2]
