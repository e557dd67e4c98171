"""What can go wrong between the bot and Discord, as few kinds as there are ways to go on.

Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

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
OLD_MESSAGE_EDITED_TOO_OFTEN = 30046
THREAD_EXISTS = 160004

_TOKEN_EXPIRED = frozenset({UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN})
_TOO_LARGE = frozenset({40005, 50045})
_LATER = frozenset({20016, 20028, 40062, 40333, 130000})
"""Slow mode, write limits, overload: the same request may pass later."""
_HELD_BACK = frozenset({200000, 200001, 240000})
"""AutoMod's words and Discord's filter of harmful links."""
_NO_ACCESS = frozenset({UNKNOWN_CHANNEL, 10004, 10013, MISSING_ACCESS, 50007, 50013, 50083, 50278})
"""Channel or guild gone, rights missing, direct messages closed, thread archived."""
_UNREADABLE = (TypeError, LookupError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What discord.py raises when it takes apart an answer that is not what Discord's documentation says."""


_T = TypeVar("_T")


class DiscordError(Exception):
    """Discord did not do what it was asked."""


class TryAgain(DiscordError):
    """Nothing is wrong with the request: Discord is down, slow or limits us, or the answer was lost. Try again.

    It may have been carried out all the same.
    """

    def __init__(self, message: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        """What Discord says, where it does; else 0."""


class MessageGone(DiscordError):
    """Somebody deleted the message. Of a post with a nonce: it was posted, and deleted since."""


class NoAccess(DiscordError):
    """The bot may not do this here, or "here" is gone. Asking again changes nothing."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Discord's code {code}")
        self.code = code

    @property
    def sees_channel(self) -> bool:
        """Whether the bot may still edit its own messages there."""
        return self.code not in {UNKNOWN_CHANNEL, MISSING_ACCESS}


class HeldBack(DiscordError):
    """A filter of the guild or of Discord does not let the message's words pass."""


class TokenExpired(DiscordError):
    """The interaction can no longer be used: its 15 minutes are over."""


class TooLarge(DiscordError):
    """A file, or the whole request, has more bytes than Discord takes here."""


class EditedTooOften(DiscordError):
    """A message older than an hour takes no more edits for a while."""


class Rejected(DiscordError):
    """Discord calls the request wrong, so it is our bug."""


@contextmanager
def translated() -> Generator[None]:
    """Turn what discord.py raises into one :class:`DiscordError`. To be put round one call of the library."""
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:  # dropped connections; TimeoutError is an OSError
        raise TryAgain(str(error) or type(error).__name__) from error
    except discord.RateLimited as error:
        raise TryAgain(str(error), error.retry_after) from error
    except discord.HTTPException as error:
        raise _kind(error) from error
    except (*_UNREADABLE, discord.InvalidData) as error:
        log.warning("an answer of Discord cannot be read, as if it was lost", exc_info=error)
        raise TryAgain(f"an answer that cannot be read ({type(error).__name__})") from error


async def retry_if_dropped(call: Callable[[], Awaitable[_T]]) -> _T:
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
    words = str(error)
    if error.code == OLD_MESSAGE_EDITED_TOO_OFTEN:
        return EditedTooOften(words)
    if error.status >= 500 or error.status in {408, 429} or error.code in _LATER:
        return TryAgain(words)
    if error.status == 413 or error.code in _TOO_LARGE:
        return TooLarge(words)
    if not error.code:  # not Discord's own words: a proxy's, or a token that was reset
        return TryAgain(f"{error.status} without a code")
    return _refusal(error)


def _refusal(error: discord.HTTPException) -> DiscordError:
    words = str(error)
    if error.code == UNKNOWN_MESSAGE:
        return MessageGone(words)
    if error.code in _TOKEN_EXPIRED:
        return TokenExpired(words)
    if error.code in _HELD_BACK:
        return HeldBack(words)
    if error.code in _NO_ACCESS or error.status == 403:
        return NoAccess(error.code)
    return Rejected(words)
