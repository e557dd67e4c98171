"""Components: each rule refuses the wrong layout and accepts the nearest right one."""

from typing import Any

import pytest

from bot.sandbox.discord.rules import check_message
from tests.sandbox.judged import ACCEPTED, Json, told

V2 = 1 << 15
REQUIRED = "BASE_TYPE_REQUIRED"
BAD_LENGTH = "BASE_TYPE_BAD_LENGTH"
MAX_LENGTH = "BASE_TYPE_MAX_LENGTH"
NO_SUCH_TYPE = "UNION_TYPE_CHOICES"


def button(custom_id: str = "a", **fields: Any) -> Json:
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id, **fields}


def link(**fields: Any) -> Json:
    return {"type": 2, "style": 5, "label": "x", "url": "https://x.y", **fields}


def picks(count: int) -> list[Json]:
    return [{"label": f"l{index}", "value": f"v{index}"} for index in range(count)]


def select(custom_id: str = "s", **fields: Any) -> Json:
    return {"type": 3, "custom_id": custom_id, "options": picks(2), **fields}


def users(custom_id: str = "u", **fields: Any) -> Json:
    return {"type": 5, "custom_id": custom_id, **fields}


def row(*children: Json) -> Json:
    return {"type": 1, "components": list(children)}


def buttons(count: int) -> list[Json]:
    return [button(f"b{index}") for index in range(count)]


def text(content: str = "hi") -> Json:
    return {"type": 10, "content": content}


def picture(**fields: Any) -> Json:
    return {"media": {"url": "https://x.y/fox.png"}, **fields}


def gallery(*items: Json) -> Json:
    return {"type": 12, "items": list(items)}


def section(*texts: Json, **fields: Any) -> Json:
    return {"type": 9, "components": list(texts), "accessory": button(), **fields}


def container(*children: Json, **fields: Any) -> Json:
    return {"type": 17, "components": list(children), **fields}


def without(given: Json, name: str) -> Json:
    return {key: value for key, value in given.items() if key != name}


