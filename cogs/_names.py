"""What people are called, for lists that cannot hold a mention. Discord tells a name only with what its bearer does."""

from collections import OrderedDict

MOST = 10_000


class Names:
    """The names of those who asked for something since the start."""

    def __init__(self) -> None:
        self._names: OrderedDict[int, str] = OrderedDict()

    def learn(self, user_id: int, name: str) -> None:
        self._names[user_id] = name
        self._names.move_to_end(user_id)
        if len(self._names) > MOST:
            self._names.popitem(last=False)

    def of(self, user_id: int) -> str | None:
        """None: this person has asked for nothing since the start."""
        return self._names.get(user_id)
