"""Answers to interactions: which fits which, and what each may hold."""

from typing import Any

import pytest

from bot.sandbox.discord.rules import Before, check_callback
from tests.sandbox.judged import ACCEPTED, Json, told

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
REQUIRED = "BASE_TYPE_REQUIRED"
BAD_LENGTH = "BASE_TYPE_BAD_LENGTH"

TEXT_INPUT: Json = {"type": 4, "custom_id": "t", "style": 1}


def label(component: Json = TEXT_INPUT, **fields: Any) -> Json:
    return {"type": 18, "label": "Words", "component": component, **fields}


def modal(*components: Json, **fields: Any) -> Json:
    return {"custom_id": "m", "title": "Remix", "components": list(components or (label(),)), **fields}


def boxes(count: int, **fields: Any) -> list[Json]:
    return [{"label": "l", "value": f"v{index}", **fields} for index in range(count)]


MESSAGE: Json = {"type": 4, "data": {"content": "hi"}}
DEFERRAL: Json = {"type": 5}
SILENCE: Json = {"type": 6}
UPDATE: Json = {"type": 7, "data": {"content": "hi"}}
SUGGESTIONS: Json = {"type": 8, "data": {"choices": []}}
MODAL: Json = {"type": 9, "data": modal()}


@pytest.mark.parametrize(
    ("interaction", "fitting"),
    [
        (COMMAND, [MESSAGE, DEFERRAL, MODAL]),
        (COMPONENT, [MESSAGE, DEFERRAL, SILENCE, UPDATE, MODAL]),
        (AUTOCOMPLETE, [SUGGESTIONS]),
        (MODAL_SUBMIT, [MESSAGE, DEFERRAL, SILENCE, UPDATE]),
    ],
)
def test_an_answer_fits_what_the_person_did(interaction: int, fitting: list[Json]) -> None:
    before = None if interaction in {COMMAND, AUTOCOMPLETE} else Before(content="old")
    judged = {
        answer["type"]: told(check_callback(answer, interaction_type=interaction, before=before))
        for answer in (MESSAGE, DEFERRAL, SILENCE, UPDATE, SUGGESTIONS, MODAL)
    }
    kinds = [answer["type"] for answer in fitting]
    assert judged == {
        kind: ACCEPTED if kind in kinds else [("type", "BASE_TYPE_CHOICES")] for kind in range(4, 10)
    }


def test_a_modal_that_a_command_opened_has_no_message_to_update() -> None:
    assert told(check_callback(UPDATE, interaction_type=MODAL_SUBMIT)) == [("type", "BASE_TYPE_CHOICES")]


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param({}, "type", REQUIRED, DEFERRAL, id="an answer has a type"),
        pytest.param({"type": 5, "with": 1}, "with", "UNKNOWN_FIELD", DEFERRAL, id="and data, nothing else"),
        pytest.param(
            {"type": 5, "data": {"flags": 1 << 15}},
            "data.flags",
            "BASE_TYPE_CHOICES",
            {"type": 5, "data": {"flags": 64}},
            id="a deferral can only whisper",
        ),
        pytest.param(
            {"type": 5, "data": {"content": "hi"}},
            "data.content",
            "UNKNOWN_FIELD",
            {"type": 5, "data": None},
            id="it says nothing",
        ),
        pytest.param(
            {"type": 4, "data": {"content": "hi", "username": "x"}},
            "data.username",
            "UNKNOWN_FIELD",
            MESSAGE,
            id="under the bot's own name",
        ),
        pytest.param({"type": 4}, "", "50006", MESSAGE, id="a message says something"),
        pytest.param(
            {"type": 4, "data": {"content": "x" * 2001}},
            "data.content",
            "BASE_TYPE_MAX_LENGTH",
            {"type": 4, "data": {"content": "x" * 2000, "flags": 64, "tts": False}},
            id="problems lie under data",
        ),
        pytest.param(
            {"type": 4, "data": {"embeds": [{"image": {"url": "attachment://a.png"}}]}},
            "data.embeds.0.image.url",
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
            {"type": 4, "data": {"embeds": [{"image": {"url": "attachment://fox.png"}}]}},
            id="files are there",
        ),
    ],
)
def test_an_answer_to_a_command(wrong: Json, path: str, code: str, right: Json) -> None:
    assert (path, code) in told(
        check_callback(
            wrong, interaction_type=COMMAND, file_names=["fox.png"] if "embeds" in str(wrong) else []
        )
    )
    assert told(check_callback(right, interaction_type=COMMAND, file_names=["fox.png"])) == ACCEPTED


