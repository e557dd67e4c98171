"""What Discord takes: 25 options, 8,000 characters, and names of letters."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from bot.comfy import Graph, Node
from bot.workflows import Workflow, resolve
from bot.workflows.discord_rules import MAX_COMMAND, wrong_description, wrong_name
from bot.workflows.inference.naming import Names, cut, legal
from bot.workflows.inference.option_role import WORDS, OptionRole
from tests.workflows.inference.samples import CLASSIC, changed, inferred, server


def _many(count: int, title: str = "") -> dict[str, Node]:
    """That many texts, all of them declared."""
    words = {"input_id": "x", "display_name": title, "description": "d" * 300}
    return {
        str(100 + index): Node("ComfyUIDeployExternalText", {**words, "default_value": f"text {index}"})
        for index in range(count)
    }


def test_beyond_60_options_the_rest_is_advanced_and_25_are_in_the_command() -> None:
    found = inferred(changed(CLASSIC, _many(60, "Ein sehr langer Name für eine Option wie diese")))

    assert (len(found.options), len(found.advanced)) == (60, 13)
    assert found.options[0].name == "prompt", "required ones are never pushed out"
    workflow = resolve(found.template("fox", "A fox", Path("fox")), [server()])
    assert isinstance(workflow, Workflow)
    assert sum(len(option.name) + len(option.description) for option in workflow.in_command) < MAX_COMMAND


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Das Tier", "das_tier"),
        ("提示词", "提示词"),
        ("🦊", "option"),
        ("🦊 fox!", "fox"),
        ("\uff26ull width", "full_width"),
        ("İstanbul", "istanbul"),
        ("a.b/c: d", "a_b_c_d"),
        ("x" * 40, "x" * 32),
        ("__--__", "option"),
        ("\u0000\ud800", "option"),
    ],
)
def test_any_words_become_a_legal_name(words: str, name: str) -> None:
    found = legal(words) or "option"

    assert (found, wrong_name(found)) == (name, None)


@pytest.mark.parametrize(
    ("tooltip", "description"),
    [
        (f"Where it begins. {'It goes on ' * 9}", f"Where it begins. {'It goes on ' * 7}It…"),
        (
            f"Where the pose's influence ends, in percent. Motion is set early, e.g. {'at 0.7 ' * 9}",
            "Where the pose's influence ends, in percent.",
        ),
        ("色" * 120, "色" * 99 + "…"),
        (f"{'姿势的影响范围' * 7}。{'运动很早就确定' * 9}", f"{'姿势的影响范围' * 7}。"),
        ("short\n enough ", "short enough"),
    ],
    ids=["words", "a sentence", "no spaces", "a sentence without spaces", "short"],
)
def test_a_long_tooltip_ends_where_a_sentence_or_a_word_does(tooltip: str, description: str) -> None:
    assert cut(tooltip) == description


def test_a_label_that_leaves_nothing_gives_way_to_the_meaning() -> None:
    graph = changed(CLASSIC, {"6": Node("CLIPTextEncode", CLASSIC["6"].inputs, "/🦊")})

    assert inferred(graph).options[0].name == "prompt"


def test_names_are_taken_once_in_every_language() -> None:
    names = Names()

    assert names.take("步数", None) == ("步数", {})
    assert names.take("steps", OptionRole.STEPS) == ("steps-2", {"zh-CN": "步数-2"})
    assert names.take("x" * 32, None) == ("x" * 32, {})
    assert names.take("x" * 32, None) == ("x" * 30 + "-2", {})


def test_every_role_has_words_that_discord_takes() -> None:
    for role in OptionRole:
        for locale in ("en", "zh-CN"):
            assert wrong_name(WORDS[role].names(locale)) is None
            assert wrong_description(WORDS[role].describes(locale)) is None
        assert WORDS[role].names("en") == role.value


def test_descriptions_are_one_line_of_a_hundred_characters() -> None:
    assert cut("a\n b\tc") == "a b c"
    assert (len(cut("word " * 50)), cut("word " * 50)[-1]) == (100, "…")


def _joined(count: int) -> Graph:
    """Nodes that join texts, each linked to the 30 before it, up to a sampler."""
    graph = {
        str(node): Node(
            "StringConcatenate",
            {f"string_{part}": [str(max(0, node - part - 1)), 0] for part in range(30)}
            | {"string_a": f"text {node}"},
            "/prompt",
        )
        for node in range(count)
    }
    graph["sampler"] = Node("KSampler", {"positive": [str(count - 1), 0], "negative": [str(count - 2), 0]})
    graph["save"] = Node("SaveImage", {"images": ["sampler", 0]})
    return graph


def _calls(work: Callable[[], object]) -> int:
    """How many functions ``work`` calls: what it costs, on however busy a machine."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def test_twice_the_links_cost_twice_the_work() -> None:
    small, large = _joined(250), _joined(500)
    found = inferred(large)
    assert (len(found.options), len(found.advanced)) == (60, 40)
    assert _calls(lambda: inferred(large)) < 3 * _calls(lambda: inferred(small))
