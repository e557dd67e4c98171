"""Every option is in one group, which a form can ask for."""

import pytest

from bot.workflows import InputRef, Option, OptionKind, Workflow
from bot.workflows.discord_rules import MAX_ASKED
from bot.workflows.option_groups import Subject, option_groups


def option(name: str, kind: OptionKind, input_name: str, *, of: str | None = None) -> Option:
    targets = () if of else (InputRef("1", input_name),)
    return Option(name, "-", kind, targets, of=of)


def workflow(*options: Option) -> Workflow:
    return Workflow("any", "-", {}, options, {}, frozenset())


def test_options_are_grouped_by_what_they_set_in_the_order_of_the_subjects() -> None:
    options = (
        option("bild", OptionKind.IMAGE, "image"),
        option("worte", OptionKind.TEXT, "text"),
        option("breite", OptionKind.INTEGER, "width"),
        option("saat", OptionKind.SEED, "value"),
        option("verfahren", OptionKind.CHOICE, "sampler_name"),
        option("modell", OptionKind.CHOICE, "ckpt_name"),
        option("wo", OptionKind.AREA, "", of="bild"),
        option("kacheln", OptionKind.BOOLEAN, "tiling"),
        option("hoehe", OptionKind.INTEGER, "height"),
        option("staerke", OptionKind.NUMBER, "lora_wt_2"),
    )
    groups = {group.key: [each.name for each in group.options] for group in option_groups(workflow(*options))}
    assert groups == {
        "prompt-1": ["worte"],
        "size-1": ["breite", "hoehe"],
        "sampling-1": ["saat", "verfahren"],
        "models-1": ["modell", "staerke"],
        "files-1": ["bild", "wo"],
        "more-1": ["kacheln"],
    }
    assert list(groups) == [f"{subject}-1" for subject in Subject]


@pytest.mark.parametrize("count", [0, 1, 5, 6, 25, MAX_ASKED])
def test_no_group_is_larger_than_a_form_and_no_option_is_lost(count: int) -> None:
    options = tuple(option(f"o{number}", OptionKind.INTEGER, "x") for number in range(count))
    groups = option_groups(workflow(*options))
    assert [each for group in groups for each in group.options] == list(options)
    assert all(1 <= len(group.options) <= 5 for group in groups)
    assert [group.is_only for group in groups] == [count <= 5] * len(groups)
    assert len({group.key for group in groups}) == len(groups)
