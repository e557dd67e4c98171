"""A panel that the bot opened instead of a form, because there is more to fill in than one form takes.

It has a menu whose choices open forms, and a button that sends all off: the words of a line are filled into the forms
that have fields of those names, and the button is pressed.
"""

from collections.abc import Mapping

from msgspec import Struct

from bot.sandbox.discord.command_line import NotSent, values_by_name
from bot.sandbox.discord.components import ComponentType, walk
from bot.sandbox.discord.invocations import Invocation
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.typed_forms import after_its_form, names_of
from bot.sandbox.discord.wire import Json

_PRIMARY = 1


class _Panel(Struct, frozen=True):
    message: Message
    menu: Json
    button: Json


async def filled_in(person: Person, used: Invocation, words: str) -> Invocation:
    """What was done, once it is answered: with the form or the panel that opened filled in with ``words`` and sent.

    Raises:
        NotSent: the person's client would not have sent this, or there is nothing for the words.
        NotAcknowledged: the bot did not respond.
    """
    await used.acknowledged()
    if used.modal is not None or not words:
        return await after_its_form(person, used, words)
    panel = _panel_in(await used.answered())
    if panel is None:
        return await after_its_form(person, used, words)
    pages = {
        option["value"]: await _names_on(person, panel, option["value"]) for option in panel.menu["options"]
    }
    names = {alias: field for page in pages.values() for alias, field in page.items()}
    given = values_by_name(words, names)
    for page, fields in pages.items():
        here = {name: value for name, value in given.items() if name in fields.values()}
        if here:
            line = " ".join(f"{name}:{value}" for name, value in here.items())
            await after_its_form(person, await _opened(person, panel, page), line)
    return await person.click(panel.message, panel.button["custom_id"])


def _panel_in(message: Message) -> _Panel | None:
    components = list(walk(message.now.components))
    menus = [each for each in components if each["type"] == ComponentType.STRING_SELECT]
    buttons = [
        each
        for each in components
        if each["type"] == ComponentType.BUTTON and each.get("style") == _PRIMARY and not each.get("disabled")
    ]
    return _Panel(message, menus[0], buttons[0]) if len(menus) == 1 and len(buttons) == 1 else None


async def _names_on(person: Person, panel: _Panel, page: str) -> Mapping[str, str]:
    """What the fields of a page may be called, each with its custom_id."""
    opened = await _opened(person, panel, page)
    if opened.modal is None:
        raise NotSent("the bot opened no form for this choice", page)
    return names_of(opened.modal)


async def _opened(person: Person, panel: _Panel, page: str) -> Invocation:
    opened = await person.select(panel.message, panel.menu["custom_id"], page)
    await opened.acknowledged()
    return opened
