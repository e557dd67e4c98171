"""Whose results a moderator looks at first, and that a group is shown as one."""

import pytest
from msgspec.structs import replace

from bot.moderation.chosen import Chosen, Layer, Source
from bot.moderation.keys import DAY_SECONDS, NEWCOMER_DAYS, REVIEW
from bot.moderation.people import Requester
from bot.moderation.showing import shown_as_one, why_reviewed
from bot.moderation.values import Review
from bot.texts import text
from tests.jobs.sample import new_job

NOW = 1_700_000_000.0
WEEK_AGO = NOW - 7 * DAY_SECONDS
NEWCOMER = text("review-why-newcomer", days=7)


@pytest.mark.parametrize(
    ("review", "who", "why"),
    [
        (Review.OFF, Requester(1), None),
        (Review.EVERYBODY, Requester(1, is_moderator=True), text("review-why-everybody")),
        (Review.NEWCOMERS, Requester(1, joined_at=WEEK_AGO + 1), NEWCOMER),
        (Review.NEWCOMERS, Requester(1, joined_at=WEEK_AGO), None),
        (Review.NEWCOMERS, Requester(1, joined_at=None), NEWCOMER),
        (Review.NEWCOMERS, Requester(1, joined_at=None, is_moderator=True), None),
    ],
)
def test_whose_results_are_looked_at_first(review: Review, who: Requester, why: object) -> None:
    layer = Layer({REVIEW.name: f'"{review}"', NEWCOMER_DAYS.name: '"7"'})
    assert why_reviewed(Chosen([(Source.GUILD, layer)]), who, NOW) == why


def test_what_holds_for_one_of_a_group_holds_for_all() -> None:
    jobs = [new_job(), replace(new_job(), spoiler=True), replace(new_job(), review=NEWCOMER)]
    assert [(each.spoiler, each.review) for each in shown_as_one(jobs)] == [(True, NEWCOMER)] * 3
