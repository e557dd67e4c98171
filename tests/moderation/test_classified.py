import pytest

from bot.moderation.classified import Found, found
from bot.moderation.thresholds import THRESHOLDS, ClassifierAction

REFUSE, REVIEW, SPOILER = ClassifierAction.REFUSE, ClassifierAction.REVIEW, ClassifierAction.SPOILER
WANTED = THRESHOLDS.read("nudity: spoiler 0.5, refuse 0.9; Gore: review 0.3")


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"nudity": 0.49, "gore": 0.29, "other": 1.0}, None),
        ({"nudity": 0.5}, Found(SPOILER, "nudity")),
        ({"NUDITY": 0.95}, Found(REFUSE, "nudity")),
        ({"nudity": 0.6, "gore": 0.3}, Found(REVIEW, "Gore")),
        ({}, None),
    ],
)
def test_the_strictest_that_a_guild_wants_is_done(scores: dict[str, float], expected: Found | None) -> None:
    assert found(WANTED, scores) == expected
