"""What a chat completion says, from the bytes of its body. Pure."""

import re

from bot.comfy.json_text import JsonLimit, parse_json
from bot.comfy.json_value import JsonValue, Unreadable, items, mapping
from bot.texts import text
from bot.wording.errors import HelperRefused, HelperUnreadable

LIMIT = JsonLimit(size_bytes=256 * 1024, elements=2_000)
"""A prompt has a few hundred bytes; a model that reasons aloud first writes some ten thousand."""

_FILTERED = frozenset({"content_filter", "refusal"})
_CODE = re.compile(r"[\w.-]{1,60}")


def words_of(content: bytes) -> str:
    """The words of the first choice, as the model wrote them.

    Raises:
        HelperRefused: the model, or a filter before it, declined.
        HelperUnreadable: there are none, or not all of them.
    """
    try:
        document = mapping(parse_json(content, LIMIT))
    except Unreadable as error:
        raise HelperUnreadable(text("helper-no-json")) from error
    choice = mapping(next(iter(items(document.get("choices"))), None))
    message, end = mapping(choice.get("message")), choice.get("finish_reason")
    if message.get("refusal") or end in _FILTERED:
        raise HelperRefused
    if end == "length":
        raise HelperUnreadable(text("helper-cut"))
    words = _text(message.get("content"))
    if not words:
        raise HelperUnreadable(text("helper-no-words"))
    return words


def error_code_of(content: bytes) -> str | None:
    """What an endpoint calls its refusal, as one word; its sentence may repeat keys and prompts."""
    try:
        error = mapping(mapping(parse_json(content, LIMIT)).get("error"))
    except Unreadable:
        return None
    named = (error.get("code"), error.get("type"))
    return next((code for code in named if isinstance(code, str) and _CODE.fullmatch(code)), None)


def _text(content: JsonValue) -> str:
    """Some endpoints give the text in parts."""
    if isinstance(content, str):
        return content
    parts = (mapping(part).get("text") for part in items(content))
    return "".join(part for part in parts if isinstance(part, str))
