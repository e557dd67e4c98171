"""Where files are kept by their content until no job needs them: what every such place promises."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

PROTECTED_SECONDS = 3600.0
"""So long a sweep passes over what was just put: its job may not have told the ledger yet that it needs it."""


class Blobs(Protocol):
    """Files by the SHA-256 of their content, as 64 lower-case hex digits; the same content is there once.

    Methods with a ``blob`` raise ``ValueError`` for what cannot be a hash, so that no other word ever becomes a path.
    """

    def scratch(self) -> AbstractAsyncContextManager[Path]:
        """An empty folder for files that are being made, in a place from which :meth:`put` takes them cheaply.

        What is left in it goes at the end of the block, or with the process at the next opening.
        """
        ...

    async def put(self, file: Path) -> str:
        """Take over a file of a scratch folder, and return its hash once nothing can lose it any more.

        Cancelled or killed in between, the blob is there whole or not at all.

        Raises:
            InputRefused: with it, all blobs together would have more than the store may hold.
            InputUnavailable: the disk is full, or out of order.
        """
        ...

    async def read(self, blob: str) -> bytes:
        """The whole content.

        Raises:
            BlobMissing
        """
        ...

    def chunks(self, blob: str) -> AsyncGenerator[bytes]:
        """The content in pieces. Use it inside :func:`contextlib.aclosing` if you may stop early.

        Raises:
            BlobMissing
        """
        ...

    async def size(self, blob: str) -> int:
        """In bytes.

        Raises:
            BlobMissing
        """
        ...

    async def delete(self, blob: str) -> bool:
        """Whether it was there."""
        ...

    async def keep(self, blob: str) -> bool:
        """Protect a blob as if it had just been put. False: it is not there."""
        ...

    async def all(self) -> frozenset[str]: ...

    async def sweep(self, needed: frozenset[str], useful: Sequence[str] = ()) -> int:
        """Delete what is not ``needed``, but for what was put or kept within :data:`PROTECTED_SECONDS`. How many went.

        ``needed`` may be as old as that: what a job came to need since then was put since then.

        Of what is only ``useful`` the first stay, as long as they fill no more than half of the room; they give way to
        what is put when there is no other room.
        """
        ...
