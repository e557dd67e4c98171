"""What ``python -m bot doctor`` has to say: one line after the other."""

from msgspec import Struct

from bot.texts import Text

PATIENCE_SECONDS = 15.0
"""How long an answer is waited for."""


class Finding(Struct, frozen=True):
    """One line: what was looked at and how it is."""

    good: bool | None
    """None: worth knowing, and the bot runs without it."""
    words: Text

    @property
    def mark(self) -> str:
        return {True: "✓", False: "✗", None: "–"}[self.good]

    @property
    def plain_mark(self) -> str:
        """For a terminal that does not know the other."""
        return {True: "ok", False: "NO", None: "--"}[self.good]
