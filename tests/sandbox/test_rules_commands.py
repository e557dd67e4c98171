"""Commands: each rule refuses the wrong request and accepts the nearest right one."""

from typing import Any

import pytest

from bot.sandbox.discord.rules import check_command, check_commands
from tests.sandbox.judged import ACCEPTED, Json, told


def command(**fields: Any) -> Json:
    return {"name": "draw", "description": "Draws", "type": 1, **fields}


def option(kind: int = 3, name: str = "prompt", **fields: Any) -> Json:
    return {"type": kind, "name": name, "description": "Words", **fields}


def with_option(**fields: Any) -> Json:
    return command(options=[option(**fields)])


def choices(count: int, name: str = "n", value: Any = "v") -> list[Json]:
    return [{"name": f"{name}{index}", "value": value} for index in range(count)]


def without(given: Json, name: str) -> Json:
    return {key: value for key, value in given.items() if key != name}


INVALID_NAME = "APPLICATION_COMMAND_INVALID_NAME"
TOO_LONG = "BASE_TYPE_BAD_LENGTH"
REQUIRED = "BASE_TYPE_REQUIRED"


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(without(command(), "name"), "name", REQUIRED, command(), id="a name is required"),
        pytest.param(command(name=""), "name", REQUIRED, command(name="a"), id="a name is not empty"),
        pytest.param(command(name="Draw"), "name", INVALID_NAME, command(name="draw"), id="lower case"),
        pytest.param(
            command(name="ÄRGER"),
            "name",
            INVALID_NAME,
            command(name="ärger"),
            id="lower case wherever there is one",
        ),
        pytest.param(command(name="draw it"), "name", INVALID_NAME, command(name="draw-it"), id="no spaces"),
        pytest.param(
            command(name="draw!"), "name", INVALID_NAME, command(name="d'r_a-w1"), id="letters, digits, - _ '"
        ),
        pytest.param(
            command(name="画🎨"), "name", INVALID_NAME, command(name="画画"), id="letters of every script"
        ),
        pytest.param(
            command(name="ก☃"), "name", INVALID_NAME, command(name="วาดรูปได้"), id="Thai with its marks"
        ),
        pytest.param(command(name="x" * 33), "name", TOO_LONG, command(name="x" * 32), id="32 letters"),
        pytest.param(
            command(name=7), "name", "STRING_TYPE_CONVERT", command(name="7"), id="a name is a text"
        ),
        pytest.param(
            without(command(), "description"),
            "description",
            REQUIRED,
            command(),
            id="a description is required",
        ),
        pytest.param(
            command(description=""), "description", REQUIRED, command(description="x"), id="and not empty"
        ),
        pytest.param(
            command(description="x" * 101),
            "description",
            TOO_LONG,
            command(description="x" * 100),
            id="description of 100",
        ),
        pytest.param(
            command(descriptin="x"), "descriptin", "UNKNOWN_FIELD", command(nsfw=True), id="no unknown fields"
        ),
        pytest.param(
            command(type=5), "type", "BASE_TYPE_CHOICES", command(type=4), id="four types of command"
        ),
        pytest.param(
            command(name_localizations={"zh": "画"}),
            "name_localizations.zh",
            "BASE_TYPE_CHOICES",
            command(name_localizations={"zh-CN": "画"}),
            id="known locales",
        ),
        pytest.param(
            command(name_localizations={"de": "Malen"}),
            "name_localizations.de",
            INVALID_NAME,
            command(name_localizations={"de": "malen"}),
            id="localised names follow the same rule",
        ),
        pytest.param(
            command(description_localizations={"de": "x" * 101}),
            "description_localizations.de",
            TOO_LONG,
            command(description_localizations={"de": "x" * 100}),
            id="localised descriptions too",
        ),
        pytest.param(
            command(contexts=[3]),
            "contexts.0",
            "BASE_TYPE_CHOICES",
            command(contexts=[0, 1, 2]),
            id="three contexts",
        ),
        pytest.param(
            command(integration_types=[2]),
            "integration_types.0",
            "BASE_TYPE_CHOICES",
            command(integration_types=[0, 1]),
            id="two ways to install",
        ),
        pytest.param(
            command(default_member_permissions="many"),
            "default_member_permissions",
            "NUMBER_TYPE_COERCE",
            command(default_member_permissions="8192"),
            id="permissions are a bit set",
        ),
        pytest.param(
            command(type=3, description="x"),
            "description",
            "BASE_TYPE_MAX_LENGTH",
            command(type=3, name="Remix This", description=""),
            id="a menu entry has no description, but capitals and spaces",
        ),
        pytest.param(
            {"name": "Remix", "type": 2, "options": [option()]},
            "options",
            "BASE_TYPE_MAX_LENGTH",
            {"name": "Remix", "type": 2},
            id="a menu entry has no options",
        ),
    ],
)
def test_a_command(wrong: Json, path: str, code: str, right: Json) -> None:
    assert (path, code) in told(check_command(wrong))
    assert told(check_command(right)) == ACCEPTED


