"""What the bot may do in a channel, known beforehand: each refusal by Discord would count against its address."""

import discord

from bot.texts import Text, text

_NAMES = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
}


def lacking(permissions: discord.Permissions, *, in_thread: bool) -> str | None:
    """The first right without which no result can be posted there, by Discord's name; it takes others with it."""
    send = "send_messages_in_threads" if in_thread else "send_messages"
    for each in ("view_channel", send, "attach_files"):
        if not getattr(permissions, each):
            return _NAMES[each]
    return None


def warning(permissions: discord.Permissions | None, *, in_thread: bool) -> Text | None:
    """What people should know of the bot's rights while a job is on its way. None: nothing is missing, or known."""
    if permissions is None:
        return None
    if missing := lacking(permissions, in_thread=in_thread):
        return text("lacks-right-to-post", right=missing)
    if not permissions.read_message_history:
        return text("lacks-right-to-look")
    return None
