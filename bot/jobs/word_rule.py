"""A rule about words. A value."""

from enum import StrEnum

from msgspec import Struct

MAX_NAME = 32


class WordAction(StrEnum):
    """What is done with a job whose words a rule is about; the strictest comes first."""

    REFUSE = "refuse"
    REVIEW = "review"
    """Moderators look at the result before it is posted."""
    SPOILER = "spoiler"
    """The result is posted behind a spoiler."""


class WordRule(Struct, frozen=True):
    """Of a guild. It has words, or a pattern: one of the two."""

    guild_id: int
    name: str
    action: WordAction
    made_by: int
    words: tuple[str, ...] = ()
    """Words and phrases; ``*`` at an end: whatever a word begins or ends with there."""
    loose: bool = False
    """Also where its letters stand apart, or stand more than once: ``f.o.o``, ``fooo``."""
    spares_negative: bool = False
    """Not about what a picture is to be kept free of: a negative prompt."""
    pattern: str | None = None
    """A regular expression."""
