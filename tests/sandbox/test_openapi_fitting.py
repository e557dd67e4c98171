"""Two judges of the same schemas, one quick and one that tells: they agree about what is right, and about faults in it."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.discord import DiscordStandIn
from tests.sandbox.openapi import Conformance
from tests.sandbox.openapi_document import Document, Objects, document_path
from tests.sandbox.openapi_fitting import Fitting, is_list, is_object
from tests.sandbox.openapi_schemas import Schema, validator_over
from tests.sandbox.showcase import showcase

FAULTS = 40
"""In each kind of value that goes over the wire."""
OTHERS: tuple[Any, ...] = (None, True, -1, 0, 1.0, 1.5, 10**20, "", "x" * 5000, [], [7, 7], {}, {"type": 2})


class Noted(Objects):
    """Of each schema the largest value that was looked at."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.values: dict[str, Any] = {}

    def problems(self, schema: Schema, value: object) -> Iterator[str]:
        key = json.dumps(schema)
        self.values[key] = max(value, self.values.get(key), key=lambda each: len(json.dumps(each)))
        return self._objects.problems(schema, value)


async def test_they_agree_about_all_that_goes_over_the_wire_and_about_faults_in_it() -> None:
    path = document_path()
    if path is None:
        pytest.skip("Discord's API document is not here; DISCORD_OPENAPI can name it")
    document = Document(json.loads(path.read_text(encoding="utf-8")))
    views = [document.requests, document.responses]
    document.requests, document.responses = noted = [Noted(each) for each in views]
    async with DiscordStandIn.running(observers=(Conformance(document),)) as discord, showcase(discord):
        general = discord.channels["general"]
        await discord.until(lambda: discord.commands)
        for line in ("/options prompt:fox sampler:Euler steps:12", "/later", "/speak"):
            await (await discord.member.slash(general, line)).answered()
        await discord.until(lambda: discord.member.direct.messages)
    verdicts = [
        verdict
        for objects, seen in zip(views, noted, strict=True)
        for key, value in seen.values.items()
        for verdict in verdicts_of(objects, json.loads(key), value)
    ]
    assert [told for fits, told in verdicts if fits == bool(told)] == []
    assert {fits for fits, _ in verdicts} == {True, False}


def verdicts_of(objects: Objects, schema: Schema, value: Any) -> Iterator[tuple[bool, list[str]]]:
    """Whether each fits, and what is told of it."""
    fits, validator = objects.checks(schema)
    chance = random.Random(len(json.dumps(value)))
    for each in [value, *(faulty(value, chance) for _ in range(FAULTS))]:
        yield fits(each), [error.message for error in validator.iter_errors(each)]


def faulty(value: Any, chance: random.Random) -> Any:
    """The same, with a part of it left out, made something else, or beside one that nobody knows."""
    if not value or not (is_object(value) or is_list(value)):
        return chance.choice(OTHERS)
    made: Any = copy.copy(value)
    key = chance.choice(list(value) if is_object(value) else range(len(value)))
    match chance.randrange(5):
        case 0:
            made.pop(key)
        case 1 if is_object(made):
            made["nobody knows"] = 1
        case 2:
            made[key] = chance.choice(OTHERS)
        case _:
            made[key] = faulty(made[key], chance)
    return made


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["integer", "null"], "minimum": 0, "maximum": 9},
        {"type": "number"},
        {"enum": [1, "x", None]},
        {"const": 1},
        {"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^x"},
        {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2, "uniqueItems": True},
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": {"type": "integer"},
        },
        {"required": ["type"], "properties": {"type": True}, "additionalProperties": False},
        {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
        {"allOf": [{"type": "number"}, {"minimum": 1}]},
        {"orNull": {"type": "string"}},
        {"byType": [[[1, 2], {"required": ["type"]}], [[3], {"required": ["id"]}]]},
    ],
    ids="-".join,
)
def test_they_agree_about_each_word(schema: Schema) -> None:
    fits, validator = Fitting({}).of(schema), validator_over({})(schema)
    values = [*OTHERS, False, 1, 2, "x", "xxx", "yx", [1], [1, 2, 3], [1, "x"], {"type": 3}, {"id": 1}]
    verdicts = [(fits(each), not [*validator.iter_errors(each)]) for each in values]
    assert [one for one, _ in verdicts] == [other for _, other in verdicts]
    assert len(set(verdicts)) == 2


def test_a_word_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        Fitting({}).of({"unheardOf": 1})
