"""How soon a channel takes another message: five in five seconds, as long observed, for Discord publishes no figures.

Only counts what is posted here. Where Discord is stricter discord.py waits; where it is laxer little is lost.
"""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from msgspec import Struct

POSTS = 4
"""One less than Discord takes: the call that uses a limit up is kept by discord.py until the limit is over, and with it
the last words of its job's status message."""
WINDOW_SECONDS = 5.0
REMEMBERED = 1000
"""Channels; one that is forgotten counts as one that was quiet."""


class _Window(Struct):
    ends_at: float
    posts: int = 0


class PostRates:
    def __init__(self, posts: int = POSTS, counter: Callable[[], float] = monotonic) -> None:
        """``posts`` in each ``WINDOW_SECONDS``. ``counter``: seconds that pass evenly."""
        self._posts = posts
        self._counter = counter
        self._windows: OrderedDict[int, _Window] = OrderedDict()

    def wait_seconds(self, channel_id: int) -> float:
        """How long Discord would hold up a message to this channel now."""
        window = self._windows.get(channel_id)
        if window is None or window.posts < self._posts:
            return 0.0
        return max(0.0, window.ends_at - self._counter())

    def count(self, channel_id: int) -> None:
        """A message is being posted."""
        now = self._counter()
        window = self._windows.get(channel_id)
        if window is None or now >= window.ends_at:
            window = self._windows[channel_id] = _Window(now + WINDOW_SECONDS)
        window.posts += 1
        self._windows.move_to_end(channel_id)
        while len(self._windows) > REMEMBERED:
            self._windows.popitem(last=False)
