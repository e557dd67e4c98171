"""Why there are no scores."""

from bot.errors import ForOperator


class ClassifierAway(ForOperator):
    """It cannot be reached, refuses, or answers nothing that could be read."""
