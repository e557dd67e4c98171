"""A form that the bot opened, filled in by a line of ``name:value`` words; what is not named stays as it is."""

import re
from collections.abc import Mapping

from msgspec import Struct

from bot.sandbox.discord.command_line import NotSent, values_by_name
from bot.sandbox.discord.components import SELECTS, ComponentType, walk
from bot.sandbox.discord.disk import file_at
from bot.sandbox.discord.invocations import Invocation
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.wire import Json

_OF_SEVERAL = SELECTS | {ComponentType.CHECKBOX_GROUP, ComponentType.FILE_UPLOAD}
_NEXT_FILE = re.compile(r"\s+(?=@)")


class _Field(Struct, frozen=True):
    custom_id: str
    component: Json

    @property
    def takes_files(self) -> bool:
        return self.component["type"] == ComponentType.FILE_UPLOAD

    def several(self, typed: str) -> list[str]:
        """``a, b`` are two choices, unless one is called so; nothing typed is none of them."""
        if self.takes_files:
            return _NEXT_FILE.split(typed) if typed else []
        options: list[Json] = self.component.get("options") or []
        if typed in {name for option in options for name in (option["label"], option["value"])}:
            return [typed]
        return [each.strip() for each in typed.split(",") if each.strip()]


async def after_its_form(person: Person, used: Invocation, words: str) -> Invocation:
    """What was done, once it is answered; where a form opened, the form filled in with ``words`` and sent.

    Raises:
        NotSent: the person's client would not have sent this, or there is no form for the words.
        NotAcknowledged: the bot did not respond.
    """
    await used.acknowledged()
    if used.modal is None:
        if words:
            raise NotSent(f"“{words}” belongs to no field: no form was opened")
        return used
    fields = _fields(used.modal)
    given = values_by_name(words, names_of(used.modal))
    by_id = {field.custom_id: field for field in fields.values()}
    values = {name: await _value(person, used, by_id[name], typed) for name, typed in given.items()}
    return await person.submit_modal(used, values)


def names_of(modal: Json) -> Mapping[str, str]:
    """What each field may be called, with its custom_id."""
    return {alias: field.custom_id for alias, field in _fields(modal).items()}


def _fields(modal: Json) -> Mapping[str, _Field]:
    """The fields of a form by everything that they may be called."""
    found: dict[str, _Field] = {}
    for component in walk(modal["components"]):
        inner: Json = component.get("component") or component
        if custom_id := inner.get("custom_id"):
            label: str = component.get("label") or custom_id
            for alias in (label, label.lower(), custom_id):
                found.setdefault(alias, _Field(custom_id, inner))
    return found


async def _value(person: Person, used: Invocation, field: _Field, typed: str) -> object:
    if field.component["type"] not in _OF_SEVERAL:
        return typed
    values = field.several(typed)
    if not (field.takes_files and person.shares_disk):
        return values
    limit_bytes = person.upload_limit_bytes(used.interaction.channel)
    return [await file_at(each, field.custom_id, limit_bytes=limit_bytes) for each in values]
