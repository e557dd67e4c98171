"""Labels and scores, from the bytes of an answer. Pure."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from bot.classifying.errors import ClassifierAway
from bot.comfy.json_text import JsonLimit, parse_json
from bot.comfy.json_value import JsonValue, Unreadable, items, mapping
from bot.texts import text

LIMIT = JsonLimit(size_bytes=256 * 1024, elements=20_000)

Scores: TypeAlias = Mapping[str, float]
"""Label, as the classifier calls it → how sure it is, 0 to 1."""


def scores_of(content: bytes) -> Scores:
    """The scores of one picture.

    Three forms are understood: ``{"label": score}``, the same under ``labels``, and ``[{"label": …, "score": …}]``, as
    image classification at Hugging Face answers. Labels with anything but a number from 0 to 1 are passed over.

    Raises:
        ClassifierAway: no label has a score.
    """
    try:
        document = parse_json(content, LIMIT)
    except Unreadable as error:
        raise ClassifierAway(text("helper-no-json")) from error
    scores = dict(_scores(document))
    if not scores:
        raise ClassifierAway(text("classifier-no-labels"))
    return scores


def _scores(document: JsonValue) -> Iterator[tuple[str, float]]:
    if isinstance(document, list):
        for each in map(mapping, items(document)):
            yield from _score(each.get("label"), each.get("score"))
        return
    labels = mapping(document)
    inner = labels.get("labels")
    if isinstance(inner, list):
        yield from _scores(inner)
        return
    for label, score in mapping(inner or document).items():
        yield from _score(label, score)


def _score(label: JsonValue, score: JsonValue) -> Iterator[tuple[str, float]]:
    match label, score:
        case str(), bool():
            return
        case str(), int() | float() if 0 <= score <= 1:
            yield label, float(score)
        case _:
            return
