"""How much a person may hand in."""

from msgspec import Struct


class InputLimits(Struct, frozen=True):
    max_bytes: int = 50 * 2**20
    """Of one file."""
    max_pixels: int = 40_000_000
    """Of one picture."""
    max_seconds: float = 600.0
    """Of one film or sound, where it says how long it is."""
