"""Where an answer sends us, and whether we go: within the server's own origin, or to hosts that the operator named."""

import aiohttp
from yarl import URL

from .server import Server

_STATUSES = frozenset({301, 302, 303, 307, 308})


def redirect_target(response: aiohttp.ClientResponse) -> URL | None:
    """The address that a redirect leads to, without credentials in it; None: no redirect, or to no address at all."""
    location = response.headers.get("Location")
    if response.status not in _STATUSES or location is None:
        return None
    try:
        target = response.url.join(URL(location)).with_user(None)
        _ = target.origin(), target.port  # addresses that cannot be: without a host, of another scheme
    except ValueError:
        return None
    return target if target.scheme in {"http", "https"} else None


def may_follow(server: Server, target: URL) -> bool:
    """Whether the server may send us there for a file."""
    named = {target.host or "", target.host_port_subcomponent or ""}
    return target.origin() == URL(server.url).origin() or not named.isdisjoint(server.redirect_hosts)
