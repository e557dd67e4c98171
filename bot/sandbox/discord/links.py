"""Signed links to files, ``…/fox.png?ex=…&is=…&hm=…&``, which expire after a day as Discord's do.

https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from bot.sandbox.discord.clock import Clock

LIFETIME_SECONDS = 24 * 3600


class Link:
    """Where one file can be downloaded. The same link is handed out until half of its life is over."""

    def __init__(self, address: str, clock: Clock) -> None:
        self.address = address
        """Without the signature: nothing is found there."""
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._issued_at = -LIFETIME_SECONDS

    @property
    def url(self) -> str:
        """As answers carry it right now."""
        now = int(self._clock.now())
        if now - self._issued_at > LIFETIME_SECONDS / 2:
            self._issued_at = now
        expires, issued = f"{self._issued_at + LIFETIME_SECONDS:x}", f"{self._issued_at:x}"
        return f"{self.address}?ex={expires}&is={issued}&hm={self._signature(expires, issued)}&"

    def expire(self) -> None:
        """Let every link that was handed out so far lead nowhere; the next one is good again."""
        self._secret = secrets.token_bytes(32)

    def is_good(self, query: Mapping[str, str]) -> bool:
        """Whether a request with this query comes by a link of ours that has not expired."""
        expires, issued = query.get("ex", ""), query.get("is", "")
        if not hmac.compare_digest(self._signature(expires, issued), query.get("hm", "")):
            return False
        return self._clock.now() < int(expires, 16)

    def _signature(self, expires: str, issued: str) -> str:
        return hmac.new(self._secret, f"{expires} {issued}".encode(), hashlib.sha256).hexdigest()


def unsigned(link: str) -> str:
    """What stays the same of a link when it is signed anew."""
    return link.partition("?")[0]
