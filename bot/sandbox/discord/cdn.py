"""Downloads of attachments, at the links that messages carry."""

from aiohttp import web

from bot.sandbox.discord.attachments import AttachmentStore

_MEDIA = frozenset({"image", "video", "audio"})


class Cdn:
    def __init__(self, attachments: AttachmentStore) -> None:
        self._attachments = attachments

    async def handle(self, request: web.Request) -> web.Response:
        identity = request.match_info["attachment_id"]
        found = self._attachments.get(int(identity)) if identity.isdigit() else None
        if found is None or found.filename != request.match_info["filename"]:
            return web.Response(status=404, text="This content is no longer available.")
        content_type = found.content_type or "application/octet-stream"
        headers = {
            "X-Content-Type-Options": "nosniff",
            # Whoever made the file: opened by itself (an SVG, say) it runs nothing.
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        if content_type.partition("/")[0] not in _MEDIA:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=found.content, content_type=content_type, headers=headers)
