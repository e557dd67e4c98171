"""``[after]`` of a ``command.toml``: what it may say, and that the workflows it names are there."""

from collections.abc import Collection

from bot.texts import text
from bot.workflows.after import OF_A_PICTURE, After, Button
from bot.workflows.spelling import did_you_mean
from bot.workflows.template import WorkflowError
from bot.workflows.toml_table import Table

AFTER = "after"
_BUTTONS = "buttons"
_KEYS = (*OF_A_PICTURE, _BUTTONS)


def after_of(table: Table) -> After:
    """What the whole file says of it.

    Raises:
        WorkflowError: it names a button that there is not.
    """
    after = table.table(AFTER, _KEYS)
    named = {button: name for button in OF_A_PICTURE if (name := after.text(button)) is not None}
    listed = after.texts(_BUTTONS, may_be_empty=True)
    return After(named, tuple(Button) if listed is None else tuple(_button(after, name) for name in listed))


def check_named(after: After, place: str, known: Collection[str]) -> None:
    """The workflows that are named are among all that there are.

    Raises:
        WorkflowError: one is not.
    """
    for button, name in after.workflows.items():
        if name not in known:
            problem = text("wrong-after", name=name, button=button, near=did_you_mean(name, known))
            part = text("place-part", place=place, key=AFTER)
            raise WorkflowError(text("wrong-at", place=part, problem=problem))


def _button(table: Table, name: str) -> Button:
    if name not in set(Button):
        raise table.wrong(text("wrong-button", name=name, near=did_you_mean(name, Button)))
    return Button(name)
