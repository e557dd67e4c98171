"""Messages: each rule refuses the wrong request and accepts the nearest right one."""

from typing import Any

import pytest

from bot.sandbox.discord.rules import Before, check_message, check_upload_sizes
from tests.sandbox.judged import ACCEPTED, Json, told

V2 = 1 << 15
MEBIBYTE = 1024 * 1024
TEXT: Json = {"type": 10, "content": "hi"}
GALLERY: Json = {"type": 12, "items": [{"media": {"url": "attachment://fox.png"}}]}
LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
MAX_LENGTH = "BASE_TYPE_MAX_LENGTH"


def message(**fields: Any) -> Json:
    return {"content": "hi", **fields}


def embed(**fields: Any) -> Json:
    return {"embeds": [{"title": "t", **fields}]}


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(
            message(content="x" * 2001),
            "content",
            MAX_LENGTH,
            message(content="x" * 2000),
            id="content of 2000",
        ),
        pytest.param(
            message(content=7), "content", "STRING_TYPE_CONVERT", message(content="7"), id="content is a text"
        ),
        pytest.param(
            message(contnt="x"), "contnt", "UNKNOWN_FIELD", message(tts=False), id="no unknown fields"
        ),
        pytest.param(
            message(username="x"), "username", "UNKNOWN_FIELD", message(), id="names are for webhooks"
        ),
        pytest.param({"content": ""}, "", "50006", {"content": "x"}, id="not empty"),
        pytest.param({"content": " \n"}, "", "50006", {"embeds": [{"title": "x"}]}, id="spaces are nothing"),
        pytest.param(
            message(nonce="x" * 26), "nonce", "NONCE_TYPE_TOO_LONG", message(nonce="x" * 25), id="nonce of 25"
        ),
        pytest.param(
            message(nonce=1.5),
            "nonce",
            "NONCE_TYPE_INVALID_TYPE",
            message(nonce=1),
            id="nonce text or number",
        ),
        pytest.param(
            message(flags=64),
            "flags",
            "BASE_TYPE_CHOICES",
            message(flags=1 << 12),
            id="nothing ephemeral in channels",
        ),
        pytest.param(
            message(message_reference={"channel_id": "1"}),
            "message_reference.message_id",
            "BASE_TYPE_REQUIRED",
            message(message_reference={"message_id": 1}),
            id="a reply names its message",
        ),
        pytest.param(
            message(allowed_mentions={"parse": ["everybody"]}),
            "allowed_mentions.parse.0",
            "BASE_TYPE_CHOICES",
            message(allowed_mentions={"parse": ["everyone"]}),
            id="three kinds of mention",
        ),
        pytest.param(
            message(allowed_mentions={"parse": ["users"], "users": ["1"]}),
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
            message(allowed_mentions={"parse": ["roles"], "users": [1]}),
            id="all users or some",
        ),
        pytest.param(
            message(sticker_ids=["1", "2", "3", "4"]),
            "sticker_ids",
            MAX_LENGTH,
            message(sticker_ids=["1", "2", "3"]),
            id="three stickers",
        ),
        pytest.param(
            {"poll": {"question": {"text": "?"}, "answers": []}},
            "poll.answers",
            "BASE_TYPE_BAD_LENGTH",
            {"poll": {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "yes"}}]}},
            id="a poll has answers",
        ),
    ],
)
def test_a_message(wrong: Json, path: str, code: str, right: Json) -> None:
    assert (path, code) in told(check_message(wrong))
    assert told(check_message(right)) == ACCEPTED


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(
            embed(title="x" * 257), "embeds.0.title", MAX_LENGTH, embed(title="x" * 256), id="title of 256"
        ),
        pytest.param(
            embed(description="x" * 4097),
            "embeds.0.description",
            MAX_LENGTH,
            embed(description="x" * 4096),
            id="description of 4096",
        ),
        pytest.param(
            embed(footer={"text": "x" * 2049}),
            "embeds.0.footer.text",
            "BASE_TYPE_BAD_LENGTH",
            embed(footer={"text": "x" * 2048}),
            id="footer of 2048",
        ),
        pytest.param(
            embed(author={"name": "x" * 257}),
            "embeds.0.author.name",
            "BASE_TYPE_BAD_LENGTH",
            embed(author={"name": "x" * 256}),
            id="author of 256",
        ),
        pytest.param(
            embed(fields=[{"name": "x" * 257, "value": "v"}]),
            "embeds.0.fields.0.name",
            "BASE_TYPE_BAD_LENGTH",
            embed(fields=[{"name": "x" * 256, "value": "v"}]),
            id="field name of 256",
        ),
        pytest.param(
            embed(fields=[{"name": "n", "value": "x" * 1025}]),
            "embeds.0.fields.0.value",
            "BASE_TYPE_BAD_LENGTH",
            embed(fields=[{"name": "n", "value": "x" * 1024}]),
            id="field value of 1024",
        ),
        pytest.param(
            embed(fields=[{"name": "n", "value": ""}]),
            "embeds.0.fields.0.value",
            "BASE_TYPE_REQUIRED",
            embed(fields=[{"name": "n", "value": "\u200b"}]),
            id="a field is not empty",
        ),
        pytest.param(
            embed(fields=[{"name": "n", "value": "v"}] * 26),
            "embeds.0.fields",
            MAX_LENGTH,
            embed(fields=[{"name": "n", "value": "v"}] * 25),
            id="25 fields",
        ),
        pytest.param(
            {"embeds": [{"title": "t"}] * 11},
            "embeds",
            MAX_LENGTH,
            {"embeds": [{"title": "t"}] * 10},
            id="10 embeds",
        ),
        pytest.param(
            {"embeds": [{"description": "x" * 3001}, {"title": "t", "description": "x" * 2999}]},
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            {"embeds": [{"description": "x" * 3000}, {"title": "t", "description": "x" * 2999}]},
            id="6000 over all embeds",
        ),
        pytest.param(
            embed(
                description="x" * 3900,
                footer={"text": "x" * 2000},
                author={"name": "x" * 50},
                fields=[{"name": "x" * 20, "value": "x" * 30}],
            ),
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            embed(
                description="x" * 3900,
                footer={"text": "x" * 2000},
                author={"name": "x" * 50},
                fields=[{"name": "x" * 19, "value": "x" * 30}],
            ),
            id="all its texts count",
        ),
        pytest.param(
            {"embeds": [{"color": 1}]},
            "embeds.0.description",
            "BASE_TYPE_REQUIRED",
            embed(color=1),
            id="not empty",
        ),
        pytest.param(
            embed(color=1 << 24),
            "embeds.0.color",
            "NUMBER_TYPE_MAX",
            embed(color=0xFFFFFF),
            id="colours of 24 bits",
        ),
        pytest.param(
            embed(url="ftp://x.y"),
            "embeds.0.url",
            "URL_TYPE_INVALID_SCHEME",
            embed(url="https://x.y"),
            id="addresses of the web",
        ),
        pytest.param(
            embed(timestamp="today"),
            "embeds.0.timestamp",
            "DATE_TIME_TYPE_PARSE",
            embed(timestamp="2026-01-01T00:00:00+00:00"),
            id="a time that can be read",
        ),
        pytest.param(
            embed(titel="x"), "embeds.0.titel", "UNKNOWN_FIELD", embed(flags=0), id="no unknown fields"
        ),
    ],
)
def test_an_embed(wrong: Json, path: str, code: str, right: Json) -> None:
    assert told(check_message(wrong)) == [(path, code)]
    assert told(check_message(right)) == ACCEPTED


