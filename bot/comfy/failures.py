"""What goes wrong below: aiohttp's exceptions and HTTP's statuses become the errors of ``errors.py``.

aiohttp's response errors hold the request's headers, credentials included; they are never chained, not even as the
context that Python adds by itself.
"""

import errno
import os
import socket
from collections.abc import Generator
from contextlib import contextmanager

import aiohttp
from msgspec import Struct
from yarl import URL

from .encryption import asks_for_https, distrust
from .errors import Away, ComfyError, NotFound, TimedOut, TooLarge, Unauthorized, UnexpectedAnswer
from .login_pages import is_web_page, login_form, login_redirect
from .phrases import Phrase
from .server import Server

_SHOWN_CHARACTERS = 200
_LOOKED_AT_CHARACTERS = 64 * 1024
_USUAL = {
    errno.ECONNREFUSED: "connection-refused",
    errno.ECONNRESET: "connection-reset",
    errno.ETIMEDOUT: "connection-timed-out",
    errno.EHOSTUNREACH: "no-route",
    errno.ENETUNREACH: "no-network",
}
"""Reasons of the system's that have phrases of their own."""


class Answer(Struct, frozen=True):
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
        raise TimedOut(
            server.label, Phrase("timed-out", asked=asked, seconds=f"{timeout_seconds:g}")
        ) from error
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
            return Unauthorized(server.label, Phrase("not-let-in", asked=asked, status=str(answer.status)))
        case 404 | 405:
            what = Phrase("nothing-there", asked=asked, status=str(answer.status))
            return NotFound(server.label, what, said[:_SHOWN_CHARACTERS])
        case 413:
            return TooLarge(server.label, Phrase("refused-as-too-large", asked=asked, said=_first_line(said)))
        case _:
            return _misunderstood(server, asked, answer, said, why)


def _misunderstood(server: Server, asked: str, answer: Answer, said: str, why: str) -> ComfyError:
    """Login pages, other protocols and other addresses are told as such; the rest as it stands."""
    status, target = answer.status, answer.redirect
    page = answer.body if status < 300 and is_web_page(answer.content_type, answer.body) else None
    login = login_redirect(target) if target is not None else login_form(page) if page is not None else None
    if login is not None:
        remedy = Phrase("let-in")
        if login:
            return Unauthorized(server.label, Phrase("login-page-by", by=login, asked=asked, remedy=remedy))
        return Unauthorized(server.label, Phrase("login-page", asked=asked, remedy=remedy))
    if target is not None:
        shown = target.with_query(None).with_fragment(None)
        what = Phrase("answered", asked=asked, status=str(status), why=_moved(server, target))
        return UnexpectedAnswer(server.label, what, status, f"redirect to {shown}")
    if asks_for_https(answer.body):
        return speaks_https(server)
    if page is not None:
        what = Phrase("web-page", asked=asked)
    else:
        nowhere = Phrase("redirect-nowhere") if 300 <= status < 400 else ""
        what = Phrase("answered", asked=asked, status=str(status), why=why or nowhere or _first_line(said))
    return UnexpectedAnswer(server.label, what, status, said)


def speaks_https(server: Server) -> Away:
    """Plain http was tried where https is spoken."""
    return Away(server.label, Phrase("speaks-https"))


def _moved(server: Server, target: URL) -> Phrase:
    """``target`` can be long, and its query may be a key: host and path are shown."""
    shown, own = target.with_query(None).with_fragment(None), URL(server.url)
    if target.host == own.host and (target.scheme, own.scheme) == ("https", "http"):
        return Phrase("redirect-to-https", target=str(shown))
    if target.origin() == own.origin():
        return Phrase("redirect", target=str(shown))
    return Phrase("redirect-elsewhere", target=str(shown))


def _away(server: Server, asked: str, error: aiohttp.ClientError | OSError | UnicodeError) -> Away:
    match error:
        case aiohttp.ClientSSLError():
            return Away(server.label, distrust(error, server.redact))
        case aiohttp.ClientConnectorError():
            return Away(server.label, Phrase("unreachable", reason=system_reason(error.os_error)))
        case UnicodeError():
            return Away(server.label, Phrase("unreachable", reason=Phrase("name-impossible")))
        case _:
            reason = server.redact(str(error)[:_SHOWN_CHARACTERS]) or type(error).__name__
            return Away(server.label, Phrase("went-away", asked=asked, reason=reason))


def system_reason(error: OSError) -> str:
    """The system's words; asyncio's own ("Connect call failed …") hide them."""
    if isinstance(error, socket.gaierror):
        return Phrase("name-unresolved" if error.errno == socket.EAI_AGAIN else "name-unknown")
    if error.errno in _USUAL:
        return Phrase(_USUAL[error.errno])
    if error.errno:
        return os.strerror(error.errno)
    return error.strerror or str(error) or type(error).__name__


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0][:_SHOWN_CHARACTERS] if lines else Phrase("nothing-said")
