"""How long each node of a prompt ran, from one ``executing`` to the next. Arithmetic over values."""

from collections.abc import Mapping


class NodeTimes:
    """Nodes whose time is not wholly known are left out."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._doubtful: set[str] = set()
        self._running: tuple[str, float] | None = None
        """The node, and when it began."""

    def begin(self, node: str, now: float) -> None:
        self.end(now)
        self._running = node, now

    def end(self, now: float) -> None:
        if self._running is not None:
            node, since = self._running
            self._seconds[node] = self._seconds.get(node, 0.0) + max(0.0, now - since)
            self._running = None

    def lose_track(self) -> None:
        if self._running is not None:
            self._doubtful.add(self._running[0])
            self._running = None

    @property
    def seconds(self) -> Mapping[str, float]:
        """Node id → seconds; cached nodes never ran, and are not in it."""
        return {node: took for node, took in self._seconds.items() if node not in self._doubtful}
