"""The rows of buttons under a result: from values to components. Pure.

Two rows at most, so that they do not bury what they stand under: what concerns the whole, and what can be made of one
picture, or the choice of which.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import discord
from discord import ui

from bot.delivery.actions import VARY_STRONGLY, VARY_SUBTLY, Offered, custom_id
from bot.texts import Text, render, text
from bot.workflows.after import Button

MOST_CHOICES = 25

_WHOLE: Mapping[Button, tuple[str, Text | None]] = {
    Button.AGAIN: ("🔁", text("button-again")),
    Button.EDIT: ("🎛️", text("button-edit")),
    Button.RECIPE: ("\N{INFORMATION SOURCE}\N{VARIATION SELECTOR-16}", None),
    Button.SHOW: ("⭐", None),
    Button.DELETE: ("🗑️", None),
}
"""Sign and label; signs that need no words have none, and leave the row short enough for a phone."""
_PICTURE: Mapping[Button, Sequence[tuple[str, str, Text]]] = {
    Button.VARY: (
        (VARY_SUBTLY, "🎨", text("button-vary-subtle")),
        (VARY_STRONGLY, "🎨", text("button-vary-strong")),
    ),
    Button.UPSCALE: (("upscale", "⬆️", text("button-upscale")),),
    Button.INPAINT: (("inpaint", "🖌️", text("button-inpaint")),),
    Button.ANIMATE: (("animate", "🎬", text("button-animate")),),
}

Row = ui.ActionRow[ui.LayoutView]


def rows(offered: Offered, job_id: UUID, pictures: Sequence[int], locale: str, *, begins: bool) -> list[Row]:
    """``pictures``: the numbers of those that the message shows. ``begins``: whether it is the result's first message."""
    made: list[Row] = []
    if offered.whole and begins:
        made.append(_row(_whole(offered.whole, job_id, locale)))
    if not offered.picture or not pictures:
        return made
    if len(pictures) == 1:
        return [*made, picture_row(offered.picture, job_id, pictures[0], locale)]
    return [*made, _row([_choice(job_id, pictures, locale)])]


def picture_row(buttons: Sequence[Button], job_id: UUID, number: int, locale: str) -> Row:
    return _row(
        [
            _button(custom_id(action, job_id, number), sign, label, locale)
            for each in buttons
            for action, sign, label in _PICTURE[each]
        ]
    )


def _whole(buttons: Sequence[Button], job_id: UUID, locale: str) -> Iterator[ui.Button[ui.LayoutView]]:
    for each in buttons:
        sign, label = _WHOLE[each]
        yield _button(custom_id(each, job_id), sign, label, locale)


def _button(custom_id: str, sign: str, label: Text | None, locale: str) -> ui.Button[ui.LayoutView]:
    words = None if label is None else render(label, locale)
    return ui.Button(custom_id=custom_id, emoji=sign, label=words)


def _choice(job_id: UUID, pictures: Sequence[int], locale: str) -> ui.Select[ui.LayoutView]:
    return ui.Select(
        custom_id=custom_id("pick", job_id),
        placeholder=render(text("pick-picture"), locale),
        options=[
            discord.SelectOption(label=render(text("picture-number", number=each), locale), value=str(each))
            for each in pictures[:MOST_CHOICES]
        ],
    )


def _row(items: Iterator[ui.Button[ui.LayoutView]] | Sequence[ui.Item[ui.LayoutView]]) -> Row:
    return ui.ActionRow(*items)
