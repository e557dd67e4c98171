"""Why the prompt helper gave no words. Each is a sentence for the person, whose own words are still there."""

from bot.errors import UserError
from bot.texts import Argument, text


class WordingError(UserError):
    """``details`` is for the operator: a status or a reason, never anybody's words."""

    passing = False
    """Whether the same may go well a moment later."""
    details: Argument = ""


class HelperAway(WordingError):
    """It cannot be reached, is overloaded, or broke off."""

    passing = True

    def __init__(self, details: Argument) -> None:
        super().__init__(text("prompt-helper-away"))
        self.details = details


class HelperTimedOut(WordingError):
    """Somebody waits, so it is not asked a second time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(text("prompt-helper-timed-out", seconds=seconds))
        self.details = text("helper-no-answer", seconds=f"{seconds:g}")


class HelperUnusable(WordingError):
    """The address, the model or the key is wrong: only the operator can mend it."""

    def __init__(self, details: Argument) -> None:
        super().__init__(text("prompt-helper-unusable"))
        self.details = details


class HelperRefused(WordingError):
    """The model does not want to write that."""

    def __init__(self) -> None:
        super().__init__(text("prompt-helper-refused"))
        self.details = text("helper-declined")


class HelperUnreadable(WordingError):
    """What came back is no prompt: cut off, empty, or far too much."""

    def __init__(self, details: Argument) -> None:
        super().__init__(text("prompt-helper-unreadable"))
        self.details = details
