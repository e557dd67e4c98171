"""Routes that fetch and send files."""

import json
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing

import aiohttp
from aiohttp.payload import AsyncIterablePayload
from msgspec import Struct

from .json_value import JsonValue, as_text, needed_object, needed_text
from .outputs import FileRef
from .transport import Transport


class Streamed(Struct, frozen=True):
    """A file to send that is not in memory as a whole."""

    chunks: AsyncIterable[bytes]
    """Read once, in order."""
    size_bytes: int
    """Of all of them; announced to the server."""


class FileRoutes:
    """Part of :class:`ComfyClient`; every method raises :class:`ComfyError`."""

    _transport: Transport

    async def view(
        self, file: FileRef, *, max_bytes: int, preview: str | None = None, channel: str | None = None
    ) -> bytes:
        """A file's bytes (``GET /view``).

        Args:
            file: As an output or an upload names it.
            max_bytes: More is never read.
            preview: ``"webp;90"`` or ``"jpeg;75"``: encoded anew, on the server's event loop.
            channel: ``"rgb"``, ``"a"`` or ``"rgba"``: encoded anew as PNG.

        Raises:
            NotFound: the file is gone, as after a cached rerun of a deleted one.
            TooLarge: it has more than ``max_bytes``.
            Away: the connection ended before the announced length.
        """
        async with aclosing(
            self.view_stream(file, max_bytes=max_bytes, preview=preview, channel=channel)
        ) as chunks:
            return b"".join([chunk async for chunk in chunks])

    def view_stream(
        self, file: FileRef, *, max_bytes: int, preview: str | None = None, channel: str | None = None
    ) -> AsyncGenerator[bytes]:
        """The same in chunks of up to 64 KiB. Use it inside :func:`contextlib.aclosing` if you may stop early."""
        asked = {"filename": file.filename, "subfolder": file.subfolder, "type": file.type}
        extra = {"preview": preview, "channel": channel}
        params = asked | {key: value for key, value in extra.items() if value is not None}
        return self._transport.chunks("/view", params, max_bytes=max_bytes)

    async def upload_image(
        self,
        content: bytes | Streamed,
        filename: str,
        *,
        subfolder: str = "",
        type: str = "input",  # noqa: A002 - the name ComfyUI gives it
        overwrite: bool = False,
    ) -> FileRef:
        """Send a file (``POST /upload/image``). Use the name that comes back: another may have been taken.

        Same name and same bytes: no second file. Best are ASCII names made from the content, in a subfolder of
        one's own. Nothing ever deletes uploads.

        Raises:
            TooLarge: the request is over the server's limit (``Features.max_upload_size_bytes``).
            UnexpectedAnswer: a name or subfolder that leads elsewhere (400, 500).
            ValueError: a name with line breaks or other control characters.
        """
        form = _form(content, filename, subfolder=subfolder, kind=type, overwrite=overwrite)
        return await self._transport.answer("POST", "/upload/image", _uploaded, body=form)

    async def upload_mask(
        self,
        content: bytes | Streamed,
        filename: str,
        *,
        original: FileRef,
        subfolder: str = "",
        type: str = "input",  # noqa: A002 - the name ComfyUI gives it
        overwrite: bool = False,
    ) -> FileRef:
        """Send a PNG whose alpha is laid over ``original`` (``POST /upload/mask``).

        If the original is missing the server answers as if all were well, and there is no file.

        Raises:
            UnexpectedAnswer: the sizes differ (500).
        """
        form = _form(content, filename, subfolder=subfolder, kind=type, overwrite=overwrite)
        reference = {"filename": original.filename, "subfolder": original.subfolder, "type": original.type}
        form.add_field("original_ref", json.dumps(reference))
        return await self._transport.answer("POST", "/upload/mask", _uploaded, body=form)


class _SizedPayload(AsyncIterablePayload):
    """With its size known, so that the request says how long it is: not every proxy takes one that does not."""

    def __init__(self, content: Streamed) -> None:
        super().__init__(content.chunks, content_type=_ANY_CONTENT)
        self._size = content.size_bytes


_ANY_CONTENT = "application/octet-stream"


def _form(
    content: bytes | Streamed, filename: str, *, subfolder: str, kind: str, overwrite: bool
) -> aiohttp.FormData:
    """Fields are not quoted: the server would store a percent-encoded name as it stands."""
    form = aiohttp.FormData(quote_fields=False)
    body = _SizedPayload(content) if isinstance(content, Streamed) else content
    form.add_field("image", body, filename=filename, content_type=_ANY_CONTENT)
    form.add_field("subfolder", subfolder)
    form.add_field("type", kind)
    form.add_field("overwrite", "true" if overwrite else "false")
    return form


def _uploaded(body: JsonValue) -> FileRef:
    data = needed_object(body)
    return FileRef(
        needed_text(data, "name"), as_text(data.get("subfolder")) or "", as_text(data.get("type")) or "input"
    )
