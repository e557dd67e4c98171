"""The checker itself: does it catch what it is there for, and let pass what is right?"""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.sandbox.discord.wire import Exchange
from tests.sandbox.openapi import Conformance, Misfits
from tests.sandbox.openapi_document import document_path, load

USER: dict[str, Any] = {
    "id": "1",
    "username": "someone",
    "discriminator": "0",
    "avatar": None,
    "public_flags": 0,
    "flags": 0,
    "global_name": None,
    "primary_guild": None,
}
MESSAGE: dict[str, Any] = {
    "id": "10",
    "channel_id": "2",
    "type": 0,
    "author": USER,
    "content": "a red fox",
    "timestamp": "2026-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "pinned": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "components": [],
    "flags": 0,
}
COMMAND: dict[str, Any] = {
    "name": "txt2img",
    "description": "A picture",
    "type": 1,
    "nsfw": False,
    "default_member_permissions": None,
    "dm_permission": True,
    "contexts": None,
    "integration_types": None,
    "options": [{"type": 3, "name": "prompt", "description": "Words", "required": True}],
}


@pytest.fixture
def conformance() -> Conformance:
    path = document_path()
    if path is None:
        pytest.skip("Discord's API document is not here; DISCORD_OPENAPI can name it")
    return Conformance(load(path))


def sent(body: object, *, answer: object = MESSAGE, files: Sequence[str] = ()) -> Exchange:
    return Exchange(
        "rest",
        "POST",
        "/channels/2/messages",
        request_json=body,
        request_files=tuple(files),
        status=200,
        response_json=answer,
    )


def synced(*commands: object) -> Exchange:
    return Exchange(
        "rest", "PUT", "/applications/1/commands", request_json=list(commands), status=200, response_json=[]
    )


def replied(body: object, **query: str) -> Exchange:
    path = "/interactions/5/token/callback"
    return Exchange("rest", "POST", path, query=query, request_json=body, status=204)


def without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


@pytest.mark.parametrize(
    "exchange",
    [
        pytest.param(sent({"content": "hi", "nonce": "1", "enforce_nonce": True}), id="a message"),
        pytest.param(sent({"content": "hi", "message_reference": {"message_id": 7}}), id="an id as a number"),
        pytest.param(
            sent({"attachments": [{"id": 0, "filename": "a.png"}]}, files=["files[0]"]),
            id="a file with its part",
        ),
        pytest.param(sent({"embeds": [{"title": "t", "flags": 0}]}), id="what discord.py adds to embeds"),
        pytest.param(synced(COMMAND), id="commands as discord.py sends them"),
        pytest.param(replied({"type": 5, "data": {"flags": 64}}, with_response="1"), id="a deferral"),
        pytest.param(
            replied({"type": 8, "data": {"choices": [{"name": "a", "value": "a"}]}}), id="suggestions"
        ),
        pytest.param(
            Exchange("dispatch", "", "", event="MESSAGE_CREATE", response_json=MESSAGE),
            id="a dispatched message",
        ),
        pytest.param(
            Exchange("dispatch", "", "", event="TYPING_START", response_json={}),
            id="a dispatch of unknown shape",
        ),
        pytest.param(
            Exchange("rest", "GET", "/nowhere", status=404, response_json={}),
            id="asking for what there is not",
        ),
        pytest.param(
            Exchange("rest", "POST", "/channels/2/messages", status=503), id="a fault that a test asked for"
        ),
        pytest.param(
            Exchange(
                "rest",
                "POST",
                "/channels/2/messages",
                request_json={"contnt": "hi"},
                status=400,
                response_json={
                    "message": "Invalid Form Body",
                    "code": 50035,
                    "errors": {
                        "contnt": {
                            "_errors": [{"code": "UNKNOWN_FIELD", "message": "This field is not known here."}]
                        }
                    },
                },
            ),
            id="a wrong request that was refused",
        ),
    ],
)
def test_what_discord_would_say_or_take_passes(conformance: Conformance, exchange: Exchange) -> None:
    conformance(exchange)
    assert conformance.failures == []


