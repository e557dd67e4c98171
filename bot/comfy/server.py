"""Where a ComfyUI is and how to get past the proxy in front of it. Knows nothing of requests."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from yarl import URL

from .phrases import Phrase
from .redaction import HIDDEN, without_secrets

_WORTH_HIDING = 4
"""Shorter values are left in texts: blacking out every "a" would hide nothing and spoil everything."""


@dataclass(frozen=True, slots=True)
class Server:
    """The address of one server and its credentials, which never show in ``repr``, ``str`` or errors.

    ``http://user:password@host:8188/comfy`` is understood: the path is kept, the credentials become ``basic``.
    Without a scheme, ``http`` is meant.

    Raises:
        ValueError: not an address, a query in it, two kinds of ``Authorization``, or a line break in a header.
    """

    url: str
    """``http://host:8188`` or with a path; without credentials and without a slash at its end."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False, hash=False)
    """Sent with every request and websocket, for instance ``CF-Access-Client-Secret``."""
    basic: tuple[str, str] | None = field(default=None, repr=False)
    """User and password."""
    bearer: str | None = field(default=None, repr=False)
    """A token."""
    ca_file: Path | None = None
    """Certificates (PEM) to trust besides the system's: of a private authority, or the server's own."""
    redirect_hosts: frozenset[str] = frozenset()
    """Hosts, or ``host:port``, to which ``/view`` may send us for a file, such as a storage. They get no credentials."""

    def __post_init__(self) -> None:
        address = _address(self.url)
        if address.user is not None or address.password is not None:
            object.__setattr__(self, "basic", self.basic or (address.user or "", address.password or ""))
        object.__setattr__(self, "url", str(address.with_user(None)).rstrip("/"))
        object.__setattr__(self, "redirect_hosts", frozenset(host.lower() for host in self.redirect_hosts))
        own = any(name.lower() == "authorization" for name in self.headers)
        if own + (self.basic is not None) + (self.bearer is not None) > 1:
            raise ValueError(Phrase("several-accesses"))
        if bad := [name for name, value in self.request_headers().items() if not _is_header(name, value)]:
            raise ValueError(Phrase("header-impossible", name=repr(bad[0])))

    @property
    def label(self) -> str:
        """``host:port/path``: safe to show and to log."""
        address = URL(self.url)
        return f"{address.host_port_subcomponent}{address.path.rstrip('/')}"

    def request_headers(self) -> dict[str, str]:
        """The headers that every request carries, credentials included. Not for showing."""
        headers = dict(self.headers)
        if self.basic is not None:
            headers["Authorization"] = f"Basic {_basic_token(self.basic)}"
        if self.bearer is not None:
            headers["Authorization"] = f"Bearer {self.bearer}"
        return headers

    def redact(self, text: str) -> str:
        """``text`` with every secret blacked out: ours, which some proxies echo in their error page, and others'."""
        for secret in sorted(self._secrets(), key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return without_secrets(text)

    def _secrets(self) -> Iterator[str]:
        basic = (self.basic[1], _basic_token(self.basic)) if self.basic is not None else ()
        bearer = (self.bearer,) if self.bearer is not None else ()
        return (
            secret for secret in chain(self.headers.values(), basic, bearer) if len(secret) >= _WORTH_HIDING
        )


def _address(url: str) -> URL:
    """The parsed address. Messages never quote it: it may hold a password."""
    try:
        address = URL(url.strip() if "://" in url else f"http://{url.strip()}")
    except ValueError:
        address = URL()
    if address.scheme not in {"http", "https"} or not address.host:
        raise ValueError(Phrase("address-wrong"))
    if address.query_string or address.fragment:
        raise ValueError(Phrase("address-with-query"))
    return address


def _basic_token(basic: tuple[str, str]) -> str:
    return base64.b64encode(f"{basic[0]}:{basic[1]}".encode()).decode()


def _is_header(name: str, value: str) -> bool:
    return (
        bool(name) and name.isascii() and not any(ord(char) < 32 or ord(char) == 127 for char in name + value)
    )
