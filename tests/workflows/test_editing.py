"""What people change in a command, and that what is written of it is read back as that."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.comfy import Node
from bot.errors import NotThere, Refused, UserError
from bot.workflows.command_file import parse_command
from bot.workflows.command_writing import command_text
from bot.workflows.edited_values import ValueWords, valued, words_of
from bot.workflows.editing import (
    Asked,
    all_asked,
    asked,
    asked_of,
    command_described,
    described,
    for_adults,
    in_order,
    moved,
    option_in,
    place_of,
    renamed,
    with_names,
)
from bot.workflows.template import InputRef, OptionKind, OptionSpec, Template
from bot.workflows.workflow import Option
from tests.workflows.inference.samples import CLASSIC, changed

ABOUT = "What it is"
GRAPH = changed(CLASSIC, {"10": Node("LoadImage", {"image": "mine.png"})})
FOX = Template(
    "fox",
    "A fox",
    GRAPH,
    (
        OptionSpec("prompt", ABOUT, (InputRef("6", "text"),), {"zh-CN": "提示词"}, {"zh-CN": "画什么"}, True),
        OptionSpec("size", ABOUT, (), kind=OptionKind.SIZE),
        OptionSpec("width", ABOUT, (InputRef("5", "width"),)),
        OptionSpec("height", ABOUT, (InputRef("5", "height"),)),
        OptionSpec("steps", ABOUT, (InputRef("3", "steps"),), default=20),
        OptionSpec("picture", ABOUT, (InputRef("10", "image"),), kind=OptionKind.IMAGE),
        OptionSpec("mask", ABOUT, (), kind=OptionKind.MASK, of="picture"),
    ),
    Path("fox"),
    prompt="prompt",
)
STEPS = Option("steps", ABOUT, OptionKind.INTEGER, (InputRef("3", "steps"),), minimum=1, maximum=100)
SAMPLER = Option(
    "sampler", ABOUT, OptionKind.CHOICE, (InputRef("3", "sampler_name"),), choices=("euler", "sub/heun")
)


def _read_back(template: Template) -> Template:
    return parse_command(command_text(template), template.folder, GRAPH)


def _names(template: Template) -> list[str]:
    return [each.name for each in in_order(template)]


@pytest.mark.parametrize(
    "change",
    [
        lambda: renamed(FOX, "prompt", "words"),
        lambda: renamed(FOX, "picture", "图片"),
        lambda: described(FOX, "steps", "How long\nit thinks"),
        lambda: moved(FOX, "steps", 1),
        lambda: asked(FOX, "steps", Asked.REQUIRED),
        lambda: asked(FOX, "steps", Asked.FORM),
        lambda: asked(FOX, "picture", Asked.NEVER),
        lambda: asked(FOX, "prompt", Asked.NEVER),
        lambda: asked(FOX, "prompt", Asked.OPTIONAL),
        lambda: valued(FOX, STEPS, ValueWords("12", "5", "30", "1")),
        lambda: for_adults(FOX, nsfw=True),
        lambda: command_described(FOX, "Draws a fox"),
    ],
)
def test_what_is_changed_is_read_back_so(change: Callable[[], Template]) -> None:
    made = change()

    assert made != FOX
    assert _read_back(made) == made


def test_a_new_name_holds_in_all_languages_and_wherever_the_option_is_named() -> None:
    words = renamed(FOX, "prompt", "words")
    assert words.prompt == "words"
    assert option_in(words, "words").name_localisations == {}
    assert option_in(renamed(FOX, "picture", "face"), "mask").of == "face"


@pytest.mark.parametrize("name", ["width", "提示词", "Two words", "", "x" * 33])
def test_a_name_that_is_taken_or_none_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        renamed(FOX, "steps", name)


def test_a_shape_keeps_the_names_that_it_stands_for() -> None:
    with pytest.raises(Refused):
        renamed(FOX, "width", "across")
    with pytest.raises(Refused):
        asked(FOX, "size", Asked.REQUIRED)
    without = replace(FOX, options=tuple(each for each in FOX.options if each.name != "size"))
    assert option_in(renamed(without, "width", "across"), "across")


def test_options_are_in_the_order_in_which_people_are_asked_and_move_among_their_like() -> None:
    made = asked(asked(FOX, "width", Asked.NEVER), "height", Asked.FORM)
    assert _names(made) == ["prompt", "size", "steps", "picture", "mask", "height", "width"]
    assert _names(moved(made, "mask", 1)) == ["prompt", "mask", "size", "steps", "picture", "height", "width"]
    assert _names(moved(made, "size", 99)) == [
        "prompt",
        "steps",
        "picture",
        "mask",
        "size",
        "height",
        "width",
    ]
    assert place_of(moved(made, "mask", 2), "mask") == 2
    assert [asked_of(option_in(made, name)) for name in ("prompt", "size", "height", "width")] == list(Asked)


def test_all_options_are_put_in_their_places_at_once() -> None:
    made = all_asked(FOX, ["prompt", "steps", "mask"], ["width", "mask", "picture"])
    assert {each.name: asked_of(each) for each in made.options} == {
        "prompt": Asked.REQUIRED,
        "steps": Asked.OPTIONAL,
        "size": Asked.FORM,
        "height": Asked.FORM,
        "width": Asked.NEVER,
        "picture": Asked.NEVER,
        "mask": Asked.NEVER,
    }
    again = all_asked(made, ["width"], [])
    assert asked_of(option_in(again, "width")) is Asked.OPTIONAL
    assert asked_of(option_in(again, "prompt")) is Asked.FORM
    with pytest.raises(NotThere):
        all_asked(FOX, ["cfg"], [])


def test_what_becomes_required_or_hidden_gives_up_what_contradicts_it() -> None:
    required = option_in(asked(asked(FOX, "steps", Asked.NEVER), "steps", Asked.REQUIRED), "steps")
    assert (required.required, required.hidden, required.default) == (True, False, None)
    assert asked(FOX, "prompt", Asked.NEVER).prompt is None


def test_values_are_what_the_form_says_and_fill_it_again() -> None:
    words = ValueWords("12", "5", "30", "1")
    made = valued(FOX, STEPS, words)
    spec = option_in(made, "steps")
    assert (spec.default, spec.minimum, spec.maximum, spec.step) == (12, 5, 30, 1)
    assert words_of(spec) == words
    emptied = option_in(valued(made, STEPS, ValueWords()), "steps")
    assert (emptied.default, emptied.minimum, emptied.maximum, emptied.step) == (None, None, None, None)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (ValueWords("40", "5", "30"), "value-out-of-range"),
        (ValueWords("101"), "value-out-of-range"),
        (ValueWords("many"), "value-not-integer"),
        (ValueWords(minimum="9", maximum="5"), "workflow-edit-min-max"),
        (ValueWords(step="0"), "workflow-edit-step"),
        (ValueWords("6", "5", step="2"), "value-off-step"),
    ],
)
def test_values_that_do_not_fit_are_refused(words: ValueWords, told: str) -> None:
    with pytest.raises(UserError) as caught:
        valued(FOX, STEPS, words)
    assert caught.value.message.id == told


def test_a_list_is_narrowed_to_names_that_the_servers_have() -> None:
    made = replace(FOX, options=(OptionSpec("sampler", ABOUT, (InputRef("3", "sampler_name"),)),))
    spec = option_in(
        valued(made, SAMPLER, ValueWords(default="euler", names="sub\\heun\n\neuler")), "sampler"
    )
    assert (spec.choices, spec.default) == (("sub/heun", "euler"), "euler")
    with pytest.raises(Refused, match="workflow-edit-no-such-name"):
        valued(made, SAMPLER, ValueWords(names="heum"))
    with pytest.raises(Refused, match="value-not-listed"):
        valued(made, SAMPLER, ValueWords(default="euler", names="sub/heun"))
    with pytest.raises(Refused, match="workflow-edit-names"):
        with_names(made, "sampler", ["x" * 101])


def test_words_may_be_narrowed_to_any_names_of_which_one_is_the_default() -> None:
    words = Option("prompt", ABOUT, OptionKind.TEXT, (InputRef("6", "text"),))
    made = asked(FOX, "prompt", Asked.OPTIONAL)
    spec = option_in(valued(made, words, ValueWords(default="red", names="red\nblue")), "prompt")
    assert (spec.choices, spec.default) == (("red", "blue"), "red")
    with pytest.raises(Refused, match="value-not-listed"):
        valued(made, words, ValueWords(default="green", names="red\nblue"))


def test_an_option_that_went_meanwhile_is_told() -> None:
    with pytest.raises(NotThere):
        asked(FOX, "cfg", Asked.NEVER)
