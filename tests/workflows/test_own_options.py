"""Which of the bot's own options a workflow's command gets."""

from dataclasses import replace

import pytest

from bot.workflows import Option, OptionKind, Workflow
from bot.workflows.command_size import words_of
from bot.workflows.discord_rules import MAX_COMMAND, MAX_OPTIONS
from bot.workflows.own_options import MOST_OWN, OwnOption, own_options

PROMPT = Option("prompt", "what", OptionKind.TEXT, ())
SEED = Option("seed", "which", OptionKind.SEED, ())
PLAIN = Workflow("plain", "a workflow", {}, (PROMPT, SEED), {}, frozenset(), prompt_option="prompt")
ALL = frozenset(OwnOption)


def test_there_are_five_at_most() -> None:
    assert own_options(PLAIN, ALL) == tuple(OwnOption)[:MOST_OWN]


def test_only_what_is_set_up_is_offered() -> None:
    assert own_options(PLAIN, {OwnOption.TRANSLATE, OwnOption.PRIVATE}) == (
        OwnOption.PRIVATE,
        OwnOption.TRANSLATE,
    )


def test_without_a_seed_nothing_is_repeated_and_without_words_nothing_is_combined() -> None:
    upscale = replace(PLAIN, options=(Option("image", "which", OptionKind.IMAGE, ()),), prompt_option=None)
    assert own_options(upscale, ALL) == (OwnOption.PRESET, OwnOption.PRIVATE)


@pytest.mark.parametrize(
    ("wished", "got"), [((), ()), (("private", "preset"), (OwnOption.PRESET, OwnOption.PRIVATE))]
)
def test_a_workflow_names_those_that_it_wants(wished: tuple[str, ...], got: tuple[OwnOption, ...]) -> None:
    assert own_options(replace(PLAIN, own_options=wished), ALL) == got


def test_a_workflows_own_option_of_that_name_wins() -> None:
    named = replace(PLAIN, options=(PROMPT, SEED, Option("preset", "mine", OptionKind.TEXT, ())))
    assert OwnOption.PRESET not in own_options(named, ALL)


def test_they_take_what_places_the_workflow_leaves() -> None:
    many = tuple(Option(f"o{number}", "-", OptionKind.TEXT, ()) for number in range(MAX_OPTIONS - 2))
    assert own_options(replace(PLAIN, options=many), ALL) == (OwnOption.PRESET, OwnOption.PRIVATE)
    assert own_options(replace(PLAIN, options=(*many, PROMPT, SEED)), ALL) == ()


def test_they_take_what_characters_the_workflow_leaves() -> None:
    full = replace(PLAIN, description="x" * (MAX_COMMAND - words_of(PLAIN) - 200))
    assert own_options(full, ALL) == (OwnOption.PRESET,)
