"""What a classifier's scores mean for one result by its guild's thresholds."""

import logging
from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from bot.classifying import ClassifierAway, Scores
from bot.delivery.file_kinds import DECODED, VIDEOS
from bot.moderation.classified import found
from bot.moderation.thresholds import ClassifierAction, Thresholds
from bot.texts import Text, text

log = logging.getLogger(__name__)

SAMPLE_TYPE = "image/jpeg"
"""Of what :meth:`bot.delivery.fitter.Fitter.sample` makes."""


class Classifies(Protocol):
    """What :class:`bot.classifying.Classifier` does."""

    async def scores(self, picture: bytes, content_type: str) -> Scores: ...


class Verdict(Struct, frozen=True):
    """Of a result, or of one file of it."""

    spoiler: bool = False
    review: Text | None = None
    refusal: Text | None = None

    def and_(self, other: "Verdict") -> "Verdict":
        """What holds of two together; of two reasons the first."""
        return Verdict(
            self.spoiler or other.spoiler, self.review or other.review, self.refusal or other.refusal
        )


NOTHING = Verdict()


class PictureCheck(Struct):
    """Of one result. Where the classifier does not answer for one file of it, it is not asked about the others."""

    classifier: Classifies | None
    """None: the operator has none (any more). For a guild that wants one it is away then."""
    thresholds: Thresholds
    is_closed: bool
    """Whether a moderator looks at what nobody could look at."""

    def looks_at(self, suffix: str) -> bool:
        """Sounds, texts and models in 3D show a classifier nothing."""
        return bool(self.thresholds) and suffix in DECODED | VIDEOS

    def of_nothing(self) -> Verdict:
        """Of what nobody could look at."""
        is_held = self.thresholds and self.is_closed
        return Verdict(review=text("review-why-unlooked")) if is_held else NOTHING

    async def of(self, sample: bytes | None) -> Verdict:
        """``sample``: what is seen of a file; None: nothing could be made of it."""
        scores = await self._scores(sample)
        if scores is None:
            return self.of_nothing()
        hit = found(self.thresholds, scores)
        if hit is None:
            return NOTHING
        match hit.action:
            case ClassifierAction.REFUSE:
                return Verdict(refusal=text("classified-refused", label=hit.label))
            case ClassifierAction.REVIEW:
                return Verdict(review=text("review-why-classified", label=hit.label))
            case ClassifierAction.SPOILER:
                return Verdict(spoiler=True)

    async def _scores(self, sample: bytes | None) -> Mapping[str, float] | None:
        if sample is None or self.classifier is None:
            return None
        try:
            return await self.classifier.scores(sample, SAMPLE_TYPE)
        except ClassifierAway as error:
            log.warning("the classifier: %s", error)
            self.classifier = None
            return None