@pytest.mark.parametrize(
    ("wrong", "path", "code", "right"),
    [
        pytest.param(
            command(options=[option(name=f"o{i}") for i in range(26)]),
            "options",
            "BASE_TYPE_MAX_LENGTH",
            command(options=[option(name=f"o{i}") for i in range(25)]),
            id="25 options",
        ),
        pytest.param(
            command(options=[option(name="a"), option(name="b", required=True)]),
            "options.1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            command(options=[option(name="b", required=True), option(name="a")]),
            id="required ones first",
        ),
        pytest.param(
            command(options=[option(), option()]),
            "options.1",
            "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
            command(options=[option(), option(name="negative")]),
            id="names differ",
        ),
        pytest.param(
            with_option(kind=12),
            "options.0.type",
            "UNION_TYPE_CHOICES",
            with_option(kind=11),
            id="eleven types",
        ),
        pytest.param(
            with_option(name="Prompt"),
            "options.0.name",
            INVALID_NAME,
            with_option(name="prompt"),
            id="lower case",
        ),
        pytest.param(
            with_option(autocomplete=True, choices=choices(1)),
            "options.0.choices",
            "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_INVALID",
            with_option(autocomplete=True, choices=[]),
            id="autocomplete or choices",
        ),
        pytest.param(
            with_option(choices=choices(26)),
            "options.0.choices",
            "BASE_TYPE_MAX_LENGTH",
            with_option(choices=choices(25)),
            id="25 choices",
        ),
        pytest.param(
            with_option(choices=choices(1, name="x" * 100)),
            "options.0.choices.0.name",
            TOO_LONG,
            with_option(choices=choices(1, name="x" * 99)),
            id="choice name of 100",
        ),
        pytest.param(
            with_option(choices=choices(1, value="x" * 101)),
            "options.0.choices.0.value",
            "BASE_TYPE_MAX_LENGTH",
            with_option(choices=choices(1, value="x" * 100)),
            id="choice value of 100",
        ),
        pytest.param(
            with_option(kind=4, choices=choices(1, value="7")),
            "options.0.choices.0.value",
            "NUMBER_TYPE_COERCE",
            with_option(kind=4, choices=choices(1, value=7)),
            id="choices are of the option's type",
        ),
        pytest.param(
            with_option(kind=4, choices=choices(1, value=2**53 + 1)),
            "options.0.choices.0.value",
            "NUMBER_TYPE_MAX",
            with_option(kind=4, choices=choices(1, value=2**53)),
            id="integers to 2^53",
        ),
        pytest.param(
            with_option(kind=5, choices=choices(1)),
            "options.0.choices",
            "UNKNOWN_FIELD",
            with_option(kind=5),
            id="no choices of yes and no",
        ),
        pytest.param(
            with_option(kind=4, min_value=9, max_value=8),
            "options.0.min_value",
            "NUMBER_TYPE_MAX",
            with_option(kind=4, min_value=8, max_value=8),
            id="least to most",
        ),
        pytest.param(
            with_option(kind=4, min_value=0.5),
            "options.0.min_value",
            "NUMBER_TYPE_COERCE",
            with_option(kind=10, min_value=0.5),
            id="integers have integer bounds",
        ),
        pytest.param(
            with_option(max_length=6001),
            "options.0.max_length",
            "NUMBER_TYPE_MAX",
            with_option(min_length=0, max_length=6000),
            id="texts to 6000",
        ),
        pytest.param(
            with_option(max_value=3),
            "options.0.max_value",
            "UNKNOWN_FIELD",
            with_option(max_length=3),
            id="texts have a length",
        ),
        pytest.param(
            with_option(kind=7, channel_types=[99]),
            "options.0.channel_types.0",
            "BASE_TYPE_CHOICES",
            with_option(kind=7, channel_types=[0, 11]),
            id="known channel types",
        ),
        pytest.param(
            with_option(kind=11, file_types=["png"]),
            "options.0.file_types.0",
            "BASE_TYPE_CHOICES",
            with_option(kind=11, file_types=["image", ".png"]),
            id="file types by kind or extension",
        ),
        pytest.param(
            command(options=[option(kind=1), option(name="words")]),
            "options",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            command(options=[option(kind=1), option(kind=1, name="words")]),
            id="subcommands stand alone",
        ),
        pytest.param(
            with_option(kind=1, options=[option(kind=1)]),
            "options.0.options.0.type",
            "UNION_TYPE_CHOICES",
            with_option(kind=1, options=[option()]),
            id="no subcommand in a subcommand",
        ),
        pytest.param(
            with_option(kind=2, options=[option(kind=2)]),
            "options.0.options.0.type",
            "UNION_TYPE_CHOICES",
            with_option(kind=2, options=[option(kind=1, options=[option()])]),
            id="groups one level deep",
        ),
        pytest.param(
            with_option(kind=1, options=[option(name="a"), option(name="b", required=True)]),
            "options.0.options.1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            with_option(kind=1, options=[option(name="b", required=True), option(name="a")]),
            id="required ones first in subcommands too",
        ),
        pytest.param(
            command(options={"type": 3}),
            "options",
            "LIST_TYPE_CONVERT",
            command(options=[]),
            id="options are a list",
        ),
        pytest.param(
            command(options=["a"]), "options.0", "MODEL_TYPE_CONVERT", with_option(), id="of objects"
        ),
    ],
)
def test_an_option(wrong: Json, path: str, code: str, right: Json) -> None:
    assert (path, code) in told(check_command(wrong))
    assert told(check_command(right)) == ACCEPTED


