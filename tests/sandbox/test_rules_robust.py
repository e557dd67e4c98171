"""The rules see whatever a bot sends: they judge it, they never fall over it."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.discord.rules import (
    Before,
    Problems,
    check_callback,
    check_command,
    check_commands,
    check_message,
)

Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]

BUTTON: Json = {"type": 2, "style": 1, "label": "x", "custom_id": "a", "emoji": {"name": "🎨"}}
SELECT: Json = {"type": 3, "custom_id": "s", "options": [{"label": "l", "value": "v"}], "max_values": 1}
ROWS: Json = [{"type": 1, "components": [BUTTON]}, {"type": 1, "components": [SELECT]}]
LAYOUT: Json = [
    {
        "type": 17,
        "components": [
            {"type": 9, "components": [{"type": 10, "content": "hi"}], "accessory": BUTTON},
            {"type": 12, "items": [{"media": {"url": "attachment://fox.png"}}]},
        ],
    }
]
EMBED: Json = {
    "title": "t",
    "url": "https://x.y",
    "image": {"url": "attachment://fox.png"},
    "footer": {"text": "f"},
    "fields": [{"name": "n", "value": "v"}],
}
MESSAGE: Json = {
    "content": "hi",
    "nonce": "1",
    "embeds": [EMBED],
    "components": ROWS,
    "attachments": [{"id": 0}],
    "allowed_mentions": {"parse": ["users"], "roles": ["1"]},
    "message_reference": {"message_id": "1"},
}
V2_MESSAGE: Json = {"flags": 1 << 15, "components": LAYOUT}
LABEL: Json = {"type": 18, "label": "l", "component": {"type": 4, "custom_id": "t", "style": 1}}
ANSWERS: Sequence[Json] = [
    {"type": 4, "data": MESSAGE},
    {"type": 5, "data": {"flags": 64}},
    {"type": 7, "data": V2_MESSAGE},
    {"type": 8, "data": {"choices": [{"name": "n", "value": "v"}]}},
    {
        "type": 9,
        "data": {
            "custom_id": "m",
            "title": "t",
            "components": [LABEL, {"type": 1, "components": [{"type": 4}]}],
        },
    },
]
OPTION: Json = {"type": 3, "name": "o", "description": "d", "choices": [{"name": "n", "value": "v"}]}
COMMAND: Json = {
    "name": "draw",
    "description": "d",
    "name_localizations": {"de": "malen"},
    "contexts": [0],
    "options": [{"type": 1, "name": "s", "description": "d", "options": [OPTION]}],
}

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
anything = st.recursive(
    scalars | st.sampled_from(["attachment://", "http://[x", "attachment://fox.png"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "name", "components"]), inner)
    ),
    max_leaves=5,
)


def paths(value: Json, here: Path = ()) -> Iterator[Path]:
    yield here
    inner: Sequence[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        inner = list(cast("Mapping[str, Json]", value).items())
    elif isinstance(value, list):
        inner = list(enumerate(cast("list[Json]", value)))
    for key, each in inner:
        yield from paths(each, (*here, key))


def replaced(value: Json, path: Path, by: Json) -> Json:
    if not path:
        return by
    copy = deepcopy(value)
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = by
    return copy


@st.composite
def spoilt(draw: st.DrawFn, samples: Sequence[Json]) -> Json:
    """A right request in which something, anywhere, is anything."""
    sample = draw(st.sampled_from(samples))
    return replaced(sample, draw(st.sampled_from(list(paths(sample)))), draw(anything))


def well_formed(problems: Problems) -> bool:
    """There is an answer for it, and a leaf for every problem that is told."""
    return not problems or (problems.status in {400, 413} and isinstance(problems.body()["code"], int))


@settings(max_examples=300, deadline=None)
@given(
    spoilt([MESSAGE, V2_MESSAGE]),
    st.booleans(),
    st.sampled_from([None, Before(), Before({"7": "old.png"}, is_v2=True)]),
)
def test_any_message_is_judged(body: Json, webhook: bool, before: Before | None) -> None:  # noqa: FBT001 - drawn
    assert well_formed(check_message(body, file_names=["fox.png"], webhook=webhook, before=before))


@settings(max_examples=300, deadline=None)
@given(spoilt(ANSWERS), st.integers(1, 5), st.sampled_from([None, Before(content="hi")]), st.integers(1, 11))
def test_any_answer_is_judged(
    body: Json, interaction_type: int, before: Before | None, option_type: int
) -> None:
    problems = check_callback(body, interaction_type=interaction_type, before=before, option_type=option_type)
    assert well_formed(problems)


@settings(max_examples=300, deadline=None)
@given(spoilt([COMMAND, [COMMAND, {**COMMAND, "name": "redraw"}]]), st.booleans())
def test_any_command_is_judged(body: Json, in_guild: bool) -> None:  # noqa: FBT001 - drawn
    assert well_formed(check_command(body, in_guild=in_guild))
    assert well_formed(check_commands(body, in_guild=in_guild))