NOT_FOUND = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(
            embed(image={"url": "attachment://wolf.png"}),
            "embeds.0.image.url",
            NOT_FOUND,
            embed(image={"url": "attachment://fox.png"}),
            id="an embed shows what is there",
        ),
        pytest.param(
            {"flags": V2, "components": [{"type": 13, "file": {"url": "attachment://wolf.png"}}]},
            "components.0.file.url",
            NOT_FOUND,
            {"flags": V2, "components": [{"type": 17, "components": [GALLERY]}]},
            id="so does a component",
        ),
        pytest.param(
            embed(image={"url": "attachment://a fox.png"}),
            "embeds.0.image.url",
            NOT_FOUND,
            embed(image={"url": "attachment://a_fox.png"}),
            id="by the name that Discord keeps",
        ),
        pytest.param(
            message(attachments=[{"id": 2}]),
            "attachments.0.id",
            "ATTACHMENT_NOT_FOUND",
            message(attachments=[{"id": 1}]),
            id="an attachment has its part",
        ),
        pytest.param(
            message(attachments=[{"filename": "fox.png"}]),
            "attachments.0.id",
            "BASE_TYPE_REQUIRED",
            message(attachments=[{"id": "0", "filename": "fox.png"}]),
            id="and an id",
        ),
        pytest.param(
            message(attachments=[{"id": 0, "description": "x" * 1025}]),
            "attachments.0.description",
            MAX_LENGTH,
            message(attachments=[{"id": 0, "description": "x" * 1024, "is_spoiler": True}]),
            id="alt text of 1024",
        ),
    ],
)
def test_a_file(wrong: Json, path: str, code: str, right: Json) -> None:
    names = ["fox.png", "a fox.png"]
    assert (path, code) in told(check_message(wrong, file_names=names))
    assert told(check_message(right, file_names=names)) == ACCEPTED


