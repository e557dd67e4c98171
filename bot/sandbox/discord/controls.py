"""Finding what can be pressed or chosen in a message, as a person sees it."""

from bot.sandbox.discord import components as layout
from bot.sandbox.discord.command_line import NotSent
from bot.sandbox.discord.components import ComponentType
from bot.sandbox.discord.invocations import Invocation
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.users import User
from bot.sandbox.discord.wire import Json

BUTTONS = frozenset({ComponentType.BUTTON})
_LINK_STYLE = 5


def standing(shown: Message | Invocation, user: User) -> Message:
    """The message, if it still stands before this person's eyes."""
    message = shown.response if isinstance(shown, Invocation) else shown
    if message is None or message.deleted:
        raise NotSent("the message is not there any more")
    if not message.visible_to(user.id):
        raise NotSent("you cannot see this message")
    return message


def control(message: Message, name: str, types: frozenset[ComponentType]) -> Json:
    """The first one of these types with this custom_id, label or placeholder."""
    there = [item for item in layout.walk(message.now.components) if item["type"] in types]
    found = next((item for item in there if name in _names(item)), None)
    if found is None:
        known = ", ".join(str(item.get("label") or item.get("custom_id")) for item in there) or "nothing"
        raise NotSent(f"the message has no such control; it has: {known}", name)
    if found.get("disabled"):
        raise NotSent("it is disabled", name)
    if found["type"] == ComponentType.BUTTON and found.get("style") == _LINK_STYLE:
        raise NotSent("a link opens a page; the bot hears nothing of it", name)
    return found


def _names(item: Json) -> set[str | None]:
    return {item.get("custom_id"), item.get("label"), item.get("placeholder")}
