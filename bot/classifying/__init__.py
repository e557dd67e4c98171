"""What a picture shows, as a classifier of the operator's own says it: labels with scores. No model comes with the bot.

It knows nothing of jobs or Discord, and decides nothing: :mod:`bot.moderation.classified` does.
"""

from bot.classifying.endpoint import Classifier, ClassifierEndpoint
from bot.classifying.errors import ClassifierAway
from bot.classifying.scores import Scores

__all__ = ["Classifier", "ClassifierAway", "ClassifierEndpoint", "Scores"]