def large(**description: Any) -> Json:
    """A command of 7906 characters without its description: 1 for its name, 105 for its options, 39 choices of 200."""
    names = [f"{index:0100}" for index in range(39)]
    full = [{"name": name, "value": "v" * 100} for name in names]
    a, b = (
        option(name="a", description="d", choices=full[:25]),
        option(name="b", description="d", choices=full[25:]),
    )
    return command(name="c", options=[a, b, option(name="e", description="d" * 100)], **description)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        pytest.param({"description": "x" * 95}, {"description": "x" * 94}, id="in its own language"),
        pytest.param(
            {"description": "x", "description_localizations": {"de": "x" * 95}},
            {"description": "x" * 94, "description_localizations": {"de": "x" * 94, "fr": "x" * 94}},
            id="in the longest of each field, the others not counted",
        ),
    ],
)
def test_a_command_has_at_most_8000_characters(wrong: Json, right: Json) -> None:
    assert told(check_command(large(**wrong))) == [("", "APPLICATION_COMMAND_TOO_LARGE")]
    assert told(check_command(large(**right))) == ACCEPTED


def test_commands_together_have_different_names_within_their_type() -> None:
    menu = {"name": "draw", "type": 3}
    assert told(check_commands([command(), menu, command()])) == [
        ("2", "APPLICATION_COMMANDS_DUPLICATE_NAME")
    ]
    assert told(check_commands([command(), menu, command(name="redraw")])) == ACCEPTED


@pytest.mark.parametrize(("kind", "most"), [(1, 100), (2, 15), (3, 15)])
def test_there_are_only_so_many_commands_of_a_type(kind: int, most: int) -> None:
    named = [
        {"name": f"c{index}", "type": kind, **({"description": "d"} if kind == 1 else {})}
        for index in range(most + 1)
    ]
    assert told(check_commands(named)) == [("", "30032")]
    assert told(check_commands(named[:-1])) == ACCEPTED


def test_contexts_and_ways_to_install_are_for_global_commands() -> None:
    assert told(check_command(command(contexts=[0]), in_guild=True)) == [("contexts", "UNKNOWN_FIELD")]
    assert told(check_command(command(contexts=None), in_guild=True)) == ACCEPTED


def test_a_partial_command_leaves_out_what_stays() -> None:
    assert told(check_command({"description": "New"}, partial=True)) == ACCEPTED
    assert told(check_command({"description": "New"})) == [("name", "BASE_TYPE_REQUIRED")]


def test_problems_in_a_list_of_commands_name_the_command() -> None:
    assert told(check_commands([command(), command(name="Two")])) == [("1.name", INVALID_NAME)]


def test_all_commands_are_a_list_and_one_is_an_object() -> None:
    assert told(check_commands(command())) == [("", "LIST_TYPE_CONVERT")]
    assert told(check_command([command()])) == [("", "MODEL_TYPE_CONVERT")]
