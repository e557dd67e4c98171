"""What comes of making a file fit: values, and the error that says why it was not possible."""

import math

from msgspec import Struct

from bot.delivery.contents import Content, Scratch
from bot.errors import UserError
from bot.texts import Text


class Room(Struct, frozen=True):
    """What there is for a file that is made to fit."""

    limit_bytes: int
    scratch: Scratch
    until: float = math.inf
    """By the event loop's clock, for what can take long."""


class Fitted(Struct, frozen=True):
    """A file that Discord takes."""

    content: Content
    suffix: str
    """With its dot, lower case."""
    size: tuple[int, int] | None = None
    """Width and height of a picture."""
    change: Text | None = None
    """What had to be done to it."""


class CannotFit(UserError):
    """No way was found to make the file small enough; the message is the reason, a sentence of its own."""