def suggest(count: int = 1, name: str = "n", value: Any = "v") -> Json:
    return {"type": 8, "data": {"choices": [{"name": name, "value": value}] * count}}


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param({"type": 8}, "data.choices", REQUIRED, suggest(0), id="there may be none"),
        pytest.param(suggest(26), "data.choices", "BASE_TYPE_MAX_LENGTH", suggest(25), id="25"),
        pytest.param(
            suggest(name="x" * 101),
            "data.choices.0.name",
            BAD_LENGTH,
            suggest(name="x" * 100),
            id="name of 100",
        ),
        pytest.param(
            suggest(value="x" * 101),
            "data.choices.0.value",
            "BASE_TYPE_MAX_LENGTH",
            suggest(value="x" * 100),
            id="value of 100",
        ),
        pytest.param(
            suggest(value=1),
            "data.choices.0.value",
            "STRING_TYPE_CONVERT",
            suggest(value="1"),
            id="of the option's type",
        ),
    ],
)
def test_suggestions(wrong: Json, path: str, code: str, right: Json) -> None:
    assert told(check_callback(wrong, interaction_type=AUTOCOMPLETE)) == [(path, code)]
    assert told(check_callback(right, interaction_type=AUTOCOMPLETE)) == ACCEPTED


def test_suggestions_for_a_number_are_numbers() -> None:
    assert told(check_callback(suggest(value=1), interaction_type=AUTOCOMPLETE, option_type=4)) == ACCEPTED


