"""What goes wrong below: aiohttp's exceptions and HTTP's statuses become the errors of ``errors.py``.

aiohttp's response errors hold the request's headers, credentials included; they are never chained, not even as the
context that Python adds by itself.
"""

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

from .encryption import asks_for_https, distrust
from .errors import Away, ComfyError, NotFound, TimedOut, TooLarge, Unauthorized, UnexpectedAnswer
from .login_pages import is_web_page, login_form, login_redirect
from .server import Server

_SHOWN_CHARACTERS = 200
_LOOKED_AT_CHARACTERS = 64 * 1024
_LET_IN = "give the bot what the proxy lets in, as header, user and password, or bearer token"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came instead of what was asked for."""

    status: int
    body: str
    content_type: str = ""
    redirect: URL | None = None
    """Where it wanted to send us."""


@contextmanager
def translated(server: Server, asked: str, timeout_seconds: float) -> Generator[None]:
    """Errors of the connection, in this client's words. ``asked`` is method and path, without the query."""
    broken: Answer | None = None
    try:
        yield
    except aiohttp.ClientResponseError as error:
        broken = Answer(error.status, error.message)
    except TimeoutError as error:
        if isinstance(error, ComfyError):
            raise
        raise TimedOut(server.label, f"did not answer {asked} within {timeout_seconds:g} s") from error
    except (aiohttp.ClientError, OSError, UnicodeError) as error:
        if isinstance(error, ComfyError):
            raise
        raise _away(server, asked, error) from error
    if broken is not None:
        failed = failure(server, asked, broken)
        try:
            raise failed
        finally:
            failed.__context__ = None


def failure(server: Server, asked: str, answer: Answer, *, why: str = "") -> ComfyError:
    """The error that an answer is. ``why``: what is wrong with a body of status 200."""
    said = server.redact(answer.body[:_LOOKED_AT_CHARACTERS])
    match answer.status:
        case 401 | 403:
            return Unauthorized(
                server.label, f"or the proxy in front of it refused {asked} ({answer.status})"
            )
        case 404 | 405:
            return NotFound(
                server.label, f"has nothing at {asked} ({answer.status})", said[:_SHOWN_CHARACTERS]
            )
        case 413:
            return TooLarge(server.label, f"refused {asked} as too large: {_first_line(said)}")
        case _:
            return _misunderstood(server, asked, answer, said, why)


def _misunderstood(server: Server, asked: str, answer: Answer, said: str, why: str) -> ComfyError:
    """Login pages, other protocols and other addresses are told as such; the rest as it stands."""
    status, target = answer.status, answer.redirect
    page = answer.body if status < 300 and is_web_page(answer.content_type, answer.body) else None
    login = login_redirect(target) if target is not None else login_form(page) if page is not None else None
    if login is not None:
        by = f" ({login})" if login else ""
        return Unauthorized(server.label, f"is behind a login page{by}, which answered {asked}: {_LET_IN}")
    if target is not None:
        shown = target.with_query(None).with_fragment(None)
        what = f"answered {asked} with {status}: {_moved(server, target)}"
        return UnexpectedAnswer(server.label, what, status, f"redirect to {shown}")
    if asks_for_https(answer.body):
        return speaks_https(server)
    if page is not None:
        what = f"answered {asked} with a web page: is that the address of a ComfyUI, and does a login page stand before it?"
    else:
        nowhere = "redirect to nowhere" if 300 <= status < 400 else ""
        what = f"answered {asked} with {status}: {why or nowhere or _first_line(said)}"
    return UnexpectedAnswer(server.label, what, status, said)


def speaks_https(server: Server) -> Away:
    """Plain http was tried where https is spoken."""
    return Away(server.label, "cannot be reached: it speaks https; write https:// in its address")


def _moved(server: Server, target: URL) -> str:
    """``target`` can be long, and its query may be a key: host and path are shown."""
    shown, own = target.with_query(None).with_fragment(None), URL(server.url)
    if target.host == own.host and (target.scheme, own.scheme) == ("https", "http"):
        return f"redirect to {shown}; write https:// in its address"
    if target.origin() == own.origin():
        return f"redirect to {shown}"
    return f"redirect to {shown}; another host is asked only if COMFYUI_REDIRECT_HOSTS names it, and for files only"


def _away(server: Server, asked: str, error: aiohttp.ClientError | OSError | UnicodeError) -> Away:
    match error:
        case aiohttp.ClientSSLError():
            return Away(server.label, server.redact(distrust(error)))
        case aiohttp.ClientConnectorError():
            return Away(server.label, f"cannot be reached: {_reason(error.os_error)}")
        case UnicodeError():
            return Away(server.label, "cannot be reached: its name cannot be one")
        case _:
            what = server.redact(str(error)[:_SHOWN_CHARACTERS]) or type(error).__name__
            return Away(server.label, f"went away during {asked}: {what}")


def _reason(error: OSError) -> str:
    """The system's words; asyncio's own ("Connect call failed …") hide them."""
    if error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["(nothing)"])[0][:_SHOWN_CHARACTERS]
