"""Downloads of attachments, whole or in parts, at the signed links that messages carry."""

import asyncio
import re

from aiohttp import web

from bot.sandbox.discord.attachments import Attachment, AttachmentStore
from bot.sandbox.discord.faults import Faults

_MEDIA = frozenset({"image", "video", "audio"})
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class Cdn:
    """``faults`` are asked for ``/attachments/…`` and ``/ephemeral-attachments/…``."""

    def __init__(self, attachments: AttachmentStore, faults: Faults) -> None:
        self._attachments = attachments
        self._faults = faults

    async def handle(self, request: web.Request) -> web.Response:
        fault = self._faults.next_for(request.method, request.path.removeprefix("/cdn"))
        if fault is not None:
            await asyncio.sleep(fault.delay_seconds)
            if fault.drop is not None and request.transport is not None:
                request.transport.abort()
            if fault.status is not None:
                return web.Response(status=fault.status, body=fault.body, headers=fault.headers)
        identity = request.match_info["attachment_id"]
        found = self._attachments.get(int(identity)) if identity.isdigit() else None
        if (
            found is None
            or found.filename != request.match_info["filename"]
            or not found.link.is_good(request.query)
        ):
            return web.Response(status=404, text="This content is no longer available.")
        return _part_of(found, request.headers.get("Range", ""))


def _part_of(found: Attachment, wanted: str) -> web.Response:
    """The file, or the part of it that was asked for."""
    content_type = found.content_type or "application/octet-stream"
    headers = {
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        # Whoever made the file: opened by itself (an SVG, say) it runs nothing.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if content_type.partition("/")[0] not in _MEDIA:
        headers["Content-Disposition"] = "attachment"
    size = len(found.content)
    part = asked_range(wanted, size)
    if part is None:
        return web.Response(body=found.content, content_type=content_type, headers=headers)
    if not part:
        return web.Response(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{size}"
    content = found.content[part.start : part.stop]
    return web.Response(status=206, body=content, content_type=content_type, headers=headers)


def asked_range(header: str, size: int) -> range | None:
    """The bytes that a ``Range`` header asks for (RFC 9110, section 14.1.2); empty: they are not there.

    None: all of them. What cannot be understood is ignored, and so are several ranges at once.
    """
    match = _RANGE.fullmatch(header)
    if match is None:
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last) + 1) if last else size)