ONE = "components.0.components.0"


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(
            [row(button(f"{i}")) for i in range(6)],
            "components",
            MAX_LENGTH,
            [row(button(f"{i}")) for i in range(5)],
            id="5 rows",
        ),
        pytest.param(
            [row(*buttons(6))],
            "components.0.components",
            BAD_LENGTH,
            [row(*buttons(5))],
            id="5 buttons in a row",
        ),
        pytest.param(
            [row()], "components.0.components", BAD_LENGTH, [row(button())], id="a row is not empty"
        ),
        pytest.param(
            [row(select(), users())],
            "components.0.components.1",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            [row(select()), row(users())],
            id="one select in a row",
        ),
        pytest.param(
            [row(button(), select())],
            "components.0.components.1",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            [row(button()), row(select())],
            id="and no button beside it",
        ),
        pytest.param(
            [button()], "components.0.type", NO_SUCH_TYPE, [row(button())], id="buttons stand in rows"
        ),
        pytest.param(
            [text()], "components.0.type", NO_SUCH_TYPE, [row(button())], id="layouts need the V2 flag"
        ),
        pytest.param(
            [row(button("a")), row(button("a"))],
            "components.1.components.0.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            [row(button("a")), row(button("b"))],
            id="every custom id once",
        ),
        pytest.param(
            [row(button("a", id=7), button("b", id=7))],
            "components.0.components.1.id",
            "COMPONENT_ID_DUPLICATED",
            [row(button("a", id=7), button("b", id=8))],
            id="every id once",
        ),
        pytest.param(
            [row(button("x" * 101))],
            f"{ONE}.custom_id",
            BAD_LENGTH,
            [row(button("x" * 100))],
            id="custom id of 100",
        ),
        pytest.param(
            [row(button(label="x" * 81))],
            f"{ONE}.label",
            MAX_LENGTH,
            [row(button(label="x" * 80))],
            id="label of 80",
        ),
        pytest.param(
            [row(without(button(), "label"))],
            ONE,
            "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
            [row(without(button(emoji={"id": None, "name": "🎨"}), "label"))],
            id="a label or an emoji",
        ),
        pytest.param(
            [row(button(emoji={"name": "fox"}))],
            f"{ONE}.emoji.name",
            "BUTTON_COMPONENT_INVALID_EMOJI",
            [row(button("a", emoji={"name": "1️⃣"}), button("b", emoji={"id": "7", "name": "fox"}))],
            id="an emoji is one",
        ),
        pytest.param(
            [row(select(options=[{"label": "l", "value": "v", "emoji": {"name": "black_nib"}}]))],
            f"{ONE}.options.0.emoji.name",
            "BUTTON_COMPONENT_INVALID_EMOJI",
            [row(select(options=[{"label": "l", "value": "v", "emoji": {"name": "✒️"}}]))],
            id="in a menu, too",
        ),
        pytest.param(
            [row(users(min_values=2, max_values=3, default_values=[{"id": "1", "type": "user"}]))],
            f"{ONE}.default_values",
            "BASE_TYPE_MIN_LENGTH",
            [row(users(min_values=1, max_values=3, default_values=[{"id": "1", "type": "user"}]))],
            id="as many from the start as have to be",
        ),
        pytest.param(
            [row(without(button(), "custom_id"))],
            f"{ONE}.custom_id",
            REQUIRED,
            [row(button())],
            id="a button has an id",
        ),
        pytest.param(
            [row(without(link(), "url"))], f"{ONE}.url", REQUIRED, [row(link())], id="a link has an address"
        ),
        pytest.param(
            [row(link(custom_id="a"))],
            ONE,
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
            [row(link())],
            id="an id or an address",
        ),
        pytest.param(
            [row(link(url="https://" + "x" * 505))],
            f"{ONE}.url",
            BAD_LENGTH,
            [row(link(url="https://" + "x" * 504))],
            id="address of 512",
        ),
        pytest.param(
            [row(link(url="attachment://a"))],
            f"{ONE}.url",
            "URL_TYPE_INVALID_SCHEME",
            [row(link(url="discord://a"))],
            id="addresses that open",
        ),
        pytest.param(
            [row({"type": 2, "style": 6})],
            f"{ONE}.sku_id",
            REQUIRED,
            [row({"type": 2, "style": 6, "sku_id": "1"})],
            id="a premium button has its product",
        ),
        pytest.param(
            [row(button(style=7))],
            f"{ONE}.style",
            "BASE_TYPE_CHOICES",
            [row(button(style=4))],
            id="six styles",
        ),
        pytest.param(
            [row(button(colour=1))],
            f"{ONE}.colour",
            "UNKNOWN_FIELD",
            [row(button(disabled=True))],
            id="unknown fields",
        ),
        pytest.param(
            [row({"type": 4})], f"{ONE}.type", NO_SUCH_TYPE, [row(users())], id="text inputs are for modals"
        ),
        pytest.param(
            [row(select(options=picks(26)))],
            f"{ONE}.options",
            BAD_LENGTH,
            [row(select(options=picks(25)))],
            id="25",
        ),
        pytest.param(
            [row(select(options=[]))],
            f"{ONE}.options",
            BAD_LENGTH,
            [row(select(options=picks(1)))],
            id="1 at least",
        ),
        pytest.param(
            [row(without(select(), "options"))],
            f"{ONE}.options",
            REQUIRED,
            [row(users())],
            id="only texts have options",
        ),
        pytest.param(
            [row(select(options=[*picks(1), *picks(1)]))],
            f"{ONE}.options.1",
            "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
            [row(select(options=picks(2)))],
            id="values differ",
        ),
        pytest.param(
            [row(select(options=[{"label": "x" * 101, "value": "v"}]))],
            f"{ONE}.options.0.label",
            BAD_LENGTH,
            [row(select(options=[{"label": "x" * 100, "value": "v" * 100, "description": "x" * 100}]))],
            id="option label of 100",
        ),
        pytest.param(
            [row(select(options=[{"label": "l", "value": "v" * 101}]))],
            f"{ONE}.options.0.value",
            BAD_LENGTH,
            [row(select(options=[{"label": "l", "value": "v" * 100}]))],
            id="option value of 100",
        ),
        pytest.param(
            [row(select(options=[{"label": "l", "value": "v", "description": "x" * 101}]))],
            f"{ONE}.options.0.description",
            MAX_LENGTH,
            [row(select(options=[{"label": "l", "value": "v", "description": ""}]))],
            id="option description of 100",
        ),
        pytest.param(
            [row(select(placeholder="x" * 151))],
            f"{ONE}.placeholder",
            MAX_LENGTH,
            [row(select(placeholder="x" * 150))],
            id="placeholder of 150",
        ),
        pytest.param(
            [row(users(max_values=26))],
            f"{ONE}.max_values",
            "NUMBER_TYPE_MAX",
            [row(users(max_values=25))],
            id="25 users",
        ),
        pytest.param(
            [row(users(min_values=2, max_values=1))],
            f"{ONE}.min_values",
            "NUMBER_TYPE_MAX",
            [row(users(min_values=1, max_values=1))],
            id="least to most",
        ),
        pytest.param(
            [row(select(max_values=3))],
            f"{ONE}.max_values",
            "NUMBER_TYPE_MAX",
            [row(select(max_values=2))],
            id="as many as there are",
        ),
        pytest.param(
            [row(users(default_values=[{"id": 1, "type": "role"}]))],
            f"{ONE}.default_values.0.type",
            "BASE_TYPE_CHOICES",
            [row(users(default_values=[{"id": 1, "type": "user"}]))],
            id="defaults of the select's kind",
        ),
        pytest.param(
            [row(users(default_values=[{"id": 1, "type": "user"}, {"id": 2, "type": "user"}]))],
            ONE,
            "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
            [row(users(max_values=2, default_values=[{"id": 1, "type": "user"}, {"id": 2, "type": "user"}]))],
            id="no more defaults than may be picked",
        ),
    ],
)
def test_a_row(wrong: list[Json], path: str, code: str, right: list[Json]) -> None:
    assert (path, code) in told(check_message({"content": "hi", "components": wrong}))
    assert told(check_message({"content": "hi", "components": right})) == ACCEPTED


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(
            [text()] * 41,
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            [text()] * 40,
            id="40 components",
        ),
        pytest.param(
            [container(section(text(), text()), *[text()] * 36)],
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            [container(section(text(), text()), *[text()] * 35)],
            id="nested ones and accessories counted",
        ),
        pytest.param(
            [text("x" * 4000), text("x")],
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            [text("x" * 3999), text("x")],
            id="4000 characters over all texts",
        ),
        pytest.param(
            [text("x" * 3000), container(section(text("x" * 1001)))],
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            [text("x" * 3000), container(section(text("x" * 1000)))],
            id="wherever they stand",
        ),
        pytest.param([text("")], "components.0.content", REQUIRED, [text("x")], id="a text is not empty"),
        pytest.param(
            [section()], "components.0.components", BAD_LENGTH, [section(text())], id="a section has a text"
        ),
        pytest.param(
            [section(*[text()] * 4)],
            "components.0.components",
            BAD_LENGTH,
            [section(*[text()] * 3)],
            id="or three",
        ),
        pytest.param(
            [section(text(), accessory=text())],
            "components.0.accessory.type",
            NO_SUCH_TYPE,
            [section(text(), accessory={"type": 11, **picture()})],
            id="a button or a thumbnail beside it",
        ),
        pytest.param(
            [without(section(text()), "accessory")],
            "components.0.accessory",
            REQUIRED,
            [section(text())],
            id="one of them",
        ),
        pytest.param(
            [gallery()], "components.0.items", BAD_LENGTH, [gallery(picture())], id="a gallery has a picture"
        ),
        pytest.param(
            [gallery(*[picture()] * 11)],
            "components.0.items",
            BAD_LENGTH,
            [gallery(*[picture()] * 10)],
            id="or ten",
        ),
        pytest.param(
            [gallery(picture(description="x" * 1025))],
            "components.0.items.0.description",
            BAD_LENGTH,
            [gallery(picture(description="x" * 1024))],
            id="alt text of 1024",
        ),
        pytest.param(
            [{"type": 13, "file": {"url": "https://x.y/a"}}],
            "components.0.file.url",
            "URL_TYPE_INVALID_SCHEME",
            [gallery(picture())],
            id="a file is an attachment",
        ),
        pytest.param(
            [container()],
            "components.0.components",
            BAD_LENGTH,
            [container(text())],
            id="a container is not empty",
        ),
        pytest.param(
            [container(container(text()))],
            f"{ONE}.type",
            NO_SUCH_TYPE,
            [container(row(button()), text(), {"type": 14, "spacing": 2})],
            id="no container in a container",
        ),
        pytest.param(
            [container(text(), accent_color=1 << 24)],
            "components.0.accent_color",
            "NUMBER_TYPE_MAX",
            [container(text(), accent_color=None)],
            id="colours of 24 bits",
        ),
        pytest.param(
            [{"type": 14, "spacing": 3}],
            "components.0.spacing",
            "BASE_TYPE_CHOICES",
            [{"type": 14, "spacing": 1}],
            id="two spacings",
        ),
        pytest.param(
            [section(text()), row(button())],
            "components.1.components.0.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            [section(text()), row(button("b"))],
            id="every custom id once, accessories included",
        ),
        pytest.param(["hi"], "components.0", "MODEL_TYPE_CONVERT", [text()], id="components are objects"),
        pytest.param([{"content": "hi"}], "components.0.type", REQUIRED, [text()], id="with a type"),
    ],
)
def test_a_layout(wrong: list[Json], path: str, code: str, right: list[Json]) -> None:
    assert (path, code) in told(check_message({"flags": V2, "components": wrong}))
    assert told(check_message({"flags": V2, "components": right})) == ACCEPTED


def test_more_than_five_rows_fit_into_a_layout() -> None:
    rows = [row(button(f"{index}")) for index in range(6)]
    assert told(check_message({"flags": V2, "components": rows})) == ACCEPTED
