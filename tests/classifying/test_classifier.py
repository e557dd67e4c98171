"""A classifier is asked about each picture once, within bounds, and whatever it answers is scores or nothing."""

import asyncio
import json
from collections.abc import AsyncGenerator

import pytest

from bot.classifying import ClassifierAway
from bot.classifying.endpoint import AT_ONCE
from bot.classifying.scores import scores_of
from tests.classifying.stand_in import KEY, ClassifierStandIn, Fault


@pytest.fixture
async def stand_in() -> AsyncGenerator[ClassifierStandIn]:
    async with ClassifierStandIn.running() as stand_in:
        yield stand_in


async def test_a_picture_is_sent_as_it_is_with_the_key_and_once(stand_in: ClassifierStandIn) -> None:
    async with stand_in.client() as classifier:
        assert await classifier.scores(b"a fox", "image/jpeg") == {"nudity": 0.01}
        assert await classifier.scores(b"a fox", "image/jpeg") == {"nudity": 0.01}
        await classifier.scores(b"a cat", "image/jpeg")
    assert [each.picture for each in stand_in.sent] == [b"a fox", b"a cat"]
    headers = stand_in.sent[0].headers
    assert (headers["Content-Type"], headers["Authorization"]) == ("image/jpeg", f"Bearer {KEY}")


@pytest.mark.parametrize("fault", Fault)
async def test_whatever_goes_wrong_it_is_asked_twice_and_then_away(
    stand_in: ClassifierStandIn, fault: Fault
) -> None:
    stand_in.always = fault
    # only of one that hangs the end is waited for; each has to arrive before it
    async with stand_in.client(seconds=1.0 if fault is Fault.HANG else 10.0) as classifier:
        with pytest.raises(ClassifierAway):
            await classifier.scores(b"a fox", "image/jpeg")
        assert len(stand_in.sent) == 2
        stand_in.always = None
        stand_in.next.append(Fault.ERROR)
        assert await classifier.scores(b"a fox", "image/jpeg") == {"nudity": 0.01}


async def test_nobody_is_there(stand_in: ClassifierStandIn) -> None:
    stand_in.url = "http://127.0.0.1:1/"
    async with stand_in.client() as classifier:
        with pytest.raises(ClassifierAway):
            await classifier.scores(b"a fox", "image/jpeg")


async def test_few_pictures_are_looked_at_at_once(stand_in: ClassifierStandIn) -> None:
    stand_in.seconds = 0.02
    async with stand_in.client() as classifier:
        await asyncio.gather(*(classifier.scores(bytes([each]), "image/jpeg") for each in range(20)))
    assert stand_in.most_at_once == AT_ONCE


@pytest.mark.parametrize(
    "answer",
    [
        {"nudity": 0.9, "gore": 0},
        {"labels": {"nudity": 0.9, "gore": 0, "odd": None, "far": 7, "on": True}},
        [{"label": "nudity", "score": 0.9}, {"label": "gore", "score": 0}, "odd"],
        {"labels": [{"label": "nudity", "score": 0.9}, {"label": "gore", "score": 0}]},
    ],
)
def test_labels_and_scores_are_read_in_the_forms_that_there_are(answer: object) -> None:
    assert scores_of(json.dumps(answer).encode()) == {"nudity": 0.9, "gore": 0.0}


@pytest.mark.parametrize("answer", ["", "7", "null", "[]", "{}", '{"a": "b"}', '{"a": 1e999}', "[" * 10_000])
def test_an_answer_without_scores_is_none(answer: str) -> None:
    with pytest.raises(ClassifierAway):
        scores_of(answer.encode())
