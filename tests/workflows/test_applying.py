"""A preset laid under what a person typed."""

import pytest

from bot.jobs.preset import Preset
from bot.workflows import Option, OptionKind, Workflow
from bot.workflows.applying import applied, applies, wrapped

OPTIONS = (
    Option("motif", "what", OptionKind.TEXT, ()),
    Option("steps", "how many", OptionKind.INTEGER, ()),
    Option("cfg", "how much", OptionKind.NUMBER, ()),
    Option("image", "which", OptionKind.IMAGE, ()),
)
FOX = Workflow("fox", "a fox", {}, OPTIONS, {}, frozenset(), prompt_option="motif")
STYLE = Preset("ink", {"prompt": "{prompt}, ink"}, None, 1, user_id=1)
VALUES = Preset(
    "quick", {"steps": "8", "cfg": "2,5", "motif": "a cat", "image": "x.png"}, "fox", 1, user_id=1
)


@pytest.mark.parametrize(
    ("around", "words", "whole"),
    [
        ("{prompt}, ink", "a fox", "a fox, ink"),
        ("photo of {prompt}, {prompt}", " a fox ", "photo of a fox, a fox"),
        ("{prompt}, ink", "", "ink"),
        ("ink, {prompt}", "  ", "ink"),
        ("{red|blue} {prompt}", "{prompt}", "{red|blue} {prompt}"),
    ],
)
def test_words_are_wrapped(around: str, words: str, whole: str) -> None:
    assert wrapped(around, words) == whole


def test_a_style_goes_around_whatever_says_what_to_make() -> None:
    assert applied(STYLE, FOX, {"motif": "a fox"}) == {"motif": "a fox, ink"}
    assert applied(STYLE, FOX, {}) == {"motif": "ink"}


def test_what_the_person_gave_stays_and_the_rest_is_filled() -> None:
    assert applied(VALUES, FOX, {"steps": 20}) == {"steps": 20, "cfg": 2.5, "motif": "a cat"}


def test_a_preset_is_for_its_workflow_or_for_those_that_have_an_option_of_it() -> None:
    silent = Workflow("upscale", "larger", {}, OPTIONS[3:], {}, frozenset())
    assert applies(VALUES, FOX)
    assert applies(STYLE, FOX)
    assert not applies(STYLE, silent)
    assert not applies(VALUES, silent)
