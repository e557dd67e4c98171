"""Encryption: whose certificates are believed, and what to do when a server's is not, or when it speaks plain http."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

import aiohttp
from yarl import URL

from .errors import Away
from .phrases import Phrase
from .server import Server

Trust: TypeAlias = ssl.SSLContext | Literal[True]
"""What aiohttp takes: True for the system's certificates (with those in ``SSL_CERT_FILE``, if it is set)."""

_PROBE_SECONDS = 1.5
_NOBODY_SIGNED = frozenset({18, 19, 20, 21})
"""OpenSSL: self-signed, self-signed in the chain, issuer unknown, leaf alone."""
_EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 10, 62, 64
_NO_TLS = frozenset(
    {
        "WRONG_VERSION_NUMBER",
        "HTTP_REQUEST",
        "UNKNOWN_PROTOCOL",
        "RECORD_LAYER_FAILURE",
        "PACKET_LENGTH_TOO_LONG",
    }
)
_ASKS_FOR_TLS = (
    "plain http request was sent to https port",  # nginx
    "client sent an http request to an https server",  # Go: Caddy, Traefik
    "speaking plain http to an ssl-enabled server port",  # Apache
    r"b'\x15\x03",  # a TLS alert, as aiohttp quotes what is no HTTP
)


class Certificates:
    """What connections to one server trust: the system's certificates, and those of ``Server.ca_file``, read once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._trust: Trust | None = True if server.ca_file is None else None
        self._reading = asyncio.Lock()

    async def trust(self) -> Trust:
        """Raises :class:`Away` if the file cannot be read."""
        async with self._reading:
            if self._trust is None:
                self._trust = await self._read(self._server.ca_file)
            return self._trust

    async def _read(self, ca_file: Path | None) -> Trust:
        try:
            return await asyncio.to_thread(trusting, ca_file)
        except (OSError, ValueError) as error:
            what = Phrase("certificates-unreadable", file=str(ca_file), reason=str(error))
            raise Away(self._server.label, what) from error


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """The system's certificates and those in ``ca_file`` (PEM). Takes 20 ms and more: not on the event loop.

    Raises:
        OSError: no such file, or no certificates in it.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def distrust(error: aiohttp.ClientSSLError, redact: Callable[[str], str]) -> Phrase:
    """What is wrong, and what to do; to follow the server's name in a sentence. ``redact`` takes secrets out of others' words."""
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate(cause, redact(cause.verify_message))
    if isinstance(cause, ssl.SSLError) and cause.reason in _NO_TLS:
        return Phrase("speaks-http")
    return Phrase("unreachable-https", reason=redact(str(cause or error)))


def _certificate(error: ssl.SSLCertVerificationError, said: str) -> Phrase:
    match error.verify_code:
        case code if code in _NOBODY_SIGNED:
            return Phrase("certificate-unsigned", said=said)
        case code if code == _EXPIRED:
            return Phrase("certificate-expired")
        case code if code in {_OTHER_NAME, _OTHER_ADDRESS}:
            return Phrase("certificate-of-another", said=said)
        case _:
            return Phrase("certificate-untrusted", said=said)


def asks_for_https(answer: str) -> bool:
    """Whether an answer to plain http says that https is spoken there."""
    said = answer[:4096].lower()
    return any(words in said for words in _ASKS_FOR_TLS)


async def speaks_tls(url: URL) -> bool:
    """Whether what hangs up on plain http shakes hands over TLS at the same address. Nothing is sent but the handshake."""
    unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            _, writer = await asyncio.open_connection(url.host, url.port, ssl=unchecked)
    except (OSError, TimeoutError, UnicodeError):
        return False
    writer.transport.abort()
    return True
