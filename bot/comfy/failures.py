"""What goes wrong below: aiohttp's exceptions and HTTP's statuses become the errors of ``errors.py``.

aiohttp's response errors hold the request's headers, credentials included; they are never chained, not even as the
context that Python adds by itself.
"""

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager

import aiohttp

from .errors import Away, ComfyError, NotFound, TimedOut, TooLarge, Unauthorized, UnexpectedAnswer
from .server import Server

_SHOWN_CHARACTERS = 200


@contextmanager
def translated(server: Server, asked: str, timeout_seconds: float) -> Generator[None]:
    """Errors of the connection, in this client's words. ``asked`` is method and path, without the query."""
    broken: tuple[int, str] | None = None
    try:
        yield
    except aiohttp.ClientResponseError as error:
        broken = error.status, error.message
    except TimeoutError as error:
        if isinstance(error, ComfyError):
            raise
        raise TimedOut(server.label, f"did not answer {asked} within {timeout_seconds:g} s") from error
    except (aiohttp.ClientError, OSError) as error:
        if isinstance(error, ComfyError):
            raise
        raise _away(server, asked, error) from error
    if broken is not None:
        failed = failure(server, asked, *broken)
        try:
            raise failed
        finally:
            failed.__context__ = None


def failure(server: Server, asked: str, status: int, body: str, *, why: str = "") -> ComfyError:
    """The error of an answer with this status and this text. ``why``: what is wrong with a body of status 200."""
    said = server.redact(body)
    match status:
        case 401 | 403:
            return Unauthorized(server.label, f"or the proxy in front of it refused {asked} ({status})")
        case 404 | 405:
            return NotFound(server.label, f"has nothing at {asked} ({status})", said[:_SHOWN_CHARACTERS])
        case 413:
            return TooLarge(server.label, f"refused {asked} as too large: {_first_line(said)}")
        case _:
            what = f"answered {asked} with {status}: {why or _first_line(said)}"
            return UnexpectedAnswer(server.label, what, status, said)


def _away(server: Server, asked: str, error: aiohttp.ClientError | OSError) -> Away:
    if isinstance(error, aiohttp.ClientConnectorError):
        return Away(server.label, f"cannot be reached: {_reason(error.os_error)}")
    return Away(
        server.label, f"went away during {asked}: {server.redact(str(error)) or type(error).__name__}"
    )


def _reason(error: OSError) -> str:
    """The system's words; asyncio's own ("Connect call failed …") hide them."""
    if error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["(nothing)"])[0][:_SHOWN_CHARACTERS]
