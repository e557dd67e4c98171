"""The words that settings can be set to, where there is a list of them."""

from enum import StrEnum


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


class ShowcaseBy(StrEnum):
    """Who may copy a result to the showcase."""

    REQUESTER = "requester"
    """Whoever asked for it, and moderators."""
    MODERATORS = "moderators"


class ResultStyle(StrEnum):
    """How several files of one result are posted."""

    GALLERY = "gallery"
    SINGLE = "single"
    """A message for each."""


class Metadata(StrEnum):
    """How much of what made it travels with a posted file; never more than the operator allows."""

    OPERATOR = "operator"
    """As much as the operator allows."""
    FULL = "full"
    RECIPE = "recipe"
    NONE = "none"

    def is_more_than(self, other: "Metadata") -> bool:
        falling = tuple(Metadata)
        return self is not Metadata.OPERATOR and falling.index(self) < falling.index(other)


class GuildLanguage(StrEnum):
    """Of messages that everybody reads."""

    AUTO = "auto"
    """As the operator chose, else the guild's own."""
    ENGLISH = "en"
    CHINESE = "zh-CN"


class Nsfw(StrEnum):
    """Where adult content may be made. Discord's own rules know no third answer."""

    RESTRICTED = "restricted"
    """In age-restricted channels, and threads of them."""
    OFF = "off"
    """Nowhere."""


class Review(StrEnum):
    """Whose results a moderator looks at before they are posted."""

    OFF = "off"
    NEWCOMERS = "newcomers"
    EVERYBODY = "everybody"


class ClassifierAway(StrEnum):
    """What becomes of a picture that the classifier does not answer for."""

    CLOSED = "closed"
    """It is held for review."""
    OPEN = "open"
    """It is posted."""
