import json
import math
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.comfy.json_text import MAX_DEPTH, JsonLimit, TooMuch, parse_json, parse_members
from bot.comfy.json_value import JsonValue, Unreadable

PLENTY = JsonLimit(10**9, 10**9)
TEXTS = st.text(st.characters(codec=None) | st.sampled_from('"\\,[]{}'), max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def counted(value: object) -> int:
    """How often JSON opens a bracket or writes a comma for this."""
    match value:
        case dict():
            inner: list[object] = list(cast("dict[str, object]", value).values())
        case list():
            inner = cast("list[object]", value)
        case _:
            return 0
    return 1 + max(0, len(inner) - 1) + sum(map(counted, inner))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud800"', "\ufffd"),
        (r'"\udfff\ud800x"', "\ufffd\ufffdx"),
        (r'"\uD83D\uDE00"', "😀"),
        (r'"\ud83d\ud83d\ude00"', "\ufffd😀"),
        (r'"\\ud800"', r"\ud800"),
        (r'"\\\ud800"', "\\\ufffd"),
        (r'{"\udc80": 1}', {"\ufffd": 1}),
        ("[NaN, Infinity, -Infinity, 1e999, -1e999]", [None] * 5),
        (f"[{2**64 - 1}, {'9' * 5000}, -{'9' * 5000}, 1.5]", [2**64 - 1, None, None, 1.5]),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_could_do_harm_further_on_is_made_harmless(text: str, value: object) -> None:
    assert parse_json(text) == value


@pytest.mark.parametrize(
    "content", ["", "{", "nul", b"\xff", b'"\xed\xa0\x80"', "[1] 2", '"a', "\ud800", "\ufeff{}"]
)
def test_what_is_no_json_is_unreadable(content: str | bytes) -> None:
    with pytest.raises(Unreadable):
        parse_json(content)


def test_nesting_ends_before_recursion_does() -> None:
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    for opened, closed in ("[", "]"), ('{"a":', "1}"):
        with pytest.raises(Unreadable, match="nested deeper than 128 levels"):
            parse_json(opened * (MAX_DEPTH + 1) + closed * (MAX_DEPTH + 1))


def test_elements_are_counted_before_they_are_built() -> None:
    text = json.dumps({"a": [1, 2, {"b": "[,{" * 50_000}], "c\\": '",",\\'})
    assert parse_json(text, JsonLimit(10**9, 7)) == json.loads(text)
    with pytest.raises(TooMuch, match="more than 6 elements"):
        parse_json(text, JsonLimit(10**9, 6))
    with pytest.raises(TooMuch, match="more than 10 bytes"):
        parse_json(text, JsonLimit(10, 10**9))


@given(value=JSON, ascii_only=st.booleans())
@example(value={"\\": "\\" * 65_534 + '"' * 3}, ascii_only=False)
@example(value={"": ["\\" * 65_535, '"'] * 3}, ascii_only=False)
def test_what_json_writes_is_read_within_its_own_count(*, value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    try:
        text.encode()
    except UnicodeEncodeError:
        with pytest.raises(Unreadable):
            parse_json(text)
        return
    read = parse_json(text, JsonLimit(10**9, 1 + counted(value)))
    assert same(read, value)
    assert json.dumps(read, allow_nan=False, ensure_ascii=False).encode()


def same(read: JsonValue, value: object) -> bool:
    """Whether ``read`` is ``value`` but for what is made harmless."""
    match value:
        case float() if not math.isfinite(value):
            return read is None
        case str():
            return read == value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            values = cast("list[object]", value)
            return isinstance(read, list) and len(read) == len(values) and all(map(same, read, values))
        case dict():
            values = cast("dict[str, object]", value)
            return isinstance(read, dict) and len(read) <= len(values)
        case _:
            return read == value


@given(st.dictionaries(TEXTS, JSON, max_size=4))
def test_members_one_by_one_are_the_whole(value: dict[str, object]) -> None:
    content = json.dumps(value, indent=1).encode()
    assert dict(parse_members(content, PLENTY, each=PLENTY)) == parse_json(content)


@given(st.binary() | st.text('[]{},":\\ua1 ').map(str.encode))
@example(b'{"a": 1}}')
@example(b'{"a": 1')
@example(b'[{"a": 1}]')
@example(b'1 {"a": 1}')
@example(b'{"a": 1,}')
@example(b'{,"a": 1}')
@example(b'{"a": 1]')
def test_members_of_what_is_no_object_are_unreadable(content: bytes) -> None:
    try:
        whole = parse_json(content)
    except Unreadable:
        whole = None
    try:
        members = dict(parse_members(content, PLENTY, each=PLENTY))
    except Unreadable:
        members = None
    assert members == (whole if isinstance(whole, dict) else None)


def test_members_have_limits_all_together_and_each() -> None:
    content = json.dumps({"a": [1] * 10, "b": [1] * 10}).encode()
    assert len(dict(parse_members(content, JsonLimit(10**9, 22), each=JsonLimit(10**9, 12)))) == 2
    for limit, each in ((21, 12), (22, 11)):
        with pytest.raises(TooMuch):
            dict(parse_members(content, JsonLimit(10**9, limit), each=JsonLimit(10**9, each)))


def test_a_text_that_never_ends_takes_no_longer_than_its_length() -> None:
    with pytest.raises(Unreadable):
        dict(parse_members(b'{"' + b'\\"' * 2_000_000, PLENTY, each=PLENTY))
