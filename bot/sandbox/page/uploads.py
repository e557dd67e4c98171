"""Files on their way from a browser into an option, a form or a message: kept until newer ones need the room."""

import secrets
from collections import OrderedDict

from bot.sandbox.discord.wire import Upload

MAX_FILE_BYTES = 64 * 1024 * 1024
_KEPT_BYTES = 256 * 1024 * 1024


class Uploads:
    def __init__(self, kept_bytes: int = _KEPT_BYTES) -> None:
        self._most_bytes = kept_bytes
        self._kept: OrderedDict[str, Upload] = OrderedDict()
        self._kept_bytes = 0

    def add(self, upload: Upload) -> str:
        """The id under which the page names it."""
        name = secrets.token_hex(8)
        self._kept[name] = upload
        self._kept_bytes += len(upload.content)
        while self._kept_bytes > self._most_bytes and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.content)
        return name

    def get(self, name: str) -> Upload | None:
        return self._kept.get(name)
