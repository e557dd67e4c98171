"""What is done with a picture that a classifier is so sure about: ``nudity: spoiler 0.5, refuse 0.9; gore: review 0.3``."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from bot.moderation.kinds import OFF, Control, Kind, is_off, refuse

_EXAMPLE = "nudity: spoiler 0.5, refuse 0.9"
_LABEL = re.compile(r"([^:;,\n]+?)\s*:\s*(.+)")
_PART = re.compile(r"([a-z]+)\s+([01](?:\.[0-9]{1,6})?)")


class ClassifierAction(StrEnum):
    """From the mildest to the strictest."""

    SPOILER = "spoiler"
    REVIEW = "review"
    REFUSE = "refuse"


Thresholds: TypeAlias = Mapping[str, Mapping[ClassifierAction, float]]
"""Label → action → the score (0 to 1) from which on it is taken."""


def _read(typed: str) -> Thresholds:
    if is_off(typed):
        return {}
    found: dict[str, Mapping[ClassifierAction, float]] = {}
    for each in filter(None, map(str.strip, re.split(r"[;\n]", typed))):
        label = _LABEL.fullmatch(each)
        if label is None:
            refuse(typed, _EXAMPLE)
        found[label[1]] = dict(_part(part, typed) for part in label[2].split(","))
    return found


def _part(part: str, typed: str) -> tuple[ClassifierAction, float]:
    found = _PART.fullmatch(part.strip().casefold())
    if found is None or found[1] not in tuple(ClassifierAction) or float(found[2]) > 1:
        refuse(typed, _EXAMPLE)
    return ClassifierAction(found[1]), float(found[2])


def _written(value: Thresholds) -> str:
    return "\n".join(f"{label}: {_actions(actions)}" for label, actions in value.items()) or OFF


def _actions(actions: Mapping[ClassifierAction, float]) -> str:
    return ", ".join(f"{action} {score:g}" for action, score in actions.items())


THRESHOLDS: Kind[Thresholds] = Kind(_read, _written, Control.LINES, _EXAMPLE)