IN = "components.0.component"


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(modal(title="x" * 46), "title", BAD_LENGTH, modal(title="x" * 45), id="title of 45"),
        pytest.param(
            modal(custom_id="x" * 101),
            "custom_id",
            BAD_LENGTH,
            modal(custom_id="x" * 100),
            id="custom id of 100",
        ),
        pytest.param(
            {**modal(), "components": []}, "components", BAD_LENGTH, modal(), id="a modal asks something"
        ),
        pytest.param(
            modal(*[label({**TEXT_INPUT, "custom_id": f"{i}"}) for i in range(6)]),
            "components",
            BAD_LENGTH,
            modal(*[label({**TEXT_INPUT, "custom_id": f"{i}"}) for i in range(5)]),
            id="five things at most",
        ),
        pytest.param(
            modal(label(), label()),
            "components.1.component.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            modal(label(), label({**TEXT_INPUT, "custom_id": "u"})),
            id="every custom id once",
        ),
        pytest.param(
            modal(TEXT_INPUT), "components.0.type", "UNION_TYPE_CHOICES", modal(label()), id="labelled"
        ),
        pytest.param(
            modal(label(label="x" * 46)),
            "components.0.label",
            BAD_LENGTH,
            modal(label(label="x" * 45)),
            id="label of 45",
        ),
        pytest.param(
            modal(label(description="x" * 101)),
            "components.0.description",
            "BASE_TYPE_MAX_LENGTH",
            modal(label(description="x" * 100)),
            id="description of 100",
        ),
        pytest.param(
            modal({"type": 18, "label": "x"}),
            "components.0.component",
            REQUIRED,
            modal(label()),
            id="a label has its component",
        ),
        pytest.param(
            modal(label({"type": 2, "style": 1, "label": "x", "custom_id": "b"})),
            f"{IN}.type",
            "UNION_TYPE_CHOICES",
            modal({"type": 10, "content": "hi"}, label()),
            id="no buttons, but texts",
        ),
        pytest.param(
            modal(label({**TEXT_INPUT, "label": "x"})),
            f"{IN}.label",
            "BASE_TYPE_MAX_LENGTH",
            modal(label({**TEXT_INPUT, "label": None})),
            id="one label is enough",
        ),
        pytest.param(
            modal({"type": 1, "components": [TEXT_INPUT]}),
            "components.0.components.0.label",
            REQUIRED,
            modal({"type": 1, "components": [{**TEXT_INPUT, "label": "x"}]}),
            id="in a row an input labels itself",
        ),
        pytest.param(
            modal(label({**TEXT_INPUT, "value": "x" * 4001})),
            f"{IN}.value",
            "BASE_TYPE_MAX_LENGTH",
            modal(label({**TEXT_INPUT, "value": "x" * 4000})),
            id="texts of 4000",
        ),
        pytest.param(
            modal(label({**TEXT_INPUT, "min_length": 5, "max_length": 4})),
            f"{IN}.min_length",
            "NUMBER_TYPE_MAX",
            modal(label({**TEXT_INPUT, "min_length": 4, "max_length": 4})),
            id="least to most",
        ),
        pytest.param(
            modal(label({"type": 19, "custom_id": "f", "max_values": 11})),
            f"{IN}.max_values",
            "NUMBER_TYPE_MAX",
            modal(
                label({"type": 19, "custom_id": "f", "min_values": 0, "max_values": 10, "required": False})
            ),
            id="ten files",
        ),
        pytest.param(
            modal(label({**TEXT_INPUT, "value": "x" * 5, "max_length": 4})),
            f"{IN}.value",
            "BASE_TYPE_MAX_LENGTH",
            modal(label({**TEXT_INPUT, "value": "x" * 4, "max_length": 4})),
            id="what stands there may stand there",
        ),
        pytest.param(
            modal(label({"type": 3, "custom_id": "s", "min_values": 0, "options": boxes(2)})),
            f"{IN}.min_values",
            "NUMBER_TYPE_MIN",
            modal(
                label({"type": 3, "custom_id": "s", "min_values": 0, "required": False, "options": boxes(2)})
            ),
            id="nothing may be chosen where nothing is required",
        ),
        pytest.param(
            modal(label({"type": 21, "custom_id": "r", "options": boxes(1)})),
            f"{IN}.options",
            BAD_LENGTH,
            modal(label({"type": 21, "custom_id": "r", "options": boxes(2)})),
            id="a choice of two",
        ),
        pytest.param(
            modal(label({"type": 21, "custom_id": "r", "options": boxes(2, default=True)})),
            f"{IN}.options",
            "BASE_TYPE_MAX_LENGTH",
            modal(label({"type": 22, "custom_id": "r", "options": boxes(2, default=True)})),
            id="one radio button is on",
        ),
        pytest.param(
            modal(label({"type": 22, "custom_id": "c", "options": boxes(11)})),
            f"{IN}.options",
            BAD_LENGTH,
            modal(label({"type": 22, "custom_id": "c", "options": boxes(10)})),
            id="ten boxes",
        ),
        pytest.param(
            modal(label({"type": 5, "custom_id": "u", "disabled": True})),
            f"{IN}.disabled",
            "BASE_TYPE_CHOICES",
            modal(label({"type": 5, "custom_id": "u", "disabled": False})),
            id="nothing is disabled",
        ),
    ],
)
def test_a_modal(wrong: Json, path: str, code: str, right: Json) -> None:
    assert told(check_callback({"type": 9, "data": wrong}, interaction_type=COMMAND)) == [
        (f"data.{path}", code)
    ]
    assert told(check_callback({"type": 9, "data": right}, interaction_type=COMMAND)) == ACCEPTED


def test_an_update_is_judged_as_an_edit_of_the_message_it_updates() -> None:
    before = Before(attachments={"100": "fox.png"}, content="hi")
    shown = {"type": 7, "data": {"embeds": [{"image": {"url": "attachment://fox.png"}}], "tts": False}}
    assert told(check_callback(shown, interaction_type=COMPONENT, before=before)) == ACCEPTED
    emptied: Json = {"type": 7, "data": {"content": None, "attachments": []}}
    assert told(check_callback(emptied, interaction_type=COMPONENT, before=before)) == [("", "50006")]
