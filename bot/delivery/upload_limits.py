"""How much Discord takes: what the interaction said, less what Discord has since refused in the same guild."""

from collections import OrderedDict
from collections.abc import Sequence

from msgspec import Struct

DEFAULT_FILE_BYTES = 20 * 1024 * 1024
"""Of one file where nothing else is known, since September 2026 (discord-api-docs, pull request 8578)."""
DOCUMENTED_REQUEST_BYTES = 24 * 1024 * 1024
"""Discord documents 25 MiB for a whole request, and takes more where a guild's files may be larger."""
SMALLEST_BYTES = 256 * 1024
REMEMBERED = 1000
"""Guilds of which a lower limit was learnt."""


class UploadLimit(Struct, frozen=True):
    file_bytes: int
    request_bytes: int
    """All files of one message."""

    def within(self, other: "UploadLimit") -> "UploadLimit":
        return UploadLimit(
            min(self.file_bytes, other.file_bytes), min(self.request_bytes, other.request_bytes)
        )


class UploadLimits:
    def __init__(self) -> None:
        self._learnt: OrderedDict[int, UploadLimit] = OrderedDict()

    def of(self, guild_id: int | None, file_bytes: int) -> UploadLimit:
        """``file_bytes``: what the interaction said of one file."""
        told = UploadLimit(file_bytes, max(DOCUMENTED_REQUEST_BYTES, file_bytes))
        return told.within(self._learnt.get(guild_id or 0, told))

    def refused(self, guild_id: int | None, sizes: Sequence[int], limit: UploadLimit) -> UploadLimit:
        """What to keep to after Discord found a message with files of these sizes too large."""
        if len(sizes) > 1:
            total = sum(sizes)
            lower = DOCUMENTED_REQUEST_BYTES if total > DOCUMENTED_REQUEST_BYTES else total // 2
            learnt = UploadLimit(limit.file_bytes, max(SMALLEST_BYTES, lower))
        else:
            most = max(SMALLEST_BYTES, max(sizes, default=0) // 2)
            learnt = UploadLimit(most, limit.request_bytes)
        learnt = learnt.within(limit)
        self._learnt[guild_id or 0] = learnt
        self._learnt.move_to_end(guild_id or 0)
        while len(self._learnt) > REMEMBERED:
            self._learnt.popitem(last=False)
        return learnt
