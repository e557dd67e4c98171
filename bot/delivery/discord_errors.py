"""What can go wrong between the bot and Discord, as few kinds as there are ways to go on."""

import logging
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

import aiohttp
import discord

log = logging.getLogger(__name__)

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
MISSING_ACCESS = 50001
INVALID_TOKEN = 50027

_TOKEN_SPENT = frozenset({UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN})
_TOO_LARGE = frozenset({40005, 50045})
_LATER = frozenset({20016, 20028, 30046, 40062, 40333, 130000})
"""Slow mode, write limits, edits of old messages, overload: the same request may pass later."""
_NO_ACCESS = frozenset(
    {UNKNOWN_CHANNEL, 10004, 10013, MISSING_ACCESS, 50007, 50013, 50083, 50278, 200000, 240000}
)
"""Channel or guild gone, rights missing, direct messages closed, thread archived, held back by AutoMod."""


_T = TypeVar("_T")


class DiscordError(Exception):
    """Discord did not do what it was asked."""


class Busy(DiscordError):
    """Nothing is wrong with the request: Discord is down, slow or limits us, or the answer was lost. Try again."""


class MessageGone(DiscordError):
    """Somebody deleted the message."""


class NoAccess(DiscordError):
    """The bot may not do this here, or "here" is gone. Asking again changes nothing."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Discord's code {code}")
        self.code = code

    @property
    def sees_channel(self) -> bool:
        """Whether the bot may still edit its own messages there."""
        return self.code not in {UNKNOWN_CHANNEL, MISSING_ACCESS}


class TokenSpent(DiscordError):
    """The interaction can no longer be used: its 15 minutes are over."""


class TooLarge(DiscordError):
    """A file, or the whole request, has more bytes than Discord takes here."""


class Rejected(DiscordError):
    """Discord calls the request wrong, so it is our bug."""


@contextmanager
def translated() -> Generator[None]:
    """Turn what discord.py raises into one :class:`DiscordError`."""
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:  # dropped connections; TimeoutError is an OSError
        raise Busy(str(error)) from error
    except discord.RateLimited as error:
        raise Busy(str(error)) from error
    except discord.HTTPException as error:
        raise _kind(error) from error


async def once_more(call: Callable[[], Awaitable[_T]]) -> _T:
    """Call again, at once, after a dropped connection: one that Discord had closed is noticed only when it is used.

    For calls that may arrive twice: edits, posts with a nonce, answers to interactions.

    Raises:
        DiscordError: of any kind.
    """
    with translated():
        try:
            return await call()
        except aiohttp.ClientConnectionError as error:
            log.debug("a connection was dropped, once more: %s", error)
            return await call()


def _kind(error: discord.HTTPException) -> DiscordError:
    if error.status >= 500 or error.status == 429 or error.code in _LATER:
        return Busy(str(error))
    if error.code == UNKNOWN_MESSAGE:
        return MessageGone(str(error))
    if error.code in _TOKEN_SPENT:
        return TokenSpent(str(error))
    if error.status == 413 or error.code in _TOO_LARGE:
        return TooLarge(str(error))
    if error.code in _NO_ACCESS or error.status == 403:
        return NoAccess(error.code)
    return Rejected(str(error))
