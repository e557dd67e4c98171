"""A film or a sound, as far as its container tells. Values only."""

import math

from msgspec import Struct
from msgspec.structs import replace


class Recording(Struct, frozen=True):
    seconds: float | None = None
    """None: it does not say."""
    has_pictures: bool = False
    has_sound: bool = False

    def lasting(self, seconds: float) -> "Recording":
        """Zero, and what is no number, say nothing. Of two that say something the longer counts."""
        if not math.isfinite(seconds) or seconds <= 0:
            return self
        return replace(self, seconds=max(seconds, self.seconds or 0))

    def joined(self, track: "Recording") -> "Recording":
        return replace(
            self,
            has_pictures=self.has_pictures or track.has_pictures,
            has_sound=self.has_sound or track.has_sound,
        )
