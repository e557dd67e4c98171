"""The panel of the edit form: what is chosen so far, and what can be changed, page by page. Pure."""

from collections.abc import Iterator
from uuid import UUID

import discord
from discord import ui

from bot.delivery.words import escaped, shortened, within
from bot.jobs.pending import Answers, PendingOrder
from bot.texts import render, text
from bot.workflows import Option, OptionKind, Workflow
from bot.workflows.option_groups import OptionGroup, option_groups
from cogs._edit_form import page_name, pages
from cogs._forms import choice, named
from cogs._notices import framed
from cogs._options import MAX_CHOICES, shown_area

ORDER = r"(?P<order>[0-9a-f]{32})"
PAGE_ID = rf"edit-page:{ORDER}"
BUTTON_ID = rf"edit-(?P<what>run|reset|improve):{ORDER}"
FORM_ID = rf"edit-form:{ORDER}:(?P<page>[a-z]+-[0-9]+)"
MAX_VALUE = 200
MAX_LINES = 3400
"""Within the 4,000 characters of a message, with room for the heading."""


def page_id(order_id: UUID) -> str:
    return f"edit-page:{order_id.hex}"


def button_id(what: str, order_id: UUID) -> str:
    return f"edit-{what}:{order_id.hex}"


def form_id(order_id: UUID, page: OptionGroup) -> str:
    return f"edit-form:{order_id.hex}:{page.key}"


def panel(
    order: PendingOrder, workflow: Workflow, locale: str, *, helps_with_words: bool = False
) -> ui.LayoutView:
    head = render(text("edit-panel", workflow=workflow.called(locale)), locale)
    lines = [f"**{head}**", *within(MAX_LINES, _groups(order, workflow, locale))]
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("\n".join(lines))]
    choices = [_page(each, locale) for each in pages(workflow, order.chosen)[:MAX_CHOICES]]
    if choices:
        menu = ui.Select[ui.LayoutView](
            custom_id=page_id(order.id), placeholder=render(text("edit-choose"), locale), options=choices
        )
        items.append(ui.ActionRow(menu))
    buttons = [_button("run", order, locale), _button("reset", order, locale)]
    if helps_with_words and order.chosen.values.get(workflow.prompt_option or "", "").strip():
        label = render(text("edit-improve"), locale)
        buttons.append(ui.Button(label=label, emoji="✨", custom_id=button_id("improve", order.id)))
    items.append(ui.ActionRow(*buttons))
    return framed(*items)


def _button(what: str, order: PendingOrder, locale: str) -> ui.Button[ui.LayoutView]:
    is_run = what == "run"
    return ui.Button(
        label=render(text("edit-run") if is_run else text("edit-reset"), locale),
        style=discord.ButtonStyle.primary if is_run else discord.ButtonStyle.secondary,
        custom_id=button_id(what, order.id),
        disabled=not is_run and order.chosen == order.first,
    )


def _page(page: OptionGroup, locale: str) -> discord.SelectOption:
    names = ", ".join(named(option, locale)[0] for option in page.options)
    return choice(page.key, page_name(page, locale), names)


def _groups(order: PendingOrder, workflow: Workflow, locale: str) -> Iterator[str]:
    for group in option_groups(workflow):
        yield f"\n**{page_name(group, locale)}**"
        left_out: list[str] = []
        for option in group.options:
            name, value = named(option, locale)[0], _value(option, order.chosen, locale)
            if not value:
                left_out.append(name)
                continue
            line = f"{escaped(name)}: {escaped(shortened(value, MAX_VALUE))}"
            yield line if value == _value(option, order.first, locale) else f"**{line}**"
        if left_out:
            yield "-# " + escaped(render(text("edit-left-out", names=", ".join(left_out)), locale))


def _value(option: Option, answers: Answers, locale: str) -> str:
    if (file := answers.files.get(option.name)) is not None:
        return file.filename
    value = answers.values.get(option.name, "")
    return shown_area(value, locale) if option.kind is OptionKind.AREA else value
