"""One line at a terminal that does what a client does with a mouse: a slash command, or a command of a message's menu.

::

    /img2img image:@fox.jpg prompt:a blue fox
    apps:"Use as input" message:last prompt:a blue fox
    apps:"Use as input" message:@fox.jpg workflow:inpaint mask:@mask.png

``message:last`` is the newest message in the channel; ``message:@path`` is written first, with that file. What follows
fills in the form that the command opens, its fields told by label or custom_id.
"""

import re

from bot.sandbox.discord.channels import Channel
from bot.sandbox.discord.command_line import NotSent
from bot.sandbox.discord.disk import file_at
from bot.sandbox.discord.invocations import Invocation
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.typed_forms import after_its_form

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
    return await after_its_form(person, used, match["rest"].strip())


async def _message(person: Person, channel: Channel, name: str) -> Message:
    if name.startswith("@") and person.shares_disk:
        limit_bytes = person.upload_limit_bytes(channel)
        return await person.say(channel, "", await file_at(name, "message", limit_bytes=limit_bytes))
    seen = person.sees(channel)
    found = seen[-1:] if name == "last" else [each for each in seen if str(each.id) == name]
    if not found:
        raise NotSent("there is no such message", "message")
    return found[0]
