"""What a backend is called in the ledger: the same however its address is written, so that jobs find it again."""

import ipaddress
import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.comfy import ComfyClient

log = logging.getLogger(__name__)

_PORTS = {"http": 80, "https": 443}
_HERE = "127.0.0.1"


def name_of(url: str, worker: str | None = None) -> str:
    """``host:port/path`` of a server's address; this machine is ``127.0.0.1`` whatever it was called.

    Credentials, upper case, a default port and slashes at the end make no other server. Where several processes share a
    ledger, the name of the ``worker`` stands before it: each may call another machine's ComfyUI ``127.0.0.1:8188``.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    path = "/".join(filter(None, parts.path.split("/")))
    place = f"{_host(host)}:{parts.port or _PORTS.get(parts.scheme, 80)}"
    address = f"{place}/{path}" if path else place
    return address if worker is None else f"{worker}/{address}"


def _host(host: str) -> str:
    if host == "localhost":
        return _HERE
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    if address.is_unspecified or address in {ipaddress.ip_address(_HERE), ipaddress.ip_address("::1")}:
        return _HERE
    return f"[{address}]" if address.version == 6 else str(address)


def distinct(clients: Sequence[ComfyClient]) -> tuple[ComfyClient, ...]:
    """One client a server: the first of those whose addresses mean the same."""
    by_name: dict[str, ComfyClient] = {}
    for client in clients:
        name = name_of(client.server.url)
        if name in by_name:
            log.warning(
                "COMFYUI_URLS names one ComfyUI twice: %s and %s; it is used once",
                by_name[name].server.label,
                client.server.label,
            )
        by_name.setdefault(name, client)
    return tuple(by_name.values())
