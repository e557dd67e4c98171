"""Why there are no scores."""

from bot.errors import ForOperator
from bot.texts import Argument


class ClassifierAway(ForOperator):
    """It cannot be reached, refuses, or answers nothing that could be read. ``details``: which of it."""

    def __init__(self, details: Argument) -> None:
        super().__init__(details)
        self.details = details
