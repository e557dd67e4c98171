"""What is done with a picture because of what a classifier says of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.moderation.thresholds import ClassifierAction, Thresholds

_STRICTEST_FIRST = (ClassifierAction.REFUSE, ClassifierAction.REVIEW, ClassifierAction.SPOILER)


@dataclass(frozen=True, slots=True)
class Found:
    """The strictest that a guild wants done, and because of what."""

    action: ClassifierAction
    label: str


def found(thresholds: Thresholds, scores: Mapping[str, float]) -> Found | None:
    """``scores``: label → 0 to 1; labels are the same in capitals. None: nothing is done."""
    by_name = {label.casefold(): score for label, score in scores.items()}
    for action in _STRICTEST_FIRST:
        for label, actions in thresholds.items():
            from_score = actions.get(action)
            if from_score is not None and by_name.get(label.casefold(), -1.0) >= from_score:
                return Found(action, label)
    return None
