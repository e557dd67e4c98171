"""The panel and the forms in which a command is changed, at their largest and in both languages."""

import dataclasses
from pathlib import Path

import pytest
from discord import ui
from msgspec.structs import replace

from bot.comfy import Node
from bot.errors import NotThere
from bot.moderation.access import Access
from bot.texts import text
from bot.workflows import InputRef, Option, OptionKind, OptionSpec, Template
from bot.workflows.edited import Edited
from bot.workflows.editing import Asked, asked, option_in
from cogs._forms import Submitted
from cogs._workflow_edit_forms import (
    choose_form,
    chosen_of,
    command_form,
    command_of,
    worded,
    words_form,
)
from cogs._workflow_edit_panel import command_panel, option_panel
from cogs._workflow_preview import DraftRef
from cogs._workflow_values_form import values_form, with_values

EVERYWHERE = Access()
REF = DraftRef(10**18, 10**8)
NODE = Node("Sample", {f"steps{number}": 20 for number in range(60)}, "Sampler")
LONGEST = "提" * 31
ABOUT = "说" * 100


def _spec(number: int, *, hidden: bool = False) -> OptionSpec:
    return OptionSpec(
        f"{number}{LONGEST}"[:32],
        ABOUT,
        (InputRef("1", f"steps{number}"),),
        name_localisations={"zh-CN": f"步数{number}"},
        description_localisations={"zh-CN": "多少步"},
        default=7,
        hidden=hidden,
    )


def _edited(count: int) -> Edited:
    specs = tuple(_spec(number, hidden=number > 40) for number in range(count))
    whole = {
        each.name: Option(
            each.name, ABOUT, OptionKind.INTEGER, each.targets, minimum=1, maximum=10**6, step=3
        )
        for each in specs
    }
    options = {name: replace(each, default=7) for name, each in whole.items()}
    template = Template("draw", "Draws", {"1": NODE}, specs, Path("draw"))
    return Edited(template, options, whole)


def _words(view: ui.LayoutView | ui.Modal) -> str:
    return "\n".join(each.content for each in view.walk_children() if isinstance(each, ui.TextDisplay))


def _ids(view: ui.LayoutView) -> list[str]:
    controls = (each for each in view.walk_children() if isinstance(each, ui.Button | ui.Select))
    return [each.custom_id or "" for each in controls]


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_sixty_options_with_the_longest_names_fit_into_a_message(locale: str) -> None:
    edited = _edited(60)
    many = frozenset(range(10**18, 10**18 + 25))
    view = command_panel(REF, edited, Access(many, many), locale)
    one = option_panel(REF, edited, edited.template.options[59].name, locale)
    for each in (view, one):
        assert view.content_length() <= 4000
        assert len(list(each.walk_children())) <= 40
        assert all(len(custom_id) <= 100 for custom_id in _ids(each))
    menus = [each for each in view.walk_children() if isinstance(each, ui.Select)]
    assert [len(menu.options) for menu in menus] == [25, 25, 10]
    choosing = choose_form(REF, edited, "", locale)
    menus = [each for each in choosing.walk_children() if isinstance(each, ui.Select)]
    assert [len(menu.options) for menu in menus] == [25, 25, 25, 25]
    unchanged = Submitted("", {}, {}, {menu.custom_id: _chosen(menu) for menu in menus})
    assert chosen_of(edited.template, unchanged) == edited.template
    form = values_form(REF, edited, edited.template.options[59].name, locale)
    assert len(form.custom_id) <= 100


def test_options_stand_under_what_they_are_asked_for_and_what_cannot_be_offered_is_marked() -> None:
    first, second, third = (each.name for each in _edited(3).template.options)
    made = _edited(3)
    template = asked(asked(made.template, third, Asked.REQUIRED), first, Asked.NEVER)
    edited = replace(made, template=template, problems={second: text("workflow-edit-place")})
    lines = _words(command_panel(REF, edited, EVERYWHERE, "en")).split("\n")
    heads = [line for line in lines if line.startswith(("**", "⚠️"))]
    assert heads[0] == "**Required**"
    assert heads[1] == "**In the command**"
    assert heads[2].startswith(f"⚠️ `{second}` whole number")
    assert heads[3] == "**Hidden**"
    shown = _words(option_panel(REF, edited, second, "en"))
    assert "⚠️ sets what may name a file" in shown
    assert "-# Sets steps1 \\(Sampler\\)" in shown


def test_a_form_that_is_sent_as_it_came_changes_nothing_and_keeps_every_language() -> None:
    template = dataclasses.replace(_edited(3).template, description_localisations={"zh-CN": "画画"})
    edited = replace(_edited(3), template=template)
    name = template.options[1].name
    for locale in ("en-US", "zh-CN"):
        sent = Submitted("", _filled(words_form(REF, edited, name, locale)), {})
        assert worded(template, name, sent, locale) == template
        sent = Submitted("", _filled(command_form(REF, edited, "", locale)), {})
        assert command_of(template, sent, locale) == template


def test_values_that_are_too_long_for_a_form_are_not_asked_for_and_stay() -> None:
    edited = _edited(1)
    (spec,) = edited.template.options
    names = tuple(f"{number}{'x' * 95}" for number in range(100))
    words = replace(edited.whole[spec.name], kind=OptionKind.TEXT)
    long = replace(spec, default=names[0], choices=names)
    edited = replace(
        edited, template=dataclasses.replace(edited.template, options=(long,)), whole={spec.name: words}
    )
    asked_for = _filled(values_form(REF, edited, spec.name, "en"))
    assert list(asked_for) == ["default"]
    made = with_values(edited, spec.name, Submitted("", asked_for, {}))
    assert made.options[0].choices == names


def test_what_has_no_values_has_no_form_for_them() -> None:
    edited = replace(_edited(1), whole={})
    with pytest.raises(NotThere):
        values_form(REF, edited, edited.template.options[0].name, "en")


def test_what_is_typed_in_one_language_holds_in_all() -> None:
    template = _edited(3).template
    name = template.options[1].name
    sent = Submitted("", {"name": "effort", "about": "How long", "place": "1"}, {})
    made = worded(template, name, sent, "zh-CN")
    spec = option_in(made, "effort")
    assert made.options[0] == spec
    assert (spec.description, spec.name_localisations, spec.description_localisations) == ("How long", {}, {})


def _chosen(menu: ui.Select[ui.View]) -> tuple[str, ...]:
    return tuple(option.value for option in menu.options if option.default)


def _filled(form: ui.Modal) -> dict[str, str]:
    """What comes back of a form in which nothing is changed."""
    found: dict[str, str] = {}
    for each in form.walk_children():
        if isinstance(each, ui.TextInput):
            found[each.custom_id] = each.default or ""
        if isinstance(each, ui.Select):
            found[each.custom_id] = next((option.value for option in each.options if option.default), "")
    return found