def test_a_file_alone_is_a_message() -> None:
    assert told(check_message({}, file_names=["fox.png"])) == ACCEPTED


def test_a_message_has_at_most_ten_files_kept_ones_included() -> None:
    before = Before(attachments={"100": "old.png"})
    names = [f"{index}.png" for index in range(10)]
    assert told(check_message({}, file_names=names, before=before)) == [("attachments", MAX_LENGTH)]
    assert told(check_message({}, file_names=names[1:], before=before)) == ACCEPTED


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(message(nonce="1"), "nonce", "UNKNOWN_FIELD", message(), id="no nonce"),
        pytest.param(
            {"content": ""}, "", "50006", {"content": "", "embeds": [{"title": "t"}]}, id="something is left"
        ),
        pytest.param(
            {"attachments": [{"id": 101}]},
            "attachments.0.id",
            "ATTACHMENT_NOT_FOUND",
            {"attachments": [{"id": 100, "filename": "old.png", "url": "https://x.y/old.png", "size": 3}]},
            id="what is kept was there",
        ),
        pytest.param(
            {"embeds": [{"image": {"url": "attachment://old.png"}}], "attachments": []},
            "embeds.0.image.url",
            NOT_FOUND,
            {"embeds": [{"image": {"url": "attachment://old.png"}}], "attachments": [{"id": "100"}]},
            id="what is dropped cannot be shown",
        ),
        pytest.param(
            {"flags": V2, "components": [TEXT]},
            "content",
            LEGACY,
            {"flags": V2, "components": [TEXT], "content": None},
            id="a message that becomes V2 loses its content",
        ),
    ],
)
def test_an_edit(wrong: Json, path: str, code: str, right: Json) -> None:
    before = Before(attachments={"100": "old.png"}, content="hi")
    if code == "50006":
        before = Before(content="hi")
    assert (path, code) in told(check_message(wrong, before=before))
    assert told(check_message(right, before=before)) == ACCEPTED


def test_once_v2_a_message_stays_v2() -> None:
    before = Before(is_v2=True, components=1)
    assert told(check_message({"content": "hi"}, before=before)) == [("content", LEGACY)]
    assert told(check_message({"components": [TEXT]}, before=before)) == ACCEPTED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content", "hi"),
        ("embeds", [{"title": "t"}]),
        ("sticker_ids", ["1"]),
        ("poll", {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "yes"}}]}),
    ],
)
def test_a_v2_message_has_components_and_nothing_else(field: str, value: object) -> None:
    assert told(check_message({"flags": V2, "components": [TEXT], field: value})) == [(field, LEGACY)]
    assert told(check_message({"flags": V2, "components": [TEXT], field: None})) == ACCEPTED


def test_webhooks_may_name_themselves_and_whisper_but_know_no_nonce() -> None:
    assert told(check_message(message(username="x", flags=64), webhook=True)) == ACCEPTED
    assert told(check_message(message(nonce="1"), webhook=True)) == [("nonce", "UNKNOWN_FIELD")]
    assert told(check_message(message(username="x"), webhook=True, before=Before())) == [
        ("username", "UNKNOWN_FIELD")
    ]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        pytest.param([10 * MEBIBYTE + 1], [10 * MEBIBYTE], id="each file"),
        pytest.param(
            [10 * MEBIBYTE, 10 * MEBIBYTE, 5 * MEBIBYTE + 1],
            [10 * MEBIBYTE, 10 * MEBIBYTE, 5 * MEBIBYTE],
            id="all files",
        ),
    ],
)
def test_files_weigh_at_most(wrong: list[int], right: list[int]) -> None:
    refused = check_upload_sizes(wrong, limit_bytes=10 * MEBIBYTE)
    assert (refused.status, told(refused)) == (413, [("", "40005")])
    assert told(check_upload_sizes(right, limit_bytes=10 * MEBIBYTE)) == ACCEPTED
