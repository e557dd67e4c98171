"""Why a file that somebody handed in is not there for their job."""

from collections.abc import Generator
from contextlib import contextmanager

from bot.errors import UserError
from bot.texts import text


class InputRefused(UserError):
    """The file cannot be used, today or tomorrow."""


class InputUnavailable(UserError):
    """The file cannot be had at the moment; the same may go well later. The sentence is for when nobody tries again."""


class BlobMissing(Exception):
    """There is no such blob; the argument is its hash."""


@contextmanager
def told_of_mask() -> Generator[None]:
    """What is refused inside is the drawing of a mask, not the picture that came with it."""
    try:
        yield
    except InputRefused as error:
        raise InputRefused(text("input-in-mask", problem=error.message)) from error
