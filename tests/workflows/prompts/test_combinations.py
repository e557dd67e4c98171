"""Every text that a typed one could become: counted without being written, and the first of them in order."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.comfy.dynamic_prompts import expand
from bot.workflows.prompts import Combinations, Several, Wildcards, combinations, several_combinations
from bot.workflows.template import PromptSyntax

LISTS: Wildcards = {
    "animal": ("fox", "{wolf|owl}", "fox"),
    "both": ("__animal__ and __animal__",),
    "self": ("__self__ {a|b}", "end"),
}


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("a fox", ["a fox"]),
        ("", [""]),
        ("{red|blue} {fox|owl}", ["red fox", "red owl", "blue fox", "blue owl"]),
        ("{a|{b|c}|}", ["a", "b", "c", ""]),
        ("{red|red|blue}", ["red", "blue"]),
        ("one __animal__", ["one fox", "one wolf", "one owl"]),
        ("{__animal__|stone}", ["fox", "wolf", "owl", "stone"]),
        (r"\{x\} {a|\|}", [r"\{x} a", r"\{x} |"]),
        ("__nothing__ {a|b}", ["__nothing__ a", "__nothing__ b"]),
        ("{a|b} <lora:x:{1|2}>", ["a <lora:x:1>", "a <lora:x:2>", "b <lora:x:1>", "b <lora:x:2>"]),
    ],
)
def test_they_come_in_order_each_once(typed: str, texts: list[str]) -> None:
    assert combinations(typed, LISTS) == Combinations(tuple(texts), len(texts))


def test_only_as_many_as_wanted_are_written_out() -> None:
    assert combinations("{a|b} {c|d}", most=3) == Combinations(("a c", "a d", "b c"), 4)
    assert combinations("__both__", LISTS, 2) == Combinations(("fox and fox", "fox and wolf"), 9)


def test_an_explosion_is_counted_and_not_written() -> None:
    found = combinations("{a|b}" * 1000)
    assert found.count == 2**1000
    assert found.texts[:2] == ("a" * 1000, "a" * 999 + "b")
    assert len(found.texts) == 16


def test_several_options_are_combined_with_each_other() -> None:
    assert several_combinations({"prompt": "{a|b}", "negative": "x", "style": "{1|2}"}, most=3) == Several(
        (
            {"prompt": "a", "negative": "x", "style": "1"},
            {"prompt": "a", "negative": "x", "style": "2"},
            {"prompt": "b", "negative": "x", "style": "1"},
        ),
        4,
    )
    assert several_combinations({}) == Several(({},), 1)


def test_what_is_switched_off_is_no_choice() -> None:
    typed = "{a|b} __animal__"
    assert combinations(typed, LISTS, syntax=frozenset()) == Combinations((typed,), 1)
    assert combinations(typed, LISTS, syntax=frozenset({PromptSyntax.CHOICES})).count == 2
    only_lists = combinations(typed, LISTS, syntax=frozenset({PromptSyntax.WILDCARDS}))
    assert only_lists.texts == ("{a|b} fox", "{a|b} {wolf|owl}")


def test_lists_that_lead_to_themselves_are_counted_to_an_end() -> None:
    assert 1 < combinations("__self__", LISTS).count < 2**10
    greedy: Wildcards = {"x": tuple(f"{n} {'__x__' * 50}" for n in range(50))}
    assert combinations("__x__" * 100, greedy).count == 2**2048


def test_deep_nesting_is_read_to_its_end() -> None:
    lists: Wildcards = {"deep": ("{" * 90 + "__deep__|x" + "}" * 90,)}
    assert combinations("{" * 90 + "__deep__|y", lists).count >= 2
    assert combinations("{" * 100_000).count == 1


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"{}|ab \\", "__animal__", "__self__"]), max_size=40).map("".join))
def test_each_is_one_that_a_pick_could_have_made_and_stays_itself(typed: str) -> None:
    found = combinations(typed, {"animal": ("fox",)}, most=16)
    assert len(found.texts) == min(16, found.count)
    for each in found.texts:
        assert combinations(each, {"animal": ("fox",)}) == Combinations((each,), 1)
    first: Callable[[int], int] = lambda _count: 0  # noqa: E731
    assert expand(found.texts[0], strip_comments=False) == expand(typed, first, strip_comments=False).replace(
        "__animal__", "fox"
    )
