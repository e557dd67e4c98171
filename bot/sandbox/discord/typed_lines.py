"""One line at a terminal that does what a client does with a mouse: a slash command, or a command of a message's menu.

::

    /img2img image:@fox.jpg prompt:a blue fox
    apps:"Use as input" message:last prompt:a blue fox
    apps:"Use as input" message:@fox.jpg workflow:inpaint mask:@mask.png

``message:last`` is the newest message in the channel; ``message:@path`` is written first, with that file. What follows
fills in the form that the command opens, its fields told by label or custom_id.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.command_line import NotSent, values_by_name
from bot.sandbox.discord.components import ComponentType, walk
from bot.sandbox.discord.disk import file_at
from bot.sandbox.discord.invocations import Invocation
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.wire import Json

_APPS = "apps:"
_FORM = 'apps:"Name of the command" message:last'
_LINE = re.compile(
    r"""apps:\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>.+?))\s+message:\s*(?:"(?P<path>[^"]+)"|(?P<word>\S+))(?P<rest>.*)""",
    re.DOTALL,
)


async def run_line(person: Person, channel: Channel, line: str) -> Invocation:
    """Do what the line says; a form that opens is filled in and submitted.

    Raises:
        NotSent: the person's client would not have sent this.
        NotAcknowledged: the bot did not open its form.
    """
    if not line.strip().startswith(_APPS):
        return await person.slash(channel, line)
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise NotSent(f"write it as {_FORM}")
    target = await _message(person, channel, match["path"] or match["word"])
    used = await person.context_command(match["quoted"] or match["bare"], target, channel)
    rest = match["rest"].strip()
    await used.acknowledged()
    if used.modal is None:
        if rest:
            raise NotSent(f"“{rest}” belongs to no field: the command opened no form")
        return used
    fields = _fields(used.modal)
    given = values_by_name(rest, {alias: field.custom_id for alias, field in fields.items()})
    return await person.submit_modal(used, await _with_files(person, channel, given, fields))


async def _message(person: Person, channel: Channel, name: str) -> Message:
    if name.startswith("@") and person.shares_disk:
        limit_bytes = person.upload_limit_bytes(channel)
        return await person.say(channel, "", await file_at(name, "message", limit_bytes=limit_bytes))
    seen = person.sees(channel)
    found = seen[-1:] if name == "last" else [each for each in seen if str(each.id) == name]
    if not found:
        raise NotSent("there is no such message", "message")
    return found[0]


@dataclass(frozen=True, slots=True)
class _Field:
    custom_id: str
    takes_files: bool


def _fields(modal: Json) -> dict[str, _Field]:
    """The fields of a form by everything that they may be called."""
    found: dict[str, _Field] = {}
    for component in walk(modal["components"]):
        inner: Json = component.get("component") or component
        if custom_id := inner.get("custom_id"):
            field = _Field(custom_id, takes_files=inner["type"] == ComponentType.FILE_UPLOAD)
            label: str = component.get("label") or custom_id
            for alias in (label, label.lower(), custom_id):
                found.setdefault(alias, field)
    return found


async def _with_files(
    person: Person, channel: Channel, given: Mapping[str, str], fields: Mapping[str, _Field]
) -> dict[str, object]:
    takes_files = {field.custom_id for field in fields.values() if field.takes_files}
    limit_bytes = person.upload_limit_bytes(channel)
    return {
        name: await file_at(value, name, limit_bytes=limit_bytes)
        if name in takes_files and person.shares_disk
        else value
        for name, value in given.items()
    }
