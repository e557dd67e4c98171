"""What can go wrong on the way to Discord, told in advance: this request, that often, in this manner."""

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct


class Fault(Struct):
    """The next ``times`` requests that match are answered wrongly.

    ``path`` is a regular expression that the whole path (without ``/api/v10``) must match.
    """

    method: str
    path: str
    status: int | None = None
    """Answer this instead of doing it."""
    drop: Literal["before", "after"] | None = None
    """Cut the connection before, or after, the request was carried out."""
    delay_seconds: float = 0.0
    """Wait before doing (or refusing) it; in real time."""
    times: int | None = 1
    """None: from now on, always."""
    retry_after: float = 1.0
    """Of a 429."""
    is_global: bool = False
    """Of a 429: it concerns all routes."""
    via: bool = True
    """A 429 without the Via header looks like a ban by the proxy in front of Discord."""
    code: int = 0
    """Discord's error code in the body: 30046 with 429, 200000 with 400, …"""
    message: str = "The sandbox was asked to fail here"
    body: bytes | None = None
    """Answer these bytes, whatever they are: without a ``status`` once the request was carried out, else in its place."""
    headers: Mapping[str, str] = {}
    """Over those that the answer has, ``Content-Type`` for instance."""
    hits: int = 0
    """How often it happened so far."""

    def matches(self, method: str, path: str) -> bool:
        is_left = self.times is None or self.hits < self.times
        return is_left and method == self.method and re.fullmatch(self.path, path) is not None


class Faults:
    """In the order in which they were told."""

    def __init__(self) -> None:
        self._told: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._told.append(fault)
        return fault

    def clear(self) -> None:
        self._told.clear()

    def next_for(self, method: str, path: str) -> Fault | None:
        if not self._told:
            return None
        for fault in self._told:
            if fault.matches(method, path):
                fault.hits += 1
                return fault
        return None
