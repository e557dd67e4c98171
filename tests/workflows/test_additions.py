"""What a server adds to people's words, and its own values for what they leave out."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from bot.comfy import Graph, Node
from bot.texts import text
from bot.workflows import Filled, InputRef, Option, OptionKind, Workflow, fill
from bot.workflows.additions import Additions, with_added, without_added
from bot.workflows.defaults import with_defaults
from bot.workflows.prompts import NO_WILDCARDS, PromptRules
from bot.workflows.rewordable import rewordings
from bot.workflows.template import Scalar

GRAPH: Graph = {
    "1": Node("CLIPTextEncode", {"text": "a cat"}),
    "2": Node("CLIPTextEncode", {"text": "blurry"}),
    "3": Node("KSampler", {"steps": 20, "width": 512, "height": 512}),
}


def _number(name: str, most: int) -> Option:
    return Option(name, name, OptionKind.INTEGER, (InputRef("3", name),), default=20, minimum=1, maximum=most)


WORKFLOW = Workflow(
    name="draw",
    description="",
    graph=GRAPH,
    options=(
        Option("prompt", "", OptionKind.TEXT, (InputRef("1", "text"),), default="a cat"),
        Option("negative_prompt", "", OptionKind.TEXT, (InputRef("2", "text"),), default="blurry"),
        _number("steps", 50),
        _number("width", 2048),
        _number("height", 2048),
        Option("size", "", OptionKind.SIZE, (), choices=("square", "wide")),
        Option("image", "", OptionKind.IMAGE, (InputRef("3", "image"),), default="x.png"),
    ),
    titles={},
    needs=frozenset(),
    prompt_option="prompt",
)
ADDED = Additions("ink {wash}", "text")


def _filled(values: Mapping[str, Scalar], additions: Additions = ADDED) -> Filled:
    workflow = Workflow(
        WORKFLOW.name, "", GRAPH, WORKFLOW.options[:5], {}, frozenset(), prompt_option="prompt"
    )
    rules = PromptRules(NO_WILDCARDS, lambda count: count - 1)
    return fill(workflow, values, job_id=UUID(int=1), pick_seed=lambda: 1, prompts=rules, additions=additions)


def _words(filled: Filled) -> tuple[object, object]:
    return filled.graph["1"].inputs["text"], filled.graph["2"].inputs["text"]


def test_words_are_added_when_the_persons_are_read_and_what_was_typed_is_kept() -> None:
    filled = _filled({"prompt": "a {red|blue} fox"})
    assert _words(filled) == ("a blue fox, ink {wash}", "blurry, text")
    assert filled.values["prompt"] == r"a blue fox, ink \{wash}"
    assert filled.typed == {"prompt": "a {red|blue} fox", "negative_prompt": "blurry"}
    assert filled.notices[-2:] == (
        text("words-added", option="prompt", words="ink {wash}"),
        text("words-added", option="negative_prompt", words="text"),
    )


def test_what_is_made_of_it_again_is_not_added_twice() -> None:
    first = _filled({"prompt": "a {red|blue} fox"})
    as_typed = _filled({**first.values, **first.typed})
    as_shown = _filled(first.values)
    assert _words(as_typed) == _words(as_shown) == _words(first)
    assert as_shown.typed == {"prompt": "a blue fox", "negative_prompt": "blurry"}


def test_nothing_is_added_where_nothing_was_chosen() -> None:
    filled = _filled({"prompt": "a fox"}, Additions())
    assert (_words(filled), filled.typed, filled.added) == (("a fox", "blurry"), {}, {})


def test_only_the_persons_own_words_are_translated() -> None:
    found = rewordings(WORKFLOW, _filled({"prompt": "狐狸"}), ["prompt"], translate=True, improve=False)
    assert [(each.words, each.added, each.targets) for each in found] == [
        ("狐狸", "ink {wash}", (("1", "text"),))
    ]


@pytest.mark.parametrize(
    ("words", "whole", "before"),
    [
        ("a fox", "a fox, ink", "a fox"),
        ("a fox, ", "a fox, ink", "a fox"),
        ("", "ink", ""),
        ("ink", "ink", ""),
        ("a fox, ink", "a fox, ink", "a fox"),
        ("drink", "drink, ink", "drink"),
    ],
)
def test_words_are_joined_and_parted(words: str, whole: str, before: str) -> None:
    assert (with_added(words, "ink"), without_added(whole, "ink")) == (whole, before)
    assert (with_added(words, ""), without_added(words, "")) == (words, words)


def test_what_a_person_types_wins_and_a_workflows_own_value_over_everyones() -> None:
    defaults = {("draw", "steps"): "30", ("*", "steps"): "8", ("*", "width"): "1024", ("*", "cfg"): "7"}
    assert with_defaults(WORKFLOW, {}, defaults) == ({"steps": "30", "width": "1024"}, ())
    assert with_defaults(WORKFLOW, {"steps": 5, "width": 64}, defaults) == ({"steps": 5, "width": 64}, ())


def test_who_gives_a_side_gets_no_shape() -> None:
    shape = {("*", "size"): "wide"}
    assert with_defaults(WORKFLOW, {"width": 64}, shape) == ({"width": 64}, ())
    assert with_defaults(WORKFLOW, {}, shape) == ({"size": "wide"}, ())


def test_what_the_workflow_does_not_take_is_left_out_and_told() -> None:
    values, notices = with_defaults(WORKFLOW, {}, {("draw", "steps"): "900", ("draw", "image"): "y.png"})
    problem = text("value-out-of-range", option="steps", value="900", minimum="1", maximum="50")
    assert values == {}
    assert notices == (text("default-not-taken", option="steps", value="900", problem=problem),)
