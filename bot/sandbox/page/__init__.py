"""The page: the bot in a browser, with the persons, the places and the faults of the sandbox.

It acts through :class:`~bot.sandbox.discord.Person` like every other human side of the stand-in, and knows nothing
of the bot behind the sockets.
"""

from bot.sandbox.page.page import Page

__all__ = ["Page"]