@pytest.mark.parametrize(
    ("exchange", "failure"),
    [
        pytest.param(
            sent({"content": "hi", "contnt": "hi"}),
            "create_message request: body: Additional properties are not allowed ('contnt' was unexpected)",
            id="a misspelt field",
        ),
        pytest.param(
            synced({**COMMAND, "descriptin": "x"}),
            "bulk_set_application_commands request: 0: Additional properties are not allowed ('descriptin' was unexpected)",
            id="a misspelt field inside a list",
        ),
        pytest.param(
            sent({"content": 7}),
            "create_message request: content: 7 is not of type 'string', 'null'",
            id="a wrong type",
        ),
        pytest.param(
            sent({"content": "x" * 2001}),
            f"create_message request: content: {'x' * 2001!r} is too long"[
                : len("create_message request: content: ") + 300
            ],
            id="a content that only people who pay may send",
        ),
        pytest.param(
            sent({"components": [{"type": 1, "components": [{"type": 2, "style": 1, "labl": "x"}]}]}),
            "create_message request: components.0.components.0: Additional properties are not allowed ('labl' was unexpected)",
            id="in a union the branch that was meant",
        ),
        pytest.param(
            sent({"components": [{"type": 99}]}),
            "create_message request: components.0: type 99 is none of [1, 17, 13, 12, 9, 14, 10]",
            id="in a union a branch that there is not",
        ),
        pytest.param(
            sent({"attachments": [{"id": 0}]}),
            "create_message request: attachments: id 0 has no part files[0]",
            id="an attachment without its part",
        ),
        pytest.param(
            sent({"content": "hi"}, files=["picture"]),
            "create_message request: part picture: files are sent as files[n]",
            id="a part with a name of its own",
        ),
        pytest.param(
            replied({"type": 5}, with_reply="1"),
            "create_interaction_response request: query: with_reply is not known here",
            id="an unknown query parameter",
        ),
        pytest.param(
            sent({"content": "hi"}, answer=without(MESSAGE, "flags")),
            "create_message answer 200: body: 'flags' is a required property",
            id="an answer that lacks a field",
        ),
        pytest.param(
            sent({"content": "hi"}, answer={**MESSAGE, "id": 10}),
            "create_message answer 200: id: 10 is not of type 'string'",
            id="an answer whose id is a number",
        ),
        pytest.param(
            Exchange("rest", "GET", "/channels/2/messages/3", status=201, response_json=MESSAGE),
            "get_message answer 201: status: Discord answers only 200, 429, 4XX",
            id="a status that Discord does not give",
        ),
        pytest.param(
            Exchange("rest", "GET", "/nowhere", status=200, response_json={}),
            "GET /nowhere: no operation of Discord's, but answered 200",
            id="a path that Discord does not have",
        ),
        pytest.param(
            Exchange("dispatch", "", "", event="MESSAGE_CREATE", response_json=without(MESSAGE, "author")),
            "dispatch MESSAGE_CREATE: body: 'author' is a required property",
            id="a dispatched message without its author",
        ),
        pytest.param(
            Exchange("dispatch", "", "", event="INTERACTION_CREATE", response_json={"id": "1"}),
            "dispatch INTERACTION_CREATE: body: 'attachment_size_limit' is a required property",
            id="an interaction that discord.py would end on",
        ),
    ],
)
def test_what_discord_would_not_say_or_take_is_told(
    conformance: Conformance, exchange: Exchange, failure: str
) -> None:
    conformance(exchange)
    assert failure in conformance.failures


def test_all_misfits_are_told_at_the_end_each_once(conformance: Conformance) -> None:
    for _ in range(3):
        conformance(sent({"content": 7}))
    conformance(sent({"content": "hi"}, answer=without(MESSAGE, "tts")))
    with pytest.raises(Misfits) as told:
        conformance.verify()
    assert str(told.value).splitlines() == [
        "2 misfits with Discord's document:",
        "create_message request: content: 7 is not of type 'string', 'null' (3 times)",
        "create_message answer 200: body: 'tts' is a required property",
    ]
