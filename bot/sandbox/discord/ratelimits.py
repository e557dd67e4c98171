"""Rate limits: buckets by route and major parameter, the global one, and the headers that tell of them.

Discord publishes no numbers; these are what its clients have long observed. Windows are real time, for a client
really sleeps through them.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from hashlib import blake2s

from msgspec import Struct

_KEPT_WINDOWS = 10_000


class Rate(Struct, frozen=True):
    limit: int
    seconds: float


GENEROUS = Rate(1000, 1.0)


class Rates(Struct, frozen=True):
    """Rates of ``"METHOD /route/template"``, and of all routes of the bot together."""

    by_route: Mapping[str, Rate] = {}
    every_other: Rate = GENEROUS
    of_the_bot: Rate | None = None
    enforced: bool = True


OFF = Rates(enforced=False)

_WEBHOOK = Rate(5, 2.0)
AS_OBSERVED = Rates(
    by_route={
        "POST /channels/{channel_id}/messages": Rate(5, 5.0),
        "PATCH /channels/{channel_id}/messages/{message_id}": Rate(5, 5.0),
        "DELETE /channels/{channel_id}/messages/{message_id}": Rate(5, 1.0),
        "POST /webhooks/{webhook_id}/{webhook_token}": _WEBHOOK,
        "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": _WEBHOOK,
        "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": _WEBHOOK,
        "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": _WEBHOOK,
    },
    every_other=Rate(50, 1.0),
    of_the_bot=Rate(50, 1.0),
)


class Window(Struct):
    ends_at: float
    used: int = 0


class Verdict(Struct, frozen=True):
    headers: Mapping[str, str]
    retry_after: float | None = None
    """Seconds; None: go on."""
    is_global: bool = False


class RateLimits:
    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._windows: OrderedDict[tuple[str, str], Window] = OrderedDict()
        self._blocked_until = 0.0

    def block_globally(self, seconds: float) -> None:
        """From now on every route of the bot is answered 429."""
        self._blocked_until = time.monotonic() + seconds

    def take(self, route: str, major: str, *, of_the_bot: bool) -> Verdict:
        now = time.monotonic()
        if of_the_bot and (wait := self._global_wait(now)) > 0:
            return Verdict(
                {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}, wait, is_global=True
            )
        rate = self.rates.by_route.get(route, self.rates.every_other)
        if not self.rates.enforced:
            return Verdict(_headers(route, GENEROUS, GENEROUS.limit - 1, GENEROUS.seconds))
        window = self._window((route, major), rate, now)
        left = window.ends_at - now
        if window.used >= rate.limit:
            return Verdict({**_headers(route, rate, 0, left), "X-RateLimit-Scope": "user"}, left)
        window.used += 1
        return Verdict(_headers(route, rate, rate.limit - window.used, left))

    def _global_wait(self, now: float) -> float:
        if now < self._blocked_until:
            return self._blocked_until - now
        rate = self.rates.of_the_bot
        if rate is None or not self.rates.enforced:
            return 0.0
        window = self._window(("", ""), rate, now)
        if window.used >= rate.limit:
            return window.ends_at - now
        window.used += 1
        return 0.0

    def _window(self, key: tuple[str, str], rate: Rate, now: float) -> Window:
        window = self._windows.get(key)
        if window is None or now >= window.ends_at:
            window = self._windows[key] = Window(now + rate.seconds)
            self._windows.move_to_end(key)
            while len(self._windows) > _KEPT_WINDOWS:
                self._windows.popitem(last=False)
        return window


def _headers(route: str, rate: Rate, remaining: int, reset_after: float) -> dict[str, str]:
    return {
        "X-RateLimit-Bucket": _bucket(route),
        "X-RateLimit-Limit": str(rate.limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{time.time() + reset_after:.3f}",
        "X-RateLimit-Reset-After": f"{reset_after:.3f}",
    }


@cache
def _bucket(route: str) -> str:
    """An opaque name; there are as many as routes."""
    return blake2s(route.encode(), digest_size=16).hexdigest()
